// A summary of a run, a few dozen steps at a time, so that a chart of all steps looks at
// thousands of numbers and not at hundreds of thousands. Grows with the steps.

import { Bytes, Floats } from "./columns.js";

/** @import { CellState, State } from "./types.js" */

/** Steps in a bucket: what every process did in them still fits a byte each. */
export const BUCKET = 64;

/** What a process may be doing: in the middle of an increment, or waiting. */
export const CONDITIONS = /** @type {const} */ (["open", "waiting"]);

export class Overview {
  /** By bucket and cell. */
  #lowest = new Floats();
  #highest = new Floats();
  #expected = new Floats();
  /** By bucket, process and condition: for how many of the bucket's steps. */
  #counts = new Bytes();
  #processes;
  #cells;
  #length = 0;

  /** @param {State} state before the first step */
  constructor({ processes, cells }) {
    this.#processes = processes.length;
    this.#cells = cells.length;
  }

  /** From now on there are more processes: in what has been taken in they did nothing. @param {number} processes */
  widen(processes) {
    const before = this.#counts;
    const [from, to] = [this.#processes, processes].map((count) => count * CONDITIONS.length);
    this.#counts = new Bytes();
    this.#processes = processes;
    for (let bucket = 0; bucket < this.#length; bucket += 1) {
      for (let index = 0; index < to; index += 1) this.#counts.push(index < from ? before.at(bucket * from + index) : 0);
    }
  }

  /** Takes in the state after one more step. @param {State} state */
  add(state) {
    const bucket = Math.floor((state.position - 1) / BUCKET);
    const isNew = bucket === this.#length;
    if (isNew) {
      this.#length += 1;
      for (let count = this.#processes * CONDITIONS.length; count > 0; count -= 1) this.#counts.push(0);
    }
    for (let index = 0; index < this.#cells; index += 1) {
      const { value, expected } = /** @type {CellState} */ (state.cells[index]);
      const at = bucket * this.#cells + index;
      if (isNew) {
        this.#lowest.push(value);
        this.#highest.push(value);
        this.#expected.push(expected);
      } else {
        this.#lowest.set(at, Math.min(this.#lowest.at(at), value));
        this.#highest.set(at, Math.max(this.#highest.at(at), value));
        this.#expected.set(at, expected);
      }
    }
    for (let index = 0; index < this.#processes; index += 1) {
      const process = state.processes[index];
      if (process?.register) this.#count(bucket, index, 0);
      if (process?.waits) this.#count(bucket, index, 1);
    }
  }

  /** @param {number} bucket @param {number} process @param {number} condition */
  #count(bucket, process, condition) {
    const at = (bucket * this.#processes + process) * CONDITIONS.length + condition;
    this.#counts.set(at, this.#counts.at(at) + 1);
  }

  /** The share of a bucket's steps for which a process was in a condition. @param {number} bucket @param {number} process @param {number} condition */
  share(bucket, process, condition) {
    return this.#counts.at((bucket * this.#processes + process) * CONDITIONS.length + condition) / BUCKET;
  }

  /** A cell's value at its lowest and highest, and what was expected of it. @param {number} bucket @param {number} cell */
  values(bucket, cell) {
    const at = bucket * this.#cells + cell;
    return { lowest: this.#lowest.at(at), highest: this.#highest.at(at), expected: this.#expected.at(at) };
  }
}
