// A race player: one to three races side by side, the one moment that they share, and all that moves them. Every page
// that shows races is built around one.
//
//   const player = createRacePlayer(root, { catalogue, look, onDraw });
//   player.rest(requests);                  // a line-up at rest: what would run, a race view each (see lineUp in catalogue.js)
//   await player.start(requests, {guess});  // runs it for real and plays it: null, or the Problem that was in the way
//   player.open(runs, {at, clip, guess});   // shows runs that the server knows: at their end, at a moment, or a loss as a clip; [] is none
//   player.adopt(race);                     // shows a race that was opened elsewhere, as far as it has come
//   player.look({ solo: 1 });               // changes how they are looked at, which is player.looked
//   player.actions                          // what a person can do: for keys, and for a page's own buttons
//   player.lead                             // the same for a page that moves the races itself: `onAct` does not hear of it
//   player.races, player.running, player.at, …  // what is on show
//   player.destroy();
//
// `root` holds the parts that partials/race.html and partials/transport.html make: `transport`, and `races` with a
// section for each race; a third is made where there are two. Panels whose part is not there are left out.
// Its own parts: race-player/player-state.js (what is on show), opening.js, actions.js and drawing.js.

import { part } from "../shell/dom.js";
import { findRunsBy, runsDrawn } from "../shell/runs-on-show.js";
import { Player } from "../core/player.js";
import { createActions } from "./race-player/actions.js";
import { createDrawing } from "./race-player/drawing.js";
import { PlayerState } from "./race-player/player-state.js";
import { createOpening } from "./race-player/opening.js";

/** @import { Race } from "../core/race.js" */
/** @import { Clock } from "../core/player.js" */
/** @import { Create } from "./race-view.js" */
/** @import { Catalogue, Look, RaceActions, RunRequest, TransportState, ViewState } from "../core/types.js" */

/**
 * @typedef {object} RacePlayerOptions
 * @property {Catalogue} catalogue
 * @property {Look} [look] how it is looked at first
 * @property {(transport: TransportState, views: readonly ViewState[]) => void} [onDraw] after each drawing: time to draw what is around it
 * @property {number} [within] a playback is over in this time, in ms, where half a minute is too long
 * @property {Readonly<Record<string, Create>>} [ready] panels that need not be fetched when they are opened
 * @property {() => void} [onAct] called before whatever a person does with the races
 */

/** @typedef {ReturnType<typeof createRacePlayer>} RacePlayer */

/** More races than this do not stand side by side. */
const MOST = 3;

/** @type {Look} */
const PLAIN_LOOK = { panel: "timeline", solo: null, projector: false, cell: null };

/** The browser's. @type {Clock} */
const CLOCK = {
  now: () => performance.now(),
  request: (draw) => requestAnimationFrame(draw),
  cancel: (id) => cancelAnimationFrame(id),
};

/** @param {HTMLElement} root @param {RacePlayerOptions} setting */
export function createRacePlayer(root, { catalogue, look = PLAIN_LOOK, onDraw = () => {}, within, ready = {}, onAct }) {
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  const isCalm = () => stillness.matches;
  const racesRoot = part(root, "races", HTMLElement);
  const sections = sectionsOf(racesRoot);
  const state = new PlayerState(catalogue, look, sections.length);
  const player = new Player({
    histories: () => state.histories,
    live: () => state.played.some((race) => race.live),
    flows: () => state.played.some((race) => race.flows),
    expected: () => state.expected,
    calm: isCalm,
    within,
    draw: () => drawing.draw(),
    clock: CLOCK,
  });
  const lead = createActions(state, player);
  const actions = onAct ? heard(lead, onAct) : lead;
  const drawing = createDrawing(root, sections, { catalogue, state, player, actions, ready, isCalm, onDraw: drawn });
  const redraw = () => player.invalidate();
  // A hidden tab gets no frames: it is drawn at once when it is shown again, and plays on from where it was.
  const wake = () => document.visibilityState === "visible" && player.wake();
  /** @type {typeof onDraw} */
  function drawn(transport, views) {
    onDraw(transport, views);
    runsDrawn();
  }

  stillness.addEventListener("change", redraw);
  document.addEventListener("visibilitychange", wake);

  const shown = {
    actions,
    lead,
    ...createOpening(state, player, lead),
    sharedBy: (/** @type {RunRequest} */ request) => state.sharedBy(request),
    look: lead.look,
    /** Draw again with the next frame: something around it has changed. */
    invalidate: redraw,
    focus: drawing.focus,
    get races() {
      return state.races;
    },
    get running() {
      return state.races.some((race) => race.running);
    },
    get looked() {
      return state.look;
    },
    get guess() {
      return state.guess;
    },
    get playing() {
      return player.playing;
    },
    get clock() {
      return player.timebase.name;
    },
    /** The moment on show; null at the end, where every race rests. */
    get at() {
      return player.following || player.moment === player.last ? null : Math.floor(player.moment);
    },
    /** The position of the loss of the first race that is on show as a clip; null is none. */
    get clip() {
      return player.clip && player.clip.history === state.races[0]?.history ? (player.clip.positions.at(-1) ?? null) : null;
    },
    destroy() {
      for (const race of state.races) race.close();
      player.destroy();
      stillness.removeEventListener("change", redraw);
      document.removeEventListener("visibilitychange", wake);
      drawing.destroy();
    },
  };
  findRunsBy(() => onShow(racesRoot, shown));
  return shown;
}

/** Where the page has put its races away, none is on show. @param {HTMLElement} root
 * @param {{races: readonly Race[], playing: boolean, at: number | null, clip: number | null}} player */
function onShow(root, { races, playing, at, clip }) {
  const isSeen = root.getClientRects().length > 0;
  return { runs: isSeen ? races.map(({ run }) => run.id) : [], at: playing ? null : at, clip };
}

/** The same actions, each after a word to the page. @param {RaceActions} actions @param {() => void} onAct @returns {RaceActions} */
function heard(actions, onAct) {
  /** @type {RaceActions} */
  const all = { ...actions };
  for (const [name, act] of Object.entries(actions)) {
    Object.assign(all, {
      [name](/** @type {any[]} */ ...given) {
        onAct();
        return Reflect.apply(act, all, given);
      },
    });
  }
  return all;
}

/** The sections for race views: those of the page, and a third like them, which only a few line-ups need. @param {HTMLElement} root */
function sectionsOf(root) {
  const found = [...root.querySelectorAll("section")];
  const [like] = found;
  if (!like || found.length >= MOST) return found;
  const third = /** @type {HTMLElement} */ (like.cloneNode(true));
  third.dataset["race"] = "third";
  third.hidden = true;
  third.setAttribute("aria-labelledby", "third-title");
  part(third, "title", HTMLElement).parentElement?.setAttribute("id", "third-title");
  root.append(third);
  return [...found, third];
}
