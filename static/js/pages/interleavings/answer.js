// Everything that can happen: asked of the server, and as one list of outcomes, whatever is known of each. No page.

import { ask } from "../../core/api.js";

/** @import { Problem, RunView } from "../../core/types.js" */

/** What is explored. @typedef {{processes: number, iterations: number, guard: string}} Choice */

/** Interleavings that end alike. `interleavings` and `fraction` are exact, and texts because they may be long.
 * @typedef {{interleavings: string, probability: number, fraction: string, schedule: string[], switches: number}} Counted */

/** @typedef {{op: string, target: string}} GraphStep */
/** @typedef {{value: number, places: {taken: number, register: number | null}[], end: "final" | "deadlock" | null}} GraphState */
/** @typedef {{from: number, to: number, process: string}} GraphEdge */
/** Every state and every step between them. @typedef {{programs: GraphStep[][], states: GraphState[], edges: GraphEdge[]}} Graph */

/** The answer of the server; `known` and `estimate` where it is not exhausted, the graph where it is small.
 * @typedef {object} Explored
 * @property {boolean} exhausted
 * @property {string | null} interleavings
 * @property {number} states
 * @property {(Counted & {final: number})[]} outcomes
 * @property {Counted[]} deadlocks
 * @property {{final: number, schedule: string[]}[]} [known]
 * @property {{samples: number, outcomes: {final: number | null, share: number}[]}} [estimate]
 * @property {Graph} [graph]
 */

/** One way to end: what the bars are about. `final` is null for a deadlock. Where not everything was worked out,
 * `share` is an estimate or null, and there may be no schedule.
 * @typedef {object} Outcome
 * @property {string} name "2", or "deadlock"
 * @property {number | null} final
 * @property {number | null} share how probable it is, from 0 to 1; null where that is not known
 * @property {Counted | null} counted null where it is not exact
 * @property {readonly string[] | null} schedule
 */

export const DEADLOCK = "deadlock";

/** @param {Choice} choice @param {AbortSignal} signal
 * @returns {Promise<{ok: true, explored: Explored} | {ok: false, problem: Problem}>} */
export async function explore(choice, signal) {
  const headers = { "Content-Type": "application/json" };
  const answer = await ask("/api/explore", { method: "POST", headers, body: JSON.stringify(choice), signal });
  return answer.ok ? { ok: true, explored: /** @type {Explored} */ (answer.body) } : answer;
}

/** All outcomes, smallest first, a deadlock last. @param {Explored} explored @returns {Outcome[]} */
export function outcomesOf({ exhausted, outcomes, deadlocks, known = [], estimate }) {
  if (exhausted) {
    return [
      ...outcomes.map((each) => outcome(each.final, each.probability, each, each.schedule)),
      ...deadlocks.map((each) => outcome(null, each.probability, each, each.schedule)),
    ];
  }
  const drawn = estimate?.outcomes ?? [];
  const finals = [...new Set([...known, ...drawn].map(({ final }) => final))].sort((one, other) => (one ?? Infinity) - (other ?? Infinity));
  return finals.map((final) => {
    const share = drawn.find((each) => each.final === final)?.share ?? null;
    return outcome(final, share, null, known.find((each) => each.final === final)?.schedule ?? null);
  });
}

/** @param {number | null} final @param {number | null} share @param {Counted | null} counted @param {readonly string[] | null} schedule @returns {Outcome} */
function outcome(final, share, counted, schedule) {
  return { name: final === null ? DEADLOCK : String(final), final, share, counted, schedule };
}

/** How a real run ended, by the same names; null where it came to no end of its own. @param {RunView} run */
export function nameOf({ status, deadlock, summary }) {
  if (deadlock) return DEADLOCK;
  const final = summary.cells[0]?.final;
  return status === "finished" && typeof final === "number" ? String(final) : null;
}

/** A schedule as turns: who moves, and for how many steps, until another does. @param {readonly string[]} schedule */
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
