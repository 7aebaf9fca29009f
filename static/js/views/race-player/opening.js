// What comes on show, and how: a line-up at rest, runs that the server knows, runs that are started now, or a race
// that was opened elsewhere.

import { startRun, stopRun } from "../../core/api.js";
import { Race } from "../../core/race.js";
import { watch } from "../../shell/events.js";
import { build } from "../../shell/history-workers.js";

/** @import { Guess } from "../../core/guess.js" */
/** @import { Player } from "../../core/player.js" */
/** @import { Problem, RaceActions, RunRequest, RunView } from "../../core/types.js" */
/** @import { PlayerState } from "./player-state.js" */

/** A moment to go to once it has come, or the position of a loss of the first race to be played as a clip; the guess for
 * the first race; and whether they are played from their start, since they have just begun elsewhere.
 * @typedef {{at?: number | null, clip?: number | null, guess?: Guess | null, plays?: boolean}} Opening */

/** At most this many runs of one page may go on at once. Stopping a run that has ended changes nothing. */
const MOST_STARTED = 8;

/** @param {PlayerState} state @param {Player} player @param {RaceActions} actions */
export function createOpening(state, player, actions) {
  /** The runs that were started here, the newest last. @type {string[]} */
  const started = [];

  /** @param {readonly RunRequest[]} wanted what would run, a race view each */
  function rest(wanted) {
    state.requests = wanted;
    player.invalidate();
  }

  /** @param {readonly RunView[]} runs @param {Opening} [opening] */
  function open(runs, { at = null, clip = null, guess = null, plays = false } = {}) {
    for (const race of state.races) race.close();
    state.shown = [];
    state.range = null;
    state.races = runs.map((view) => new Race(view, state.sharedBy(view.request), settle).open(watch, build));
    state.guess = guess;
    player.restart();
    state.awaited = clip !== null ? { at: clip, isClip: true } : at !== null ? { at, isClip: false } : null;
    // At the pace `step`, each step is shown as it comes.
    if (plays && runs.every(({ request }) => request.pace !== "step")) player.begin();
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
    // The last ones may be looked at again. But one page that starts more and more runs must not take the room of others.
    started.push(...runs.map(({ id }) => id));
    for (const id of started.splice(0, started.length - MOST_STARTED)) void stopRun(id);
    state.requests = wanted;
    open(runs, { ...opening, plays: true });
    return null;
  }

  /** Shows this run instead of those on show. Its steps are here already, and none of them is played.
   * @param {Race} race it calls `settle` when it changes */
  function adopt(race) {
    open([]);
    state.races = [race];
    state.shown = [race.history.length];
    player.follow();
  }

  /** Something has arrived. Goes to what was asked for, once its steps are here. */
  function settle() {
    const { awaited, races } = state;
    const [first] = races;
    if (awaited?.isClip && first?.complete) {
      state.awaited = null;
      actions.playLoss(0, awaited.at);
    } else if (awaited && !awaited.isClip && player.last >= awaited.at) {
      state.awaited = null;
      player.seek(awaited.at);
    }
    player.invalidate();
  }

  return { rest, open, start, adopt, settle };
}
