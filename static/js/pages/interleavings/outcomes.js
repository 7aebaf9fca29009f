// All outcomes of an exploration as one list, with what is known of each. Pure.

import { DEADLOCK } from "../../core/distribution.js";
import { isEnough } from "../../core/explore.js";

/** @import { CountedOutcome, Explored } from "../../core/explore.js" */

/** One way to end: what the columns are about. `final` is null for a deadlock. Where not everything was worked out,
 * `share` is an estimate or null, and there may be no schedule; `drawn` is how many random schedules ended so.
 * @typedef {object} Outcome
 * @property {string} name "2", or "deadlock"
 * @property {number | null} final
 * @property {number | null} share how probable it is, from 0 to 1; null where that is not known
 * @property {CountedOutcome | null} counted null where it is not exact
 * @property {boolean} certain it is possible, for all that is known
 * @property {{times: number, samples: number} | null} drawn null where everything was worked out
 * @property {readonly string[] | null} schedule
 */

/** All outcomes, smallest first, a deadlock last. @param {Explored} explored @returns {Outcome[]} */
export function outcomesOf({ exhausted, outcomes, deadlocks, known = [], estimate }) {
  if (exhausted) {
    return [
      ...outcomes.map((each) => outcome(each.final, each.probability, each, each.schedule)),
      ...deadlocks.map((each) => outcome(null, each.probability, each, each.schedule)),
    ];
  }
  const { samples, outcomes: drawn } = estimate ?? { samples: 0, outcomes: [] };
  const finals = [...new Set([...known, ...drawn].map(({ final }) => final))].sort((one, other) => (one ?? Infinity) - (other ?? Infinity));
  return finals.map((final) => {
    const share = drawn.find((each) => each.final === final)?.share ?? null;
    const certain = known.find((each) => each.final === final);
    return {
      ...outcome(final, isEnough(estimate) ? share : null, null, certain?.schedule ?? null),
      certain: certain !== undefined,
      drawn: { times: Math.round((share ?? 0) * samples), samples },
    };
  });
}

/** @param {number | null} final @param {number | null} share @param {CountedOutcome | null} counted @param {readonly string[] | null} schedule @returns {Outcome} */
function outcome(final, share, counted, schedule) {
  return { name: final === null ? DEADLOCK : String(final), final, share, counted, schedule, certain: counted !== null, drawn: null };
}

/** What only real runs have shown. @param {string} name @returns {Outcome} */
export function seenOnly(name) {
  return { name, final: name === DEADLOCK ? null : Number(name), share: null, counted: null, schedule: null, certain: false, drawn: null };
}

/** The likeliest first; what is known without a probability comes last. @param {readonly Outcome[]} outcomes */
export function byShare(outcomes) {
  const rank = (/** @type {Outcome} */ { share, drawn }) => share ?? (drawn ? drawn.times / drawn.samples : 0);
  return [...outcomes].sort((one, other) => rank(other) - rank(one));
}

/** What is opened first. @param {readonly Outcome[]} outcomes */
export function likeliest(outcomes) {
  return byShare(outcomes)[0];
}

/** A schedule as turns: a process, and how many steps it takes in a row. @param {readonly string[]} schedule */
export function turnsOf(schedule) {
  /** @type {{process: string, steps: number}[]} */
  const turns = [];
  for (const process of schedule) {
    const last = turns[turns.length - 1];
    if (last?.process === process) last.steps += 1;
    else turns.push({ process, steps: 1 });
  }
  return turns;
}
