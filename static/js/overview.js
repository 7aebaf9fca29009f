// A run from far away: what a few dozen steps at a time add up to, so that a chart of all steps looks at
// thousands of numbers and not at hundreds of thousands. Grows with the steps.

import { Bytes, Floats } from "./columns.js";

/** @import { State } from "./types.js" */

/** Steps in a bucket: what every process did in them still fits a byte each. */
export const BUCKET = 64;

/** What may be going on in a process, beside nothing. */
export const CONDITIONS = /** @type {const} */ (["open", "waiting"]);

export class Overview {
  #lowest = new Floats();
  #highest = new Floats();
  #expected = new Floats();
  /** By bucket, process and condition: for how many of the bucket's steps. */
  #counts = new Bytes();
  #processes;

  /** @param {number} processes */
  constructor(processes) {
    this.#processes = processes;
  }

  /** Takes in the state after one more step. @param {State} state */
  add(state) {
    const cell = state.cells[0];
    if (!cell) return;
    const bucket = Math.floor((state.position - 1) / BUCKET);
    if (bucket === this.#lowest.length) {
      this.#lowest.push(cell.value);
      this.#highest.push(cell.value);
      this.#expected.push(cell.expected);
      for (let count = this.#processes * CONDITIONS.length; count > 0; count -= 1) this.#counts.push(0);
    }
    this.#lowest.set(bucket, Math.min(this.#lowest.at(bucket), cell.value));
    this.#highest.set(bucket, Math.max(this.#highest.at(bucket), cell.value));
    this.#expected.set(bucket, cell.expected);
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

  /** The first cell's value at its lowest and highest, and what was expected of it. @param {number} bucket */
  values(bucket) {
    return { lowest: this.#lowest.at(bucket), highest: this.#highest.at(bucket), expected: this.#expected.at(bucket) };
  }
}
