// The table of ops, as the server has it (app/lost_update/model/ops.py): what is true of every step with that op. It
// comes with the page's data, and is set once, before anything is read.

/** What is known of an op. What is left out does not apply to it.
 * @typedef {object} OpRow
 * @property {number} number
 * @property {string} word
 * @property {string[]} fields what its steps carry
 * @property {boolean} [can_block] a process may have to wait before it
 * @property {boolean} [is_gated] a gate stands before it: at the pace `step` it needs a grant
 * @property {boolean} [moves_an_object]
 * @property {boolean} [touches_a_cell] it is part of a read-modify-write
 * @property {boolean} [bounds_a_process] it only says that its process begins or ends
 * @property {number} [hold] by how much it changes how often its process holds the target
 * @property {number} [content] by how much it changes how many objects are in the target
 */

/** @type {ReadonlyMap<string, OpRow>} */
let table = new Map();

/** @param {readonly OpRow[]} rows */
export function setOps(rows) {
  table = new Map(rows.map((row) => [row.word, row]));
}

/** A step that needs a grant at the pace `step`; the others come by themselves. @param {string} op */
export function isGated(op) {
  return table.get(op)?.is_gated ?? false;
}

/** 1 where a step makes its process hold its target, -1 where it releases it, else 0. @param {string} op */
export function holdOf(op) {
  return table.get(op)?.hold ?? 0;
}

/** 1 where a step puts an object into its target, -1 where it takes one out, else 0. @param {string} op */
export function contentOf(op) {
  return table.get(op)?.content ?? 0;
}

/** A step that matters for lost updates: it is about shared memory, or about a lock.
 * @param {string} op */
export function isMove(op) {
  return (table.get(op)?.touches_a_cell ?? false) || holdOf(op) !== 0;
}
