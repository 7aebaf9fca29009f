// Asks the server for everything that can happen: each possible end, and how probable it is. No page.

import { ask } from "./api.js";
import { DEADLOCK } from "./distribution.js";

/** @import { Problem } from "./types.js" */

/** What is explored. @typedef {{processes: number, iterations: number, guard: string}} ExploreRequest */

/** Of fewer schedules drawn at random no share is told: as in lost_update/settings.py. */
export const LEAST_SAMPLES = 200;

/** Interleavings that end alike. `interleavings` and `fraction` are exact, and texts because they may be long. There is no
 * schedule where it would be too long for a run to follow.
 * @typedef {{interleavings: string, probability: number, fraction: string, schedule: string[] | null, switches: number}} CountedOutcome */

/** Where schedules drawn at random ended. @typedef {{samples: number, outcomes: {final: number | null, share: number}[]}} Estimate */

/** @typedef {{op: string, target: string}} GraphStep */
/** @typedef {{value: number, places: {taken: number, register: number | null}[], end: "final" | "deadlock" | null}} GraphState */
/** @typedef {{from: number, to: number, process: string}} GraphEdge */
/** Every state and every step between them. @typedef {{programs: GraphStep[][], states: GraphState[], edges: GraphEdge[]}} Graph */

/** The answer of the server; `known` and `estimate` where it is not exhausted, the graph where it is small.
 * @typedef {object} Explored
 * @property {boolean} exhausted
 * @property {string | null} interleavings
 * @property {number | null} states all there are, null where they are more than can be told; else those that were visited
 * @property {number} [known_states] how many were counted, where not all could be
 * @property {number} [estimated_states] and about how many there are
 * @property {(CountedOutcome & {final: number})[]} outcomes
 * @property {CountedOutcome[]} deadlocks
 * @property {{final: number, schedule: string[] | null}[]} [known]
 * @property {Estimate} [estimate]
 * @property {Graph} [graph]
 */

/** @param {ExploreRequest} exploreRequest @param {AbortSignal} signal
 * @returns {Promise<{ok: true, explored: Explored} | {ok: false, problem: Problem}>} */
export async function explore(exploreRequest, signal) {
  const headers = { "Content-Type": "application/json" };
  const answer = await ask("/api/explore", { method: "POST", headers, body: JSON.stringify(exploreRequest), signal });
  return answer.ok ? { ok: true, explored: /** @type {Explored} */ (answer.body) } : answer;
}

/** Whether there are so many samples that their shares say something. @param {Estimate | undefined} estimate */
export function isEnough(estimate) {
  return estimate !== undefined && estimate.samples >= LEAST_SAMPLES;
}

/** How probable each end is, by its name; estimated where not everything was worked out. Null where nobody can tell.
 * @param {Explored} explored @returns {Map<string, number> | null} */
export function sharesOfAnswer({ exhausted, outcomes, deadlocks, estimate }) {
  if (!exhausted && !isEnough(estimate)) return null;
  if (!exhausted) return new Map((estimate?.outcomes ?? []).map(({ final, share }) => [final === null ? DEADLOCK : String(final), share]));
  return new Map([
    ...outcomes.map(({ final, probability }) => /** @type {const} */ ([String(final), probability])),
    ...deadlocks.map(({ probability }) => /** @type {const} */ ([DEADLOCK, probability])),
  ]);
}
