// One cell over time: its value after each of its writes, and what it would be had nothing been lost. Worked out for the
// cell that is looked at, from the steps about it; more steps are taken in as they come.

import { Floats, Ints } from "./columns.js";

/** @import { ScriptHistory } from "./script-history.js" */

export class CellTrack {
  #history;
  #target;
  /** The last step that was taken in. */
  #last = -1;
  #positions = new Ints();
  #values = new Floats();
  #expected = new Floats();
  /** By version: what was written. @type {Map<number, number>} */
  #written;

  /** @param {ScriptHistory} history @param {number} target @param {number} initial what it held at first, NaN for no number */
  constructor(history, target, initial) {
    this.#history = history;
    this.#target = target;
    this.initial = initial;
    this.#written = new Map([[0, initial]]);
  }

  /** How many writes are known. */
  get length() {
    return this.#positions.length;
  }

  /** Takes in what has come. */
  follow() {
    const history = this.#history;
    /** @type {number[]} */
    const fresh = [];
    for (let at = history.lastAbout(this.#target); at > this.#last; at = history.beforeAbout(at)) {
      if (history.op(at) === "write") fresh.push(at);
    }
    this.#last = Math.max(this.#last, history.lastAbout(this.#target));
    for (let place = fresh.length - 1; place >= 0; place -= 1) this.#add(/** @type {number} */ (fresh[place]));
  }

  /** @param {number} index of a write */
  #add(index) {
    const history = this.#history;
    const value = history.value(index);
    const base = history.base(index);
    const before = this.length === 0 ? this.initial : this.#expected.at(this.length - 1);
    const read = base < 0 ? undefined : this.#written.get(base);
    this.#positions.push(index + 1);
    this.#values.push(value);
    // A blind write begins anew: what came before it is not counted any more.
    this.#expected.push(read === undefined ? value : before + value - read);
    this.#written.set(history.version(index), value);
  }

  /** How many of its writes there were up to a position. @param {number} position */
  countUpTo(position) {
    return this.#positions.countUpTo(position);
  }

  /** @param {number} write counted from 0; -1 is before all */
  position(write) {
    return write < 0 ? 0 : this.#positions.at(write);
  }

  /** @param {number} write */
  value(write) {
    return write < 0 ? this.initial : this.#values.at(write);
  }

  /** @param {number} write */
  expected(write) {
    return write < 0 ? this.initial : this.#expected.at(write);
  }
}
