// The runs of the steps: started for real, kept as long as the page is open, and shown again on the way back.

import { createTally } from "./tally.js";

/** @import { RacePlayer } from "../../views/race-player.js" */
/** @import { Problem, RunView } from "../../core/types.js" */
/** @import { Program } from "./course.js" */

/** @typedef {ReturnType<typeof createRuns>} Runs */

/** @type {Problem} */
const BROKEN = { code: "broken", message: "The part of the page that shows runs did not load.", hint: "Load the page again." };

/**
 * @param {readonly Program[]} programs
 * @param {Promise<RacePlayer>} player shows them; it is fetched while the first question is read
 * @param {HTMLElement} tallyRoot where the results of repeated runs are counted
 * @param {() => void} onChange
 */
export function createRuns(programs, player, tallyRoot, onChange) {
  const tally = createTally(tallyRoot);
  /** @type {Map<number, RunView[]>} */
  const known = new Map();
  /** The step whose runs are on show. */
  let shown = -1;
  /** Counts the starts: an answer to an earlier one is ignored. */
  let starts = 0;
  /** @type {RacePlayer | null} */
  let ready = null;
  void player.then((it) => (ready = it)).catch(() => {});

  /** @param {number} at @param {Program} program @param {() => boolean} isWanted @returns {Promise<Problem | null>} */
  async function showAll(at, program, isWanted) {
    const it = await player;
    if (!isWanted()) return null;
    // The runs of another step soon end by themselves, and can be looked at again.
    if (shown === at) it.actions.stop();
    it.look({ solo: null });
    shown = at;
    const problem = await it.start(program.runs);
    if (!problem && isWanted()) known.set(at, it.races.map(({ run }) => run));
    return problem;
  }

  return {
    /** Runs what a step asks for. @param {number} at @returns {Promise<Problem | null>} what was in the way */
    async start(at) {
      const program = programs[at];
      const [request] = program?.runs ?? [];
      if (!program || !request) return null;
      starts += 1;
      const own = starts;
      const isWanted = () => own === starts;
      /** @param {RunView} run */
      const onRun = (run) => {
        known.set(at, [run]);
        onChange();
      };
      const begun = program.repeat > 1 ? tally.start(request, program.repeat, onRun) : showAll(at, program, isWanted);
      const problem = await begun.catch(() => BROKEN);
      return isWanted() ? problem : null;
    },
    /** Shows the runs of a step again, where they are not on show. @param {number} at @param {() => boolean} isWanted */
    async reopen(at, isWanted) {
      if (at === shown || !known.has(at) || (programs[at]?.repeat ?? 1) > 1) return;
      const it = await player;
      if (!isWanted()) return;
      shown = at;
      it.open(known.get(at) ?? []);
    },
    /** Another step is on show: answers that are still on their way are ignored. */
    leave() {
      starts += 1;
      tally.stop();
    },
    stopCounting: tally.stop,
    /** @param {number} at */
    has: (at) => known.has(at),
    /** The runs of a step as they were when they began. @param {number} at @returns {readonly RunView[]} */
    of: (at) => known.get(at) ?? [],
    /** The races on show, if they are those of this step. @param {number} at */
    racesOf: (at) => (ready && at === shown && known.has(at) ? ready.races : []),
    get counted() {
      return tally.counted;
    },
    rowOf: tally.rowOf,
  };
}
