// Who built on whom: for one cell, the version that each version was computed from.
// Append-only, so it is shared by all positions of a run: at a position only the versions up to
// that position's version count. This keeps states small, and checkpoints cheap.

import { Ints } from "./columns.js";

/** The parent of version 0 and of a blind write; the writer of a write that went unrecorded. */
const NONE = -1;

export class Lineage {
  #parent = new Ints();
  #writer = new Ints();

  constructor() {
    // Version 0 is the initial value: nobody wrote it, and it hangs from nothing.
    this.#push(NONE, NONE);
  }

  /** @param {number} parent @param {number} writer */
  #push(parent, writer) {
    this.#parent.push(parent);
    this.#writer.push(writer);
  }

  /** @param {number} version @param {number | null} base @param {number} writer */
  add(version, base, writer) {
    // A killed worker can leave a gap. Nobody knows what those writes were built on; as a link of
    // the chain that belongs to nobody they neither lose nor revive anything.
    while (this.#parent.length < version) this.#push(this.#parent.length - 1, NONE);
    if (this.#parent.length === version) this.#push(base ?? NONE, writer);
  }

  /** @param {number} version */
  writer(version) {
    return this.#writer.at(version);
  }

  /** @param {number} version */
  parent(version) {
    return this.#parent.at(version);
  }

  /**
   * Visits every update whose fate changes when `version` is written on top of `base`: those of the
   * chain that ended at `version - 1` are erased, those of the chain of `base` are brought back.
   * Walks both chains back to where they meet; parents are always older than their children.
   * @param {number} version
   * @param {number | null} base
   * @param {(update: number, writer: number, erased: boolean) => void} visit
   */
  diverge(version, base, visit) {
    let old = version - 1;
    let kept = base ?? NONE;
    while (old !== kept) {
      const erased = old > kept;
      const at = erased ? old : kept;
      // Only a read-modify-write can be lost; a blind write kept nothing and so loses nothing.
      if (this.parent(at) !== NONE && this.writer(at) !== NONE) visit(at, this.writer(at), erased);
      if (erased) old = this.parent(old);
      else kept = this.parent(kept);
    }
  }

  /**
   * The same, counted by process.
   * @param {number} version
   * @param {number | null} base
   * @param {number} processes
   * @returns {import("./types.js").Effect}
   */
  effect(version, base, processes) {
    /** @type {number[]} */
    const erasedOf = new Array(processes).fill(0);
    /** @type {number[]} */
    const revivedOf = new Array(processes).fill(0);
    const counts = { erased: 0, revived: 0 };
    this.diverge(version, base, (_, writer, erased) => {
      const of = erased ? erasedOf : revivedOf;
      of[writer] = (of[writer] ?? 0) + 1;
      counts[erased ? "erased" : "revived"] += 1;
    });
    return { ...counts, erasedOf, revivedOf };
  }
}
