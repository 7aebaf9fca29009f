// The targets of a run: the kind of each, as its declaration says, and its name in sentences. Names are for people,
// and decide nothing. Pure.

/** @import { Target } from "./types.js" */

export class Targets {
  #declared;
  /** @type {ReadonlyMap<string, Target>} */
  #named;

  /** @param {readonly Target[]} declared */
  constructor(declared) {
    this.#declared = declared;
    this.#named = new Map(declared.map((target) => [target.name, target]));
  }

  /** How many there are. */
  get count() {
    return this.#declared.length;
  }

  /** @param {string | null} name */
  of(name) {
    return name === null ? undefined : this.#named.get(name);
  }

  /** @param {string | null} name @param {Target["kind"]} kind */
  is(name, kind) {
    return this.of(name)?.kind === kind;
  }

  /** The locks that several processes share, those aside that are inside something shared. */
  get sharedLocks() {
    return this.#declared.filter(({ kind, guards, owner }) => kind === "lock" && !guards && !owner);
  }

  /** The lock that a process has: its own, or the one that all share. @param {string} process */
  lockOf(process) {
    return this.#declared.find(({ kind, owner }) => kind === "lock" && owner === process) ?? this.sharedLocks[0];
  }

  /** What it is called in a sentence: the lock, where there is one; lock a, where there are several; P1.
   * @param {string | null} name */
  words(name) {
    const target = this.of(name);
    if (!target || target.kind === "process" || target.kind === "cell") return name ?? "";
    if (target.owner || this.#isOnly(target)) return `the ${target.kind}`;
    return target.guards ? target.name : `${target.kind} ${target.name}`;
  }

  /** Whether it is the only target of its kind; a lock inside a shared object does not count beside others. @param {Target} target */
  #isOnly({ kind, guards }) {
    return this.#declared.filter((other) => other.kind === kind && !other.owner && (guards || !other.guards)).length === 1;
  }
}
