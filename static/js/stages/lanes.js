// Lanes along a true time axis, for stages that show which process worked when: where a time stands, one scale for
// all stages side by side, the names at the left, the axis below, and the hatching of what waits.

import { svg } from "../shell/dom.js";
import { drawMark, took, widthOf } from "./drawing-helpers.js";

/** @import { ViewState } from "../core/types.js" */
/** @import { Layer } from "../shell/layer.js" */

/** While steps still come the axis grows in leaps of this factor, so that it does not creep all the time. */
const LEAP = 1.5;

/** No axis is shorter, in ns. */
const LEAST = 1e6;

/** @typedef {{left: number, right: number, end: number}} Axis from 0 to `end` in ns, between two places in pixels */

/** Where a time stands. @param {Axis} axis @param {number} t */
export function xOf({ left, right, end }, t) {
  return left + (Math.max(0, Math.min(t, end)) / end) * (right - left);
}

/** The time that is shown. @param {ViewState} view */
export function now({ history, position, moment, timebase }) {
  const reached = position > 0 ? history.time(position - 1) : 0;
  return timebase.name === "clock" ? Math.max(reached, moment) : reached;
}

/** How long the axis of one run has to be. @param {ViewState} view */
export function extent({ history, live }) {
  const last = history.length > 0 ? history.time(history.length - 1) : 0;
  if (!live) return Math.max(LEAST, last);
  return LEAST * LEAP ** Math.max(0, Math.ceil(Math.log(Math.max(last, LEAST) / LEAST) / Math.log(LEAP)));
}

/** One scale for the stages that stand side by side, so that what looks longer took longer. */
export class SharedScale {
  /** @type {Map<HTMLElement, {end: number, redraw: () => void}>} */
  #stages = new Map();

  /** The end of the axis for all. @param {HTMLElement} stage @param {number} end @param {() => void} redraw */
  agree(stage, end, redraw) {
    const before = this.#longest();
    this.#stages.set(stage, { end, redraw });
    const now = this.#longest();
    // The other stages draw when they have something new. A new scale has to be sent to them.
    if (now !== before) for (const [other, { redraw: again }] of this.#stages) if (other !== stage && isSeen(other)) again();
    return Math.max(now, end);
  }

  /** How many stages are in sight. */
  get count() {
    return [...this.#stages.keys()].filter(isSeen).length;
  }

  /** @param {HTMLElement} stage */
  leave(stage) {
    this.#stages.delete(stage);
  }

  #longest() {
    return Math.max(0, ...[...this.#stages].flatMap(([stage, { end }]) => (isSeen(stage) ? [end] : [])));
  }
}

/** @param {HTMLElement} stage */
function isSeen(stage) {
  return stage.clientWidth > 0;
}

let patterns = 0;

/** A hatching: `fill` refers to it, and the element has to be in the drawing. @param {number} size */
export function hatching(size) {
  const id = `hatching-${(patterns += 1)}`;
  const line = svg("path", { class: "hatching-line", d: `M0 0V${size}` });
  const pattern = svg("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, [line]);
  return { fill: `url(#${id})`, definition: svg("defs", {}, [pattern]) };
}

/** A mark and a name at the left of a lane. @param {Layer} layer @param {string} name @param {number} y the lane's middle @param {number} type @param {number} place */
export function drawName(layer, name, y, type, place) {
  drawMark(layer, `name ${place}`, name, 0.55 * type, y, type);
  layer.draw(`name ${place}`, "text", { class: "lane-name", x: 1.35 * type, y: y + 0.35 * type }, name);
}

/** Words in a lane that begin at a place, or end at the end of the axis where they would go over it.
 * @param {Layer} layer @param {string} key @param {string} name a class @param {Axis} axis @param {{x: number, y: number}} at @param {number} type @param {string} text */
export function drawWordsFrom(layer, key, name, axis, { x, y }, type, text) {
  const over = x + widthOf(text, type) > axis.right;
  layer.draw(key, "text", { class: name, x: over ? axis.right : x, y, "text-anchor": over ? "end" : "start" }, text);
}

/** How much room names need. @param {readonly string[]} names @param {number} type */
export function gutter(names, type) {
  return 1.35 * type + Math.max(...names.map((name) => widthOf(name, 1.06 * type)), 0) + 0.6 * type;
}

/** The axis: from 0 to its end, and its label. @param {Layer} layer @param {Axis} axis @param {number} y @param {number} type @param {readonly string[]} about the longest that fits is taken */
export function drawAxis(layer, axis, y, type, about) {
  const { left, right, end } = axis;
  const middle = (left + right) / 2;
  const text = { class: "axis-text", y: y + 1.15 * type };
  layer.draw("axis", "path", { class: "axis", d: `M${left} ${y - 4}v4H${right}v-4` });
  layer.draw("axis 0", "text", { ...text, x: left, "text-anchor": "start" }, "0");
  layer.draw("axis end", "text", { ...text, x: right, "text-anchor": "end" }, took(end));
  const room = right - left - 2 * widthOf(took(end), type) - type;
  const words = about.find((one) => widthOf(one, type) < room);
  if (words) layer.draw("axis about", "text", { ...text, x: middle, "text-anchor": "middle" }, words);
}

/** A hairline at the time on show. @param {Layer} layer @param {string} key @param {number} x @param {number} top @param {number} bottom */
export function drawNow(layer, key, x, top, bottom) {
  layer.draw(`now ${key}`, "path", { class: "now", d: `M${x.toFixed(1)} ${top}V${bottom}` });
}
