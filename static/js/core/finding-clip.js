// A finding as a clip: its evidence alone, step by step, the last step longest. And one lost update, whose steps are not
// among the evidence of a finding: the reads and writes that matter. Pure.

/** @import { Clip } from "./clip.js" */
/** @import { ScriptHistory } from "./script-history.js" */

/** The whole, in ms, and what its last step has of it. */
const ALL = 5000;
const LAST = 1800;

/** A step before it, at least and at most. */
const LEAST = 350;
const MOST = 1000;

/** A clip has no more steps than this: nobody watches a minute. */
const MOST_STEPS = 14;

/** @param {readonly number[]} steps indices, in any order @returns {Clip} */
export function clipOfSteps(steps) {
  const positions = [...new Set(steps)].sort((one, other) => one - other).map((index) => index + 1).slice(-MOST_STEPS);
  const each = Math.min(MOST, Math.max(LEAST, (ALL - LAST) / Math.max(1, positions.length - 1)));
  return { positions, times: positions.map((_, place) => (place === positions.length - 1 ? LAST : each)) };
}

/** The steps of what the write at a position erased. @param {ScriptHistory} history @param {number} position @returns {number[]} */
export function stepsOfLoss(history, position) {
  const thief = position - 1;
  const [victim] = history.victims(thief);
  const writes = victim === undefined ? [thief] : [victim, thief];
  const steps = writes.flatMap((write) => [history.readOf(write), write]).filter((index) => index >= 0);
  return [...new Set(steps)].sort((one, other) => one - other);
}
