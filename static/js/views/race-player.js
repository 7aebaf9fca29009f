// A race player: one to three races side by side, the one moment that they share, and all that moves them. The
// page of the races and the walkthrough are both built around one.
//
//   const player = createRacePlayer(root, { catalogue, look, onDraw });
//   player.rest(requests);                  // a line-up at rest: what would run, a race view each (see lineUp in catalogue.js)
//   await player.start(requests, {guess});  // runs it for real: null, or the Problem that was in the way
//   player.open(runs, {at, guess});         // shows runs that the server knows, at their end or at a moment; [] is none
//   player.adopt(race);                     // shows a race that was opened elsewhere, as far as it has come
//   player.look({ solo: 1 });               // changes how they are looked at, which is player.looked
//   player.actions                          // what a person can do: for keys, and for one's own buttons
//   player.races, player.running, player.at, …  // what is on show
//   player.destroy();
//
// `root` holds the parts that partials/race.html and partials/transport.html make: `transport`, and `races` with a
// section for each race; a third is made where there are two. Panels whose part is not there are left out.

import { fetchRun, startRun, stopRun } from "../core/api.js";
import { createRaceView } from "./race-view.js";
import { part } from "../shell/dom.js";
import { scenarioOf, variantOf } from "../core/catalogue.js";
import { viewState, longest, nextLoss, transportState } from "../core/view-state.js";
import { Player } from "../core/player.js";
import { followed, panned, whole, zoomed } from "../core/range.js";
import { Race, restingRace } from "../core/race.js";
import { stageOf } from "../stages/stages.js";
import { createPanels } from "./panels.js";
import { createTransport } from "./transport.js";

/** @import { Create } from "./race-view.js" */
/** @import { Catalogue, Look, Problem, Range, RunRequest, RunView, RaceActions, TransportState } from "../core/types.js" */

/**
 * @typedef {object} Setting
 * @property {Catalogue} catalogue
 * @property {Look} [look] how it is looked at first
 * @property {(view: TransportState) => void} [onDraw] after each drawing: time for whatever is around it
 * @property {Readonly<Record<string, Create>>} [ready] panels that need not be fetched when they are opened
 */

/** @typedef {{at?: number | null, guess?: number | null}} Opening a moment to go to once it has come, and the guess for the first race */

/** @typedef {ReturnType<typeof createRacePlayer>} RacePlayer */

/** More races than this do not stand side by side. */
const MOST = 3;

/** @type {Look} */
const PLAIN_LOOK = { panel: "timeline", solo: null, projector: false, cell: null };

