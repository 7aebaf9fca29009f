// What all stages need to draw and to describe: the mark of a process, a duration in words, the width of a text.

import { rem } from "../shell/dom.js";
import { number, rounded } from "../core/format.js";
import { colourOf, lookOf, numberOf } from "../core/process-names.js";

/** @import { Figure, ViewState, RunView } from "../core/types.js" */
/** @import { Layer } from "../shell/layer.js" */

/** Of the page's own type; on a projector nothing is smaller than that. */
const SMALLER = 0.8125;

/** Letters are about this wide, as a share of their size; a little more, so that nothing touches. */
const LETTER = 0.57;

/** Where there is room for larger type, at most this much larger. */
const LARGER = 1.6;

/** The size of type on a stage, in pixels: the page's, and larger while `letters` and `lines` fit.
 * @param {Pick<ViewState, "look">} view @param {{width: number, height: number}} room @param {{letters: number, lines: number}} needs */
export function typeSize({ look }, { width, height }, { letters, lines }) {
  const least = look.projector ? rem() : Math.max(12, SMALLER * rem());
  return Math.max(least, Math.min(LARGER * least, width / (letters * LETTER), height / lines));
}

/** @param {string} text @param {number} type */
export function widthOf(text, type) {
  return text.length * LETTER * type;
}

/** @param {RunView} run @param {number} process */
export function nameOf(run, process) {
  return run.processes[process]?.name ?? "";
}

/** The index of a process in a run, by its name; -1 is none. @param {RunView} run @param {string | null} name */
export function processIndex(run, name) {
  return run.processes.findIndex((process) => process.name === name);
}

/** A process's shape in its colour; a ring for those that have no number.
 * @param {Layer} layer @param {string} key @param {string} name @param {number} x @param {number} y @param {number} size */
export function drawMark(layer, key, name, x, y, size) {
  const number = numberOf(name);
  const tone = `mark ${colourOf(name)}`;
  if (number < 0) {
    layer.draw(`${key} ring`, "circle", { class: `ring ${tone}`, cx: x, cy: y, r: size * 0.33, "stroke-width": size * 0.16 });
    return;
  }
  const corner = { x: x - size / 2, y: y - size / 2 };
  layer.draw(`${key} shape`, "use", { href: `#mark-${lookOf(number)}`, class: tone, ...corner, width: size, height: size });
}

/** A value as it stands in a chip or a sentence; null is the end mark. @param {number | null} value */
export function shown(value) {
  if (value === null) return "None";
  const short = number(Math.abs(value));
  return value < 0 ? `−${short}` : short;
}

/** A time in ms, as exactly as anyone wants to know it. @param {number} ns */
export function milliseconds(ns) {
  const ms = ns / 1e6;
  if (ms >= 10) return number(Math.round(ms));
  return rounded(ms, ms >= 1 ? 1 : 2);
}

/** The same in words. @param {number} ns */
export function took(ns) {
  // What would be rounded to 1000 ms is a second.
  return ns >= 999.5e6 ? `${rounded(ns / 1e9, 2)} s` : `${milliseconds(ns)} ms`;
}

/** A sentence for a run that did not come to its own end, or was not recorded.
 * @param {RunView} run @returns {string | null} */
export function brokenOff(run) {
  if (run.status === "failed") return run.reason ?? "The run failed.";
  if (run.status === "stopped") return run.reason ?? "The run was stopped.";
  if (run.request.traced !== false) return null;
  const [cell] = run.summary.cells;
  const result = cell && cell.final !== null ? `Counter ${number(cell.final)}.` : "The run has ended.";
  return `${result} It was not recorded, so there are no steps to show.`;
}

/** The figures of a run that is not recorded: only what the server found in memory.
 * @param {RunView} run @param {readonly Figure[]} figures @returns {readonly Figure[]} */
export function recorded({ request, summary }, figures) {
  if (request.traced !== false) return figures;
  const final = summary.cells[0]?.final ?? null;
  return figures.map((figure) => ({ ...figure, value: figure.label === "counter" && final !== null ? number(final) : "–" }));
}
