// The lineage of one cell: the version that each version was computed from.
// Append-only, so it is shared by all positions of a run: at a position only the versions up to
// that position's version count. This keeps states small, and checkpoints cheap.
//
// A blind write, a reset, begins a new epoch: what came before it is no longer counted. An update that is built on a
// version before it erases it: then it has not happened. What counts hangs on the root of the newest version's chain
// (the module analysis/lineage.py says it in full, and is held against this).

import { countUpTo } from "./columns.js";

/** @import { Effect } from "./types.js" */

/** The parent of version 0 and of a blind write; the writer of a write that went unrecorded. */
const NONE = -1;

/** What becomes of an update by a write: it is lost; it was lost and is on the chain again; or it was lost and is no
 * longer counted. @typedef {"erased" | "revived" | "settled"} Fate */

/** What is kept of a version, each in a column: they grow together. */
const COLUMNS = 6;

export class Lineage {
  /** How many versions there are, version 0 included. */
  length = 0;
  /** Room in each column. */
  #room = 0;
  /** Of all columns, one after the other. */
  #memory = new Int32Array(0);
  #parent = new Int32Array(0);
  /** Where the chain of a version begins: 0, or a blind write. */
  #root = new Int32Array(0);
  #writer = new Int32Array(0);
  #position = new Int32Array(0);
  #readAt = new Int32Array(0);
  #erasedAt = new Int32Array(0);
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
    const version = this.length;
    if (version === this.#room) this.#resize(Math.max(16, 2 * this.#room));
    this.#parent[version] = parent;
    this.#root[version] = parent === NONE ? version : /** @type {number} */ (this.#root[parent]);
    this.#writer[version] = writer;
    this.#position[version] = position;
    this.#readAt[version] = readAt;
    this.length = version + 1;
  }

  /** @param {number} room */
  #resize(room) {
    const memory = new Int32Array(room * COLUMNS);
    [this.#parent, this.#root, this.#writer, this.#position, this.#readAt, this.#erasedAt].forEach((column, number) => {
      memory.set(column.subarray(0, this.length), number * room);
    });
    this.#divide(memory);
  }

  /** The columns, one after the other. @param {Int32Array<ArrayBuffer>} memory */
  #divide(memory) {
    const room = memory.length / COLUMNS;
    [this.#parent, this.#root, this.#writer, this.#position, this.#readAt, this.#erasedAt] = /** @type {[Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>]} */ (
      Array.from({ length: COLUMNS }, (_, number) => memory.subarray(number * room, (number + 1) * room))
    );
    this.#memory = memory;
    this.#room = room;
  }

  /** All of it, for another thread: it takes it over with `adopt`. */
  parts() {
    this.rest();
    return { memory: this.#memory, lastRead: this.#lastRead };
  }

  /** @param {ReturnType<Lineage["parts"]>} parts */
  adopt({ memory, lastRead }) {
    this.#divide(memory);
    this.#lastRead = lastRead;
    this.length = this.#room;
  }

  /** No more writes will come soon: gives back the room that none will need. */
  rest() {
    if (this.#room > this.length) this.#resize(this.length);
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
    return /** @type {number} */ (this.#position[version]);
  }

  /** The position of the read that the write of a version was computed from. @param {number} version */
  readAt(version) {
    return /** @type {number} */ (this.#readAt[version]);
  }

  /** The newest version at a position. @param {number} position */
  versionAt(position) {
    return countUpTo(this.#position, this.length, position) - 1;
  }

  /** The position of the write that erased a version for good, 0 where it is not lost. @param {number} version */
  erasedAt(version) {
    return /** @type {number} */ (this.#erasedAt[version]);
  }

  /** @param {number} version @param {number} position */
  setErasedAt(version, position) {
    this.#erasedAt[version] = position;
  }

  /** @param {number} version */
  writer(version) {
    return /** @type {number} */ (this.#writer[version]);
  }

  /** @param {number} version */
  parent(version) {
    return /** @type {number} */ (this.#parent[version]);
  }

  /** Where the chain of a version begins. @param {number} version */
  root(version) {
    return /** @type {number} */ (this.#root[version]);
  }

  /**
   * Visits every update whose fate changes when `version` is written on top of `base`: those of the chain that ended at
   * `version - 1` are erased, those of the chain of `base` are brought back. Walks both chains back to where they meet;
   * parents are always older than their children.
   * @param {number} version
   * @param {number | null} base
   * @param {(update: number, writer: number, fate: Fate) => void} visit
   */
  diverge(version, base, visit) {
    let old = version - 1;
    let kept = base ?? NONE;
    const root = kept === NONE ? version : this.root(kept);
    if (this.root(old) !== root) return this.#changeEpoch(version, kept, root, visit);
    while (old !== kept) {
      const isErased = old > kept;
      const at = isErased ? old : kept;
      if (this.#isUpdate(at)) visit(at, this.writer(at), isErased ? "erased" : "revived");
      if (isErased) old = this.parent(old);
      else kept = this.parent(kept);
    }
  }

  /** The same where the chain moves to another root: what is counted changes with it.
   * @param {number} version @param {number} base @param {number} rootAfter @param {(update: number, writer: number, fate: Fate) => void} visit */
  #changeEpoch(version, base, rootAfter, visit) {
    const rootBefore = this.root(version - 1);
    const before = this.#chain(version - 1);
    const after = this.#chain(base);
    for (let update = version - 1; update > Math.min(rootBefore, rootAfter); update -= 1) {
      if (!this.#isUpdate(update)) continue;
      const wasLost = update > rootBefore && !before.has(update);
      const isLost = update > rootAfter && !after.has(update);
      if (isLost && !wasLost) visit(update, this.writer(update), "erased");
      if (wasLost && !isLost) visit(update, this.writer(update), after.has(update) ? "revived" : "settled");
    }
  }

  /** Only a read-modify-write can be lost; a blind write kept nothing and so loses nothing. @param {number} version */
  #isUpdate(version) {
    return this.parent(version) !== NONE && this.writer(version) !== NONE;
  }

  /** A version and all that it was built on. @param {number} newest @returns {Set<number>} */
  #chain(newest) {
    const chain = new Set();
    for (let version = newest; version !== NONE; version = this.parent(version)) chain.add(version);
    return chain;
  }

  /** The blind writes that the write of `version` on top of `base` erases. @param {number} version @param {number | null} base */
  resetsErased(version, base) {
    const resets = [];
    if (base !== null) {
      for (let at = this.root(version - 1); at > this.root(base); at -= 1) if (this.parent(at) === NONE) resets.unshift(at);
    }
    return resets;
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
    const effect = nothing(processes);
    const of = { erased: effect.erasedOf, revived: effect.revivedOf, settled: effect.settledOf };
    this.diverge(version, base, (_, writer, fate) => {
      of[fate][writer] = (of[fate][writer] ?? 0) + 1;
      effect[fate] += 1;
    });
    effect.resets = this.resetsErased(version, base).length;
    return effect;
  }
}

/** @param {number} processes */
function nothing(processes) {
  /** @returns {number[]} */
  const none = () => new Array(processes).fill(0);
  return { erased: 0, erasedOf: none(), revived: 0, revivedOf: none(), settled: 0, settledOf: none(), resets: 0 };
}
