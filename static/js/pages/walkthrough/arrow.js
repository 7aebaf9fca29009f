// One arrow from a sentence to what it is about. It runs along the margins, where nothing is written: down beside the
// sentence, across above the races, down beside the race, and in to what it is about.

import { svg } from "../../shell/dom.js";

/** How far the arrow stays away from the edge of a race, and how long and half as wide its head is, in pixels. */
const AWAY = 9;
const LENGTH = 10;
const HEAD = 5;

/** Where something is on the screen. @typedef {{left: number, right: number, top: number, bottom: number}} Box */

/** @param {HTMLElement} root */
export function createArrow(root) {
  const line = svg("path", { class: "arrow-line" });
  const head = svg("path", { class: "arrow-head" });
  const drawing = svg("svg", { class: "arrow", "aria-hidden": "true", "data-part": "arrow" }, [line, head]);
  drawing.toggleAttribute("hidden", true);
  root.append(drawing);

  return {
    /** @param {Element | null} from the sentence @param {Element | null} around what the target lies in
     * @param {Element | null} to null takes the arrow away @param {Element | null} [stage] with other things beside the target */
    draw(from, around, to, stage = null) {
      const isSeen = from && around && to && to.checkVisibility() && around.checkVisibility();
      // Where other things stand before the target on both sides, the arrow ends at the picture that it is in.
      const found = isSeen
        ? (way(boxOf(from), boxOf(around), wholeOf(to), besides(stage, to)) ?? (stage ? way(boxOf(from), boxOf(around), boxOf(stage), []) : null))
        : null;
      drawing.toggleAttribute("hidden", found === null);
      if (!found) return;
      line.setAttribute("d", found.line);
      head.setAttribute("d", found.head);
    },
  };
}

/** @param {Element} element @returns {Box} */
function boxOf(element) {
  return element.getBoundingClientRect();
}

/** @param {Box} inner @param {Box} outer */
function isInside(inner, outer) {
  return inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;
}

/** A process's shape, with its name beside it. @param {Element} to @returns {Box} */
function wholeOf(to) {
  const box = boxOf(to);
  const beside = to.nextElementSibling;
  if (!beside?.matches(".lane-name")) return box;
  const name = boxOf(beside);
  return { left: Math.min(box.left, name.left), right: Math.max(box.right, name.right), top: box.top, bottom: box.bottom };
}

/** What must not be crossed. @param {Element | null} stage @param {Element} to */
function besides(stage, to) {
  const all = [...(stage?.querySelectorAll(".register, .cell-box, text") ?? [])];
  return all.filter((other) => other !== to && other !== to.nextElementSibling && !isInside(boxOf(other), boxOf(to))).map(boxOf);
}

/** @param {Box} from @param {Box} around @param {Box} to @param {readonly Box[]} others */
export function way(from, around, to, others) {
  if (to.bottom <= to.top || from.bottom <= from.top) return null;
  const y = (to.top + to.bottom) / 2;
  const isFree = (/** @type {number} */ left, /** @type {number} */ right) =>
    !others.some((other) => other.top <= y && y <= other.bottom && other.right > left && other.left < right);
  const isLeft = isFree(around.left, to.left) && (to.left - around.left <= around.right - to.right || !isFree(to.right, around.right));
  if (!isLeft && !isFree(to.right, around.right)) return null;
  const x = isLeft ? around.left + AWAY : around.right - AWAY;
  const tip = { x: isLeft ? to.left - 2 : to.right + 2, y };
  const back = isLeft ? -LENGTH : LENGTH;
  // Where the sentence is as wide as the page, the margin is beside it; else it is reached above the races.
  const isWide = from.left - around.left < 4 * AWAY && around.right - from.right < 4 * AWAY;
  const across = isWide ? from.bottom + 2 : Math.max(from.bottom + 2, Math.min(around.top - 4, y));
  return {
    line: `M ${from.left + 1.5} ${from.bottom} V ${across} H ${x} V ${y} H ${tip.x + back}`,
    head: `M ${tip.x} ${tip.y} l ${back} ${-HEAD} v ${2 * HEAD} Z`,
  };
}
