// A summary of a run, a few dozen steps at a time, so that a chart of all steps looks at
// thousands of numbers and not at hundreds of thousands. Grows with the steps.

import { Bytes, Floats } from "./columns.js";

/** @import { State } from "./types.js" */

/** Steps in a bucket: what every process did in them still fits a byte each. */
export const BUCKET = 64;

/** What a process may be doing: in the middle of an increment, or waiting. */
export const CONDITIONS = /** @type {const} */ (["open", "waiting"]);

/** Since no step: it is not in that condition. */
const NOT = -1;

/** @typedef {{readonly value: number, readonly expected: number}} Valued */

export class Overview {
  /** By bucket and cell. */
  #lowest = new Floats();
  #highest = new Floats();
  #expected = new Floats();
  /** By bucket, process and condition: for how many of the bucket's steps. */
  #counts = new Bytes();
  /** By process and condition: the index of the step since which it has been so. @type {number[]} */
  #since = [];
  #processes;
  #cells;
  /** The buckets that have begun. */
  #buckets = 0;
  /** The steps that were taken in. */
  #length = 0;

  /** @param {State} state before the first step */
  constructor({ processes, cells }) {
    this.#processes = processes.length;
    this.#cells = cells.length;
    this.#since = new Array(this.#processes * CONDITIONS.length).fill(NOT);
  }

  /** From now on there are more processes: in what has been taken in they did nothing. @param {number} processes */
  widen(processes) {
    const before = this.#counts;
    const [from, to] = [this.#processes * CONDITIONS.length, processes * CONDITIONS.length];
    this.#counts = new Bytes();
    this.#processes = processes;
    while (this.#since.length < to) this.#since.push(NOT);
    for (let bucket = 0; bucket < this.#buckets; bucket += 1) {
      for (let index = 0; index < to; index += 1) this.#counts.push(index < from ? before.at(bucket * from + index) : 0);
    }
  }

  /**
   * Takes in one more step.
   * @param {number} process who took it @param {boolean} isOpen whether that process is in the middle of an increment after it
   * @param {boolean} isWaiting @param {readonly Valued[]} cells after it @param {number} changed the place of the cell that it wrote, -1 is none
   */
  take(process, isOpen, isWaiting, cells, changed) {
    if (this.#length % BUCKET === 0) this.#begin(cells);
    else if (changed >= 0 && changed < this.#cells) this.#write(changed, /** @type {Valued} */ (cells[changed]));
    const which = process * CONDITIONS.length;
    const since = this.#since;
    if (isOpen !== /** @type {number} */ (since[which]) >= 0) this.#change(which, isOpen);
    if (isWaiting !== /** @type {number} */ (since[which + 1]) >= 0) this.#change(which + 1, isWaiting);
    this.#length += 1;
    if (this.#length % BUCKET === 0) this.#end();
  }

  /** A bucket, with what is true after its first step. @param {readonly Valued[]} cells */
  #begin(cells) {
    this.#buckets += 1;
    for (let count = this.#processes * CONDITIONS.length; count > 0; count -= 1) this.#counts.push(0);
    for (let index = 0; index < this.#cells; index += 1) {
      const { value, expected } = /** @type {Valued} */ (cells[index]);
      this.#lowest.push(value);
      this.#highest.push(value);
      this.#expected.push(expected);
    }
  }

  /** @param {number} cell @param {Valued} now */
  #write(cell, { value, expected }) {
    const at = (this.#buckets - 1) * this.#cells + cell;
    if (value < this.#lowest.at(at)) this.#lowest.set(at, value);
    if (value > this.#highest.at(at)) this.#highest.set(at, value);
    this.#expected.set(at, expected);
  }

  /** @param {number} which process and condition @param {boolean} is */
  #change(which, is) {
    if (!is) this.#add(which, /** @type {number} */ (this.#since[which]));
    this.#since[which] = is ? this.#length : NOT;
  }

  /** It has been so since that step, up to the newest one. @param {number} which @param {number} since */
  #add(which, since) {
    const at = (this.#buckets - 1) * this.#processes * CONDITIONS.length + which;
    this.#counts.set(at, this.#counts.at(at) + this.#length - Math.max(since, (this.#buckets - 1) * BUCKET));
  }

  /** The newest bucket is full. */
  #end() {
    for (let which = 0; which < this.#since.length; which += 1) {
      const since = /** @type {number} */ (this.#since[which]);
      if (since >= 0) this.#add(which, since);
    }
  }

  /** No more steps will come soon: gives back the room that none will need. */
  rest() {
    for (const column of [this.#lowest, this.#highest, this.#expected, this.#counts]) column.trim();
  }

  /** All of it, for another thread: it takes it over with `adopt`. */
  parts() {
    return {
      columns: { lowest: this.#lowest.parts(), highest: this.#highest.parts(), expected: this.#expected.parts(), counts: this.#counts.parts() },
      since: this.#since,
      processes: this.#processes,
      cells: this.#cells,
      buckets: this.#buckets,
      length: this.#length,
    };
  }

  /** @param {ReturnType<Overview["parts"]>} parts */
  adopt({ columns: { lowest, highest, expected, counts }, since, processes, cells, buckets, length }) {
    this.#lowest.adopt(lowest);
    this.#highest.adopt(highest);
    this.#expected.adopt(expected);
    this.#counts.adopt(counts);
    this.#since = since;
    this.#processes = processes;
    this.#cells = cells;
    this.#buckets = buckets;
    this.#length = length;
  }

  /** Adds up for which share of each bucket's steps every process was in each condition, from the first up to the one before `end`.
   * @param {number} first @param {number} end @param {Float64Array} into by process and condition */
  addShares(first, end, into) {
    const width = this.#processes * CONDITIONS.length;
    const full = Math.min(end, Math.floor(this.#length / BUCKET));
    for (let bucket = first; bucket < full; bucket += 1) {
      for (let which = 0; which < width; which += 1) into[which] = /** @type {number} */ (into[which]) + this.#counts.at(bucket * width + which) / BUCKET;
    }
    for (let bucket = Math.max(first, full); bucket < end; bucket += 1) {
      for (let which = 0; which < width; which += 1) into[which] = /** @type {number} */ (into[which]) + this.#share(bucket, which);
    }
  }

  /** The share of a bucket's steps for which a process was in a condition. @param {number} bucket @param {number} which process and condition */
  #share(bucket, which) {
    const counted = this.#counts.at(bucket * this.#processes * CONDITIONS.length + which);
    const since = this.#since[which] ?? NOT;
    // What still goes on is added to a bucket when it is full.
    const isFull = (bucket + 1) * BUCKET <= this.#length;
    const goesOn = isFull || since < 0 ? 0 : this.#length - Math.max(since, bucket * BUCKET);
    return (counted + goesOn) / BUCKET;
  }

  /** A cell's value at its lowest and highest, and what was expected of it. @param {number} bucket @param {number} cell */
  values(bucket, cell) {
    const at = bucket * this.#cells + cell;
    return { lowest: this.#lowest.at(at), highest: this.#highest.at(at), expected: this.#expected.at(at) };
  }
}
