// Where a run lost updates for good: the positions of the writes that erased them. An update that
// was erased and later brought back is not lost, and its position is forgotten again, and so is that of
// one that a reset came after; so the updates counted here are at any time exactly those that the
// scoreboard calls lost.

import { Ints } from "./columns.js";

/** @import { Fate, Lineage } from "./lineage.js" */

export class Losses {
  #positions = new Ints();
  /** For each of these positions, how many updates its write erased that are lost still. */
  #updates = new Ints();
  /** By the write that is being taken in. */
  #erased = 0;
  /** How many updates are lost in all. */
  total = 0;

  /** What becomes of an update by the write at `position`. When that is known of all, `settle` follows.
   * @param {Lineage} lineage @param {number} update @param {Fate} fate @param {number} position */
  take(lineage, update, fate, position) {
    if (fate === "erased") this.#erased += 1;
    else this.forget(lineage.erasedAt(update));
    lineage.setErasedAt(update, fate === "erased" ? position : 0);
  }

  /** @param {number} position of the write */
  settle(position) {
    this.add(position, this.#erased);
    this.#erased = 0;
  }

  /** So many updates were erased there. Positions come in order. @param {number} position @param {number} count */
  add(position, count) {
    this.total += count;
    if (count === 0) return;
    this.#positions.push(position);
    this.#updates.push(count);
  }

  /** One of the updates that were erased there has come back. @param {number} position */
  forget(position) {
    const index = this.#positions.countUpTo(position) - 1;
    this.total -= 1;
    this.#updates.set(index, this.#updates.at(index) - 1);
    if (this.#updates.at(index) > 0) return;
    this.#positions.remove(index);
    this.#updates.remove(index);
  }

  /** No more will come soon: gives back the room that none will need. */
  rest() {
    this.#positions.trim();
    this.#updates.trim();
  }

  /** All of it, for another thread: it takes it over with `adopt`. */
  parts() {
    return { positions: this.#positions.parts(), updates: this.#updates.parts(), total: this.total };
  }

  /** @param {ReturnType<Losses["parts"]>} parts */
  adopt({ positions, updates, total }) {
    this.#positions.adopt(positions);
    this.#updates.adopt(updates);
    this.total = total;
  }

  /** Whether anything was lost after `from`, and at the latest at `to`. @param {number} from @param {number} to */
  between(from, to) {
    return this.#positions.countUpTo(to) > this.#positions.countUpTo(from);
  }

  /** The nearest position after (1) or before (-1) `position`. @param {number} position @param {1 | -1} direction */
  next(position, direction) {
    const index = this.#positions.countUpTo(direction > 0 ? position : position - 1) + (direction > 0 ? 0 : -1);
    return index >= 0 && index < this.#positions.length ? this.#positions.at(index) : null;
  }

  /** The last positions up to `position` at which something was lost, oldest first, at most `most`.
   * @param {number} position @param {number} most */
  lastUpTo(position, most) {
    const end = this.#positions.countUpTo(position);
    return Array.from({ length: Math.min(most, end) }, (_, index) => this.#positions.at(end - Math.min(most, end) + index));
  }

  /** How many of the lost updates were erased up to `position`. @param {number} position */
  upTo(position) {
    const end = this.#positions.countUpTo(position);
    return end === this.#positions.length ? this.total : this.#sum(0, end, Infinity);
  }

  /** How many of them were erased after `from`, and at the latest at `to`; counting ends at `most`.
   * @param {number} from @param {number} to @param {number} most */
  count(from, to, most) {
    return this.#sum(this.#positions.countUpTo(from), this.#positions.countUpTo(to), most);
  }

  /** @param {number} first @param {number} end @param {number} most */
  #sum(first, end, most) {
    let sum = 0;
    for (let index = first; index < end && sum < most; index += 1) sum += this.#updates.at(index);
    return Math.min(sum, most);
  }
}
