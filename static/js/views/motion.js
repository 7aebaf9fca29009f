// Motions of the stage. An element always stands where it belongs already: a motion only lets it
// come from somewhere else. So a motion can be cut short at any time and nothing is ever wrong.

/** @import { Point } from "./stage-layout.js" */

/**
 * @param {SVGElement} element
 * @param {Keyframe[]} frames
 * @param {number} duration
 * @param {string} [easing]
 */
export function move(element, frames, duration, easing = "cubic-bezier(.3,.1,.2,1)") {
  for (const running of element.getAnimations()) running.cancel();
  if (duration > 0) element.animate(frames, { duration, easing, fill: "backwards" });
}

/** Lets a number arrive from another place. @param {SVGElement} element @param {Point} from @param {Point} to @param {number} size how much larger it was there @param {number} duration */
export function arrive(element, from, to, size, duration) {
  const shift = `translate(${from.x - to.x}px, ${from.y - to.y}px)`;
  move(element, [{ transform: `${shift} scale(${size})` }, { transform: "none" }], duration);
}

/** Turns a number over: edge-on, then the other side. @param {SVGElement} element @param {number} duration */
export function turnOver(element, duration) {
  move(
    element,
    [
      { transform: "scaleY(0)", offset: 0 },
      { transform: "scaleY(0)", offset: 0.45 },
      { transform: "scaleY(1)", offset: 1 },
    ],
    duration,
  );
}

/** Shows what was there before, going away. @param {SVGElement} element @param {number} duration @param {boolean} turning */
export function leave(element, duration, turning) {
  const away = turning
    ? [
        { opacity: 1, transform: "scaleY(1)" },
        { opacity: 1, transform: "scaleY(0)", offset: 0.45 },
        { opacity: 0, transform: "scaleY(0)" },
      ]
    : [{ opacity: 0.85 }, { opacity: 0, offset: 0.7 }, { opacity: 0 }];
  move(element, away, duration, "ease-in");
}

/** A short light on a wire that something has just passed. @param {SVGElement} element @param {number} duration */
export function glow(element, duration) {
  move(element, [{ opacity: 1 }, { opacity: 1, offset: 0.6 }, { opacity: 0 }], duration * 1.6, "linear");
}

/** One half of a broken +1 falls away. @param {SVGElement} element @param {string} from @param {number} duration */
export function fall(element, from, duration) {
  move(element, [{ transform: from }, {}], duration * 1.5, "cubic-bezier(.4,0,.7,1)");
}
