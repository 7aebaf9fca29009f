// One lost update as a clip of about five seconds: from the first of the reads that matter to the loss, those steps
// alone. Pure: a history and a position in; which positions are shown, and how long each, out.

import { stepsThatMatter } from "./anatomy.js";

/** @import { History } from "./history.js" */

/** The last of the positions is that of the write that erases; `times` are in ms, at speed 1.
 * @typedef {{positions: readonly number[], times: readonly number[]}} Clip */

/** The whole, in ms. */
const ALL = 5000;

/** The part of the write that erases: its number travels, hits, and the torn ticket comes to rest. */
const DYING = 2800;

/** A step before it, at least and at most. */
const LEAST = 300;
const MOST = 900;

/** @param {History} history @param {number} at the position of a write that erased an update @returns {Clip} */
export function clipOf(history, at) {
  const positions = stepsThatMatter(history, at).map(({ index }) => index + 1);
  const before = positions.length - 1;
  const each = Math.min(MOST, Math.max(LEAST, (ALL - DYING) / Math.max(1, before)));
  return { positions, times: positions.map((position) => (position === at ? DYING : each)) };
}
