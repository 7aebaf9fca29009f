// What is known of a queue after some of a run's steps: what is in it, in the order in which it was put, what came
// out, and what came out before something that had been put earlier. Pure but for the state it is handed to change.
//
// Items are told apart by their value, and by this: what one process puts comes out in order. Where two processes
// have put the same value, whose came out nobody can know, and from then on the ones left are nobody's either.

/** @import { RunView, Step } from "../types.js" */

import { numberOf } from "./parts.js";
import { replayed } from "./replay.js";

/** Whose an item is when nobody can know. */
export const ANYONES = -1;

/** @typedef {{id: number, value: number | null, from: number, isPassed: boolean}} Item `isPassed`: a later one came out before it */

/** An item that came out, and the items put before it that were then still inside.
 * @typedef {{id: number, value: number | null, from: number, by: number, passed: readonly Item[]}} Got */

/**
 * @typedef {object} Queue
 * @property {Item[]} inside the first one out is the first
 * @property {Got[]} out
 * @property {number} put
 * @property {number} early items that came out before one that was put earlier
 * @property {number[]} putBy by process
 * @property {boolean[]} ended by process
 * @property {number} waiting who waits for an item; -1 is nobody
 * @property {number | null} value of the cell, if there is one
 * @property {number | null} read the value that was read from the cell, and not yet written back
 */

/** @param {RunView} run @returns {Queue} */
function initial(run) {
  return {
    inside: [], out: [], put: 0, early: 0,
    putBy: run.processes.map(() => 0),
    ended: run.processes.map(() => false),
    waiting: -1,
    value: run.summary.cells[0]?.initial ?? null,
    read: null,
  };
}

/** @param {Queue} queue @param {Step} step */
function take(queue, { op, process, value }) {
  if (queue.waiting === process) queue.waiting = -1;
  if (op === "put") {
    queue.inside.push({ id: queue.put, value, from: process, isPassed: false });
    queue.put += 1;
    queue.putBy[process] = (queue.putBy[process] ?? 0) + 1;
  } else if (op === "get") get(queue, process, value);
  else if (op === "wait") queue.waiting = process;
  else if (op === "exit") queue.ended[process] = true;
  else if (op === "read") queue.read = value;
  else if (op === "write") {
    queue.value = value;
    queue.read = null;
  }
}

/** @param {Queue} queue @param {number} by @param {number | null} value */
function get(queue, by, value) {
  const { inside } = queue;
  const place = inside.findIndex((item) => item.value === value);
  const item = inside[place];
  if (!item) {
    // Its put is not known: the steps of a process that was killed may be missing.
    queue.out.push({ id: -1 - queue.out.length, value, from: ANYONES, by, passed: [] });
    return;
  }
  const alike = inside.filter((other) => other.value === value);
  const isSure = alike.every(({ from }) => from === item.from && from !== ANYONES);
  if (!isSure) for (const other of alike) other.from = ANYONES;
  const passed = inside.slice(0, place);
  for (const other of passed) other.isPassed = true;
  if (passed.length > 0) queue.early += 1;
  inside.splice(place, 1);
  queue.out.push({ id: item.id, value, from: item.from, by, passed });
}

export const queueOf = replayed(initial, take);

/** Who puts and who gets, as it is drawn: the process that is no worker gets, else the last one.
 * @param {readonly string[]} names */
export function partsOf(names) {
  const extra = names.findIndex((name) => numberOf(name) < 0 && name !== "main");
  const consumer = extra >= 0 ? extra : names.length - 1;
  return { consumer, producers: names.flatMap((_, process) => (process === consumer || names[process] === "main" ? [] : [process])) };
}
