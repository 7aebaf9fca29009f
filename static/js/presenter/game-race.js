// The run of a game, as the presenter's screen shows it: followed live, each step in motion as it comes.

import { fetchRun } from "../core/api.js";
import { scenarioOf } from "../core/catalogue.js";
import { clipOf } from "../core/clip.js";
import { isReached } from "../core/goals.js";
import { Player } from "../core/player.js";
import { Race } from "../core/race.js";
import { whole } from "../core/range.js";
import { viewState } from "../core/view-state.js";
import { watch } from "../shell/events.js";
import { stageOf } from "../stages/stages.js";

/** @import { Goal } from "../core/goals.js" */
/** @import { Catalogue, RunView, ViewState } from "../core/types.js" */

/** `isReached` is null while the run goes on, and where there is no goal. `playLoss` shows how the update died that was lost there.
 * @typedef {{run: RunView, view: ViewState, isOver: boolean, isReached: boolean | null, playLoss: (position: number) => void}} GameOnShow */

/** Large type, and nothing beside it. @type {ViewState["look"]} */
const LOOK = { panel: "code", solo: null, projector: true, cell: null };

/** @param {Catalogue} catalogue @param {() => void} onDraw what is on show has changed */
export function createGameRace(catalogue, onDraw) {
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {Race | null} */
  let race = null;
  /** @type {Goal | null} */
  let goal = null;
  /** @type {ViewState | null} */
  let view = null;
  let wanted = "";
  let lengthAtClip = 0;
  const player = new Player({
    histories: () => (race ? [race.history] : []),
    live: () => race?.live ?? false,
    flows: () => false,
    expected: () => race?.history.length ?? 0,
    calm: () => stillness.matches,
    draw,
    clock: { now: () => performance.now(), request: (frame) => requestAnimationFrame(frame), cancel: (id) => cancelAnimationFrame(id) },
  });

  /** @param {string} id of a run @param {Goal | null} aim */
  async function show(id, aim) {
    goal = aim;
    if (id === wanted) return;
    close();
    wanted = id;
    const answer = await fetchRun(id);
    if (id !== wanted || !answer.ok) return;
    const { run } = answer;
    const scenario = scenarioOf(catalogue, run.request.scenario);
    race = new Race(run, scenario.cells, changed).open(watch);
    player.restart();
  }

  /** Whoever presses is seen: a death that is shown again rests until then. */
  function changed() {
    if (player.clip && race && race.history.length > lengthAtClip) player.follow();
    player.invalidate();
  }

  /** @param {number} position of the write that erased it */
  function playLoss(position) {
    if (!race?.history.losses.between(position - 1, position)) return;
    lengthAtClip = race.history.length;
    player.playClip({ ...clipOf(race.history, position), history: race.history });
  }

  function close() {
    race?.close();
    race = view = null;
    wanted = "";
  }

  function draw() {
    if (!race) return;
    const shared = viewState(race, player, view?.position ?? 0, catalogue, stillness.matches, (name) => stageOf(name, () => player.invalidate()));
    const cell = shared.state.cells[0]?.name ?? "";
    view = { ...shared, guess: null, look: LOOK, cell, side: 0, races: 1, range: whole(player), moment: player.moment, timebase: player.timebase };
    onDraw();
  }

  /** Steps by hand end with everybody's last: then the run is over. */
  function isOver() {
    return race !== null && race.complete;
  }

  return {
    show,
    close,
    /** @returns {GameOnShow | null} */
    get now() {
      if (!race || !view) return null;
      const reached = goal && isOver() ? isReached(goal, race.run, race.history) : null;
      return { run: race.run, view, isOver: isOver(), isReached: reached, playLoss };
    },
  };
}