/** @param {HTMLElement} root @param {Setting} setting */
export function createRacePlayer(root, { catalogue, look: firstLook = PLAIN_LOOK, onDraw = () => {}, ready = {} }) {
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  /** What would run in each race view. @type {readonly RunRequest[]} */
  let requests = [];
  /** What runs, or has run; it may be fewer. @type {Race[]} */
  let races = [];
  /** For the first race: what will the counter show without a lock? @type {number | null} */
  let guess = null;
  let look = firstLook;
  /** The moments that the charts show; null is all of them. @type {Range | null} */
  let range = null;
  /** A moment that was asked for, whose steps have not come yet. @type {number | null} */
  let awaited = null;
  /** What each race view showed last. @type {number[]} */
  let shown = [];
  let shownMoment = 0;

  const player = new Player({
    histories: () => onShow().map(({ history }) => history),
    live: () => onShow().some((race) => race.live),
    flows: () => onShow().some((race) => race.flows),
    draw,
  });

  /** @type {RaceActions} */
  const actions = {
    stop: () => void Promise.all(races.filter((race) => race.running).map(({ run: { id } }) => stopRun(id))),
    togglePlay: () => whenPlayable(() => player.togglePlay()),
    step: (count) => whenPlayable(() => player.step(count)),
    seek: (position) => whenPlayable(() => player.seek(position)),
    toStart: () => whenPlayable(() => player.seek(player.timebase.start)),
    toEnd: () => whenPlayable(() => player.follow()),
    playLoss: (_, position) => whenPlayable(() => player.seek(position)),
    toLoss: (direction) => whenPlayable(() => toLoss(direction)),
    setSpeed: (speed) => player.setSpeed(speed),
    follow: () => player.follow(),
    setClock(name) {
      player.setClock(name);
      range = null;
    },
    look(changes) {
      look = { ...look, ...changes };
      if (changes.solo !== undefined) range = null;
      if (player.moment > player.last) player.follow();
      player.invalidate();
    },
    zoom(factor, at) {
      range = zoomed(range, player, factor, at);
      player.invalidate();
    },
    zoomHere: (factor) => actions.zoom(factor, player.moment),
    pan(share) {
      range = panned(range, player, share);
      player.invalidate();
    },
    runAside: startRun,
    fetchRun,
    stopRun,
  };

  const transport = createTransport(part(root, "transport", HTMLElement), actions);
  const racesRoot = part(root, "races", HTMLElement);
  const raceViews = sections(racesRoot).map((section) => createRaceView(section, actions, ready));
  const panels = createPanels(root, actions);
  const redraw = () => player.invalidate();
  const stageFor = (/** @type {string} */ stage) => stageOf(stage, redraw);
  stillness.addEventListener("change", redraw);

  /** How many race views are in use. */
  function lineUp() {
    return Math.min(Math.max(requests.length, races.length), raceViews.length);
  }

  /** The one race view that is shown alone, because someone asked for that or because there is no other. */
  function alone() {
    if (lineUp() === 1) return 0;
    return look.solo !== null && look.solo < lineUp() ? look.solo : null;
  }

  /** What a run shares, before anything runs. @param {RunRequest} request */
  function sharedBy(request) {
    const scenario = scenarioOf(catalogue, request.scenario);
    return variantOf(scenario, request).stage === "cells" ? scenario.cells : [];
  }

  /** What can be looked at more closely, of the races on show. */
  function panelsOnShow() {
    const request = races[0]?.run.request ?? requests[0];
    return request ? scenarioOf(catalogue, request.scenario).panels : [];
  }

  /** All races, or the one that is shown alone: the transport is about these. */
  function onShow() {
    const only = alone();
    return races.filter((_, index) => only === null || index === only);
  }

  /** @param {() => void} action */
  function whenPlayable(action) {
    awaited = null;
    if (longest(onShow()) > 0) action();
  }

  /** @param {1 | -1} direction */
  function toLoss(direction) {
    const { moment, timebase, last } = player;
    // After the last one comes the end with its result, and from there it begins again with the first.
    const from = direction > 0 && moment >= last ? timebase.start : moment;
    const found = nextLoss(onShow(), timebase, from, direction);
    if (found === null) {
      if (direction > 0) player.follow();
      return;
    }
    player.seek(found, "hand");
    // RacePlayer how it came about: the motion of this one step, wherever we came from.
    shown = races.map(({ history }) => timebase.position(history, found) - 1);
  }

  /** @param {readonly RunRequest[]} wanted what would run, a race view each */
  function rest(wanted) {
    requests = wanted;
    player.invalidate();
  }

  /** @param {readonly RunView[]} runs @param {Opening} [opening] */
  function open(runs, { at = null, guess: guessed = null } = {}) {
    for (const race of races) race.close();
    shown = [];
    range = null;
    races = runs.map((view) => new Race(view, sharedBy(view.request), settle).open());
    guess = guessed;
    player.restart();
    awaited = at;
  }

  /** @param {readonly RunRequest[]} wanted @param {Opening} [opening] @returns {Promise<Problem | null>} */
  async function start(wanted, opening = {}) {
    const answers = await Promise.all(wanted.map(startRun));
    const runs = answers.flatMap((answer) => (answer.ok ? [answer.run] : []));
    const refused = answers.find((answer) => !answer.ok);
    if (refused && !refused.ok) {
      // Half of a comparison explains nothing: take back what was started.
      for (const { id } of runs) void stopRun(id);
      return refused.problem;
    }
    requests = wanted;
    open(runs, opening);
    return null;
  }

  /** Shows a run in place of those on show, whose steps are here already: none of them is played.
   * @param {Race} race that calls `settle` when it changes */
  function adopt(race) {
    open([]);
    races = [race];
    shown = [race.history.length];
    player.follow();
  }

  /** Goes to the moment that was asked for, once its steps have come. */
  function settle() {
    if (awaited !== null && player.last >= awaited) {
      const moment = awaited;
      awaited = null;
      player.seek(moment);
    }
    player.invalidate();
  }

  function draw() {
    const calm = stillness.matches;
    const only = alone();
    racesRoot.classList.toggle("is-alone", only !== null);
    racesRoot.classList.toggle("is-three", only === null && lineUp() > 2);
    const { moment, timebase } = player;
    if (moment !== shownMoment) range = followed(range, player);
    shownMoment = moment;
    const charted = range ?? whole(player);
    const offered = panelsOnShow();
    const panel = offered.includes(look.panel) ? look.panel : (offered[0] ?? look.panel);
    raceViews.forEach((raceView, index) => {
      const request = requests[index];
      const race = races[index] ?? (request && restingRace(request, sharedBy(request)));
      if (!race || (only !== null && index !== only)) {
        raceView.hide();
        return;
      }
      const shared = viewState(race, player, shown[index] ?? 0, catalogue, calm, stageFor);
      const cells = shared.state.cells.map(({ name }) => name);
      const view = {
        ...shared,
        guess: shared.variant.kind === "none" ? guess : null,
        look: { ...look, panel },
        cell: cells.find((name) => name === look.cell) ?? cells[0] ?? "",
        side: index,
        races: lineUp(),
        range: charted,
        moment,
        timebase,
      };
      raceView.render(view);
      shown[index] = view.position;
    });
    const asked = races.length > 0 ? races.map(({ run: { request } }) => request) : requests;
    const view = transportState(onShow(), player, asked.some((request) => sharedBy(request).length > 0));
    transport.render(view);
    panels.render(panel, offered);
    onDraw(view);
  }

  return {
    actions,
    rest,
    open,
    start,
    adopt,
    settle,
    sharedBy,
    look: actions.look,
    /** Draw again with the next view: something around it has changed. */
    invalidate: redraw,
    /** To the first race, and to the button that plays it. */
    focus() {
      // Now, and not with the next view: a button that is still disabled takes no focus.
      draw();
      transport.focus();
      // On a phone the race views are further down than what starts them.
      racesRoot.scrollIntoView({ block: "start", behavior: stillness.matches ? "auto" : "smooth" });
    },
    get races() {
      return races;
    },
    get running() {
      return races.some((race) => race.running);
    },
    get looked() {
      return look;
    },
    get guess() {
      return guess;
    },
    get clock() {
      return player.timebase.name;
    },
    /** The moment on show; null at the end, where every race rests of itself. */
    get at() {
      return player.following || player.moment === player.last ? null : Math.floor(player.moment);
    },
    destroy() {
      for (const race of races) race.close();
      player.destroy();
      stillness.removeEventListener("change", redraw);
      for (const view of [...raceViews, transport]) view.destroy();
    },
  };
}

/** The places for race views: what the page has, and a third like them, which few line-ups need. @param {HTMLElement} root */
function sections(root) {
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
