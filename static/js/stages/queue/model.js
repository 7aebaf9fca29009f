// A queue after some of a run's steps: what is in it, in the order in which it was put, what came
// out, and what came out before something that had been put earlier. Pure, except that it changes the state that it gets.
//
// Items differ by their value, and what one process puts comes out in order. Where two processes
// have put the same value, nobody can know whose item came out. From then on the rest belong to nobody either.

/** @import { RunView, Step } from "../../core/types.js" */

import { numberOf } from "../../core/process-names.js";
import { Targets } from "../../core/targets.js";
import { shown } from "../drawing-helpers.js";
import { replayed } from "../replay.js";

/** The owner of an item when nobody can know it. */
export const ANYONES = -1;

/** @typedef {{id: number, value: number | null, from: number, isPassed: boolean}} Item `isPassed`: a later one came out before it */

/** An item that came out, who put it (if that can be known), and the items put earlier that were still inside.
 * @typedef {{id: number, value: number | null, from: number, by: number, passed: readonly Item[]}} TakenItem */

/** The items inside with one value: how many each process has put there. The owner is unknown for the
 * ones before the item `known`. @typedef {{counts: Map<number, number>, known: number}} Alike */

/**
 * @typedef {object} Queue
 * @property {Item[]} inside the first one out is the first
 * @property {Map<number | null, Alike>} alike by value
 * @property {TakenItem[]} out
 * @property {number} put
 * @property {number} early items that came out before one that was put earlier
 * @property {number[]} putBy by process
 * @property {boolean[]} ended by process
 * @property {number} waiting the process that waits for an item; -1 is none
 * @property {number} longest value, in letters
 * @property {number | null} value of the cell, if there is one
 * @property {Targets} targets
 * @property {number | null} read the value that was read from the cell, and not yet written back
 */

/** @param {RunView} run @returns {Queue} */
function initial(run) {
  return {
    inside: [], alike: new Map(), out: [], put: 0, early: 0, longest: 1,
    putBy: run.processes.map(() => 0),
    ended: run.processes.map(() => false),
    waiting: -1,
    value: run.summary.cells[0]?.initial ?? null,
    read: null,
    targets: new Targets(run.targets),
  };
}

/** @param {Queue} queue @param {Step} step */
function take(queue, { op, process, target, value }) {
  if (queue.waiting === process) queue.waiting = -1;
  if (op === "put") put(queue, process, value);
  else if (op === "get") get(queue, process, value);
  else if (op === "wait" && queue.targets.is(target, "queue")) queue.waiting = process;
  else if (op === "exit") queue.ended[process] = true;
  else if (op === "read") queue.read = value;
  else if (op === "write") {
    queue.value = value;
    queue.read = null;
  }
}

/** @param {Queue} queue @param {number} from @param {number | null} value */
function put(queue, from, value) {
  queue.inside.push({ id: queue.put, value, from, isPassed: false });
  queue.put += 1;
  queue.putBy[from] = (queue.putBy[from] ?? 0) + 1;
  queue.longest = Math.max(queue.longest, shown(value).length);
  const { counts } = alikeOf(queue, value);
  counts.set(from, (counts.get(from) ?? 0) + 1);
}

/** @param {Queue} queue @param {number} by @param {number | null} value */
function get(queue, by, value) {
  const { inside } = queue;
  const found = inside.findIndex((item) => item.value === value);
  const item = inside[found];
  if (!item) {
    // Its put is not known: the steps of a process that was killed may be missing.
    queue.out.push({ id: -1 - queue.out.length, value, from: ANYONES, by, passed: [] });
    return;
  }
  const alike = alikeOf(queue, value);
  if (alike.counts.size > 1) {
    const all = [...alike.counts.values()].reduce((sum, count) => sum + count, 0);
    alike.counts = new Map([[ANYONES, all]]);
    alike.known = queue.put;
  }
  const from = ownerOf(queue, item);
  const left = (alike.counts.get(from) ?? 1) - 1;
  if (left > 0) alike.counts.set(from, left);
  else alike.counts.delete(from);
  const passed = inside.slice(0, found);
  for (const other of passed) other.isPassed = true;
  if (passed.length > 0) queue.early += 1;
  inside.splice(found, 1);
  queue.out.push({ id: item.id, value, from, by, passed });
}

/** @param {Queue} queue @param {number | null} value */
function alikeOf({ alike }, value) {
  let found = alike.get(value);
  if (!found) alike.set(value, (found = { counts: new Map(), known: 0 }));
  return found;
}

/** The process that put an item, if that can be known. @param {Queue} queue @param {Item} item */
export function ownerOf(queue, item) {
  return item.id < alikeOf(queue, item.value).known ? ANYONES : item.from;
}

export const queueOf = replayed(initial, take);

/** The producers and the consumer, as they are drawn: a process without a number is the consumer, else the last one.
 * @param {readonly string[]} names */
export function partsOf(names) {
  const extra = names.findIndex((name) => numberOf(name) < 0 && name !== "main");
  const consumer = extra >= 0 ? extra : names.length - 1;
  return { consumer, producers: names.flatMap((_, process) => (process === consumer || names[process] === "main" ? [] : [process])) };
}
