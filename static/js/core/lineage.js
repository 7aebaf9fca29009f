// The lineage of one cell: the version that each version was computed from.
// Append-only, so it is shared by all positions of a run: at a position only the versions up to
// that position's version count. This keeps states small, and checkpoints cheap.

import { Ints } from "./columns.js";

/** @import { Effect } from "./types.js" */

/** The parent of version 0 and of a blind write; the writer of a write that went unrecorded. */
const NONE = -1;

export class Lineage {
  #parent = new Ints();
  #writer = new Ints();
  #position = new Ints();
  #readAt = new Ints();
  #erasedAt = new Ints();
  /** By process: the position of its last read of this cell. @type {number[]} */
  #lastRead = [];
  /** @type {Effect | null} */
  #none = null;

  constructor() {
    // Version 0 is the initial value: nobody wrote it, and it has no parent.
    this.#push(NONE, NONE, 0, 0);
  }

  /** @param {number} parent @param {number} writer @param {number} position @param {number} readAt */
  #push(parent, writer, position, readAt) {
    this.#parent.push(parent);
    this.#writer.push(writer);
    this.#position.push(position);
    this.#readAt.push(readAt);
    this.#erasedAt.push(0);
  }

  /** How many versions there are, version 0 included. */
  get length() {
    return this.#parent.length;
  }

  /** @param {number} process @param {number} position */
  read(process, position) {
    this.#lastRead[process] = position;
  }

  /** @param {number} version @param {number | null} base @param {number} writer @param {number} position */
  add(version, base, writer, position) {
    // A killed process can leave a gap. Nobody knows what those writes were based on; as a link of
    // the chain without a writer they neither lose nor revive anything.
    while (this.length < version) this.#push(this.length - 1, NONE, position, position);
    const readAt = base === null ? position : (this.#lastRead[writer] ?? position);
    if (this.length === version) this.#push(base ?? NONE, writer, position, readAt);
  }

  /** The position of the write that made a version. @param {number} version */
  position(version) {
    return this.#position.at(version);
  }

  /** The position of the read that the write of a version was computed from. @param {number} version */
  readAt(version) {
    return this.#readAt.at(version);
  }

  /** The newest version at a position. @param {number} position */
  versionAt(position) {
    return this.#position.countUpTo(position) - 1;
  }

  /** The position of the write that erased a version for good, 0 where it is not lost. @param {number} version */
  erasedAt(version) {
    return this.#erasedAt.at(version);
  }

  /** @param {number} version @param {number} position */
  setErasedAt(version, position) {
    this.#erasedAt.set(version, position);
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
   * Visits every update that is lost or comes back when `version` is written on top of `base`: those of the
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
   * @returns {Effect}
   */
  effect(version, base, processes) {
    // Most writes follow on the newest version: they erase nothing, and need no new object to say so.
    if (base === version - 1) return this.#none?.erasedOf.length === processes ? this.#none : (this.#none = nothing(processes));
    const { erasedOf, revivedOf } = nothing(processes);
    let erased = 0;
    let revived = 0;
    this.diverge(version, base, (_, writer, isErased) => {
      const of = isErased ? erasedOf : revivedOf;
      of[writer] = (of[writer] ?? 0) + 1;
      if (isErased) erased += 1;
      else revived += 1;
    });
    return { erased, revived, erasedOf, revivedOf };
  }
}

/** @param {number} processes */
function nothing(processes) {
  /** @type {number[]} */
  const erasedOf = new Array(processes).fill(0);
  return { erased: 0, revived: 0, erasedOf, revivedOf: erasedOf.slice() };
}
