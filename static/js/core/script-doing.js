// What the lanes of a script are doing at a moment: who waits since which step, who holds what since when, who has ended.
// It follows the steps one by one, and is small enough to be kept now and then.

import { contentOf, holdOf } from "./ops.js";

/** A hold: by which lane, since which step, and how often. @typedef {{lane: number, since: number, depth: number}} Hold */

const NOT = -1;

export class Doing {
  /** By lane: the step with which its wait began, -1 where it does not wait. @type {number[]} */
  waits = [];
  /** By lane: the step with which it ended. @type {number[]} */
  ended = [];
  /** By target: who holds it; several may hold a semaphore. @type {Map<number, Hold[]>} */
  holds = new Map();
  /** By target: how many objects are in it. @type {Map<number, number>} */
  content = new Map();
  /** By target: whether an event is set. @type {Map<number, boolean>} */
  set = new Map();

  copy() {
    const copy = new Doing();
    copy.waits = this.waits.slice();
    copy.ended = this.ended.slice();
    for (const [target, holds] of this.holds) if (holds.length > 0) copy.holds.set(target, holds.map((hold) => ({ ...hold })));
    copy.content = new Map(this.content);
    copy.set = new Map(this.set);
    return copy;
  }

  /** @param {number} lane */
  waitOf(lane) {
    return this.waits[lane] ?? NOT;
  }

  /** @param {number} target @returns {readonly Hold[]} */
  holdsOf(target) {
    return this.holds.get(target) ?? [];
  }

  /** What a lane holds. @param {number} lane @returns {number[]} */
  heldBy(lane) {
    return [...this.holds].flatMap(([target, holds]) => (holds.some((hold) => hold.lane === lane) ? [target] : []));
  }

  /**
   * @param {string} op @param {number} lane @param {number} target -1 is none @param {number} index
   * @returns {Hold | null} the hold that has ended with it
   */
  take(op, lane, target, index) {
    this.waits[lane] = op === "wait" ? index : NOT;
    if (op === "read" || op === "modify" || op === "write" || op === "wait") return null;
    if (op === "exit") this.ended[lane] = index;
    if (target === NOT) return null;
    if (op === "set" || op === "clear") this.set.set(target, op === "set");
    const change = contentOf(op);
    if (change !== 0) this.content.set(target, Math.max(0, (this.content.get(target) ?? 0) + change));
    const hold = holdOf(op);
    if (hold > 0) this.#acquire(lane, target, index);
    return hold < 0 ? this.#release(lane, target) : null;
  }

  /** @param {number} lane @param {number} target @param {number} index */
  #acquire(lane, target, index) {
    let holds = this.holds.get(target);
    if (!holds) this.holds.set(target, (holds = []));
    const own = holds.find((hold) => hold.lane === lane);
    if (own) own.depth += 1;
    else holds.push({ lane, since: index, depth: 1 });
  }

  /** Anybody may release: then the hold that is longest there ends. @param {number} lane @param {number} target */
  #release(lane, target) {
    const holds = this.holds.get(target);
    const hold = holds?.find((each) => each.lane === lane) ?? holds?.[0];
    if (!holds || !hold) return null;
    hold.depth -= 1;
    if (hold.depth > 0) return null;
    holds.splice(holds.indexOf(hold), 1);
    return hold;
  }
}
