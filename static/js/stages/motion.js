// Motions of the stage. An element always stands at its final position already: a motion only lets it
// come from somewhere else. So a motion can be cut short at any time.

/** @import { Point } from "./cells/layout.js" */

/** @param {SVGElement} element @param {Keyframe[]} frames @param {number} duration @param {string} [easing] */
function move(element, frames, duration, easing = "cubic-bezier(.3,.1,.2,1)") {
  for (const running of element.getAnimations()) running.cancel();
  if (duration > 0) element.animate(frames, { duration, easing, fill: "backwards" });
}

/** Lets a number arrive from where it was `size` times as large. @param {SVGElement} element @param {Point} from @param {Point} to @param {number} size @param {number} duration */
export function arrive(element, from, to, size, duration) {
  const shift = `translate(${from.x - to.x}px, ${from.y - to.y}px)`;
  move(element, [{ transform: `${shift} scale(${size})` }, { transform: "none" }], duration);
}

/** Lets something that is placed by its transform come from another place. @param {SVGElement} element @param {Point} from @param {Point} to @param {number} duration */
export function slide(element, from, to, duration) {
  const frames = [from, to].map(({ x, y }) => ({ transform: `translate(${x}px, ${y}px)` }));
  move(element, frames, duration * 0.8);
}

/** A short light on a wire that something is passing. @param {SVGElement} element @param {number} duration */
export function glow(element, duration) {
  move(element, [{ opacity: 1 }, { opacity: 1, offset: 0.6 }, { opacity: 0 }], duration * 1.6, "linear");
}

/** Words that come once there is something to say. @param {SVGElement} element @param {number} duration */
export function appear(element, duration) {
  move(element, [{ opacity: 0 }, { opacity: 0, offset: 0.5 }, { opacity: 1 }], duration * 1.5);
}
