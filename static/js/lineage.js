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
   * What writing `version` on top of `base` did to the chain that ended at `version - 1`.
   * Walks both chains back to where they meet; parents are always older than their children.
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
    let erased = 0;
    let revived = 0;
    let old = version - 1;
    let kept = base ?? NONE;
    while (old !== kept) {
      const [chain, at] = old > kept ? [erasedOf, old] : [revivedOf, kept];
      const writer = this.writer(at);
      // Only a read-modify-write can be lost; a blind write kept nothing and so loses nothing.
      if (this.parent(at) !== NONE && writer !== NONE) {
        chain[writer] = (chain[writer] ?? 0) + 1;
        if (old > kept) erased += 1;
        else revived += 1;
      }
      if (old > kept) old = this.parent(old);
      else kept = this.parent(kept);
    }
    return { erased, erasedOf, revived, revivedOf };
  }
}
