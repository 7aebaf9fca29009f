// Draws all that a race player shows, once a frame: its race views, its transport, and the choice of panels.

import { part } from "../../shell/dom.js";
import { followed, whole } from "../../core/range.js";
import { restingRace } from "../../core/race.js";
import { transportState, viewState } from "../../core/view-state.js";
import { stageOf } from "../../stages/stages.js";
import { createPanelTabs } from "../panel-tabs.js";
import { createRaceView } from "../race-view.js";
import { createTransport } from "../transport.js";

/** @import { Player } from "../../core/player.js" */
/** @import { Catalogue, Panel, RaceActions, TransportState, ViewState } from "../../core/types.js" */
/** @import { Create } from "../race-view.js" */
/** @import { PlayerState } from "./player-state.js" */

/**
 * @typedef {object} Parts
 * @property {Catalogue} catalogue
 * @property {PlayerState} state
 * @property {Player} player
 * @property {RaceActions} actions
 * @property {Readonly<Record<string, Create>>} ready panels that need not be fetched when they are opened
 * @property {() => boolean} isCalm no motion is wanted
 * @property {(transport: TransportState, views: readonly ViewState[]) => void} onDraw called after each drawing, with what it shows
 */

/** @param {HTMLElement} root @param {readonly HTMLElement[]} sections a section for each race view @param {Parts} parts */
export function createDrawing(root, sections, { catalogue, state, player, actions, ready, isCalm, onDraw }) {
  const racesRoot = part(root, "races", HTMLElement);
  const transport = createTransport(part(root, "transport", HTMLElement), actions);
  const raceViews = sections.map((section) => createRaceView(section, actions, ready));
  const panels = createPanelTabs(root, actions);
  const stageFor = (/** @type {string} */ stage) => stageOf(stage, () => player.invalidate());
  let shownMoment = 0;

  function draw() {
    const only = state.alone;
    racesRoot.classList.toggle("is-alone", only !== null);
    racesRoot.classList.toggle("is-three", only === null && state.lineUp > 2);
    if (player.moment !== shownMoment) state.range = followed(state.range, player);
    shownMoment = player.moment;
    const offered = state.panels;
    const { panel: wanted } = state.look;
    const panel = offered.includes(wanted) ? wanted : (offered[0] ?? wanted);
    /** @type {ViewState[]} */
    const views = [];
    raceViews.forEach((raceView, side) => {
      const view = only === null || side === only ? viewOf(side, panel) : null;
      if (!view) return raceView.hide();
      raceView.render(view);
      state.shown[side] = view.position;
      views.push(view);
    });
    const now = transportState(state.played, only ?? 0, player, state.canLose);
    transport.render(now);
    panels.render(panel, offered);
    onDraw(now, views);
  }

  /** What one race view shows; null is nothing. @param {number} side @param {Panel} panel @returns {ViewState | null} */
  function viewOf(side, panel) {
    const request = state.requests[side];
    const race = state.races[side] ?? (request && restingRace(request, state.sharedBy(request)));
    if (!race) return null;
    const shared = viewState(race, player, state.shown[side] ?? 0, catalogue, isCalm(), stageFor);
    const cells = shared.state.cells.map(({ name }) => name);
    return {
      ...shared,
      guess: shared.variant.kind === "none" ? state.guess : null,
      look: { ...state.look, panel },
      cell: cells.find((name) => name === state.look.cell) ?? cells[0] ?? "",
      side,
      races: state.lineUp,
      range: state.range ?? whole(player),
      moment: player.moment,
      timebase: player.timebase,
    };
  }

  return {
    draw,
    /** To the first race, and to the button that plays it. */
    focus() {
      // Now, and not with the next frame: a button that is still disabled takes no focus.
      draw();
      transport.focus();
      // On a phone the race views are further down than what starts them.
      racesRoot.scrollIntoView({ block: "start", behavior: isCalm() ? "auto" : "smooth" });
    },
    destroy() {
      for (const view of [...raceViews, transport]) view.destroy();
    },
  };
}
