// What the signs of a map mean: those that this one has.

import { holdOf } from "../core/ops.js";
import { html, svg } from "../shell/dom.js";

/** @import { Mapped } from "../core/run-map.js" */

const [WIDE, HIGH] = [26, 14];

/** @type {Readonly<Record<string, () => Element[]>>} */
const SIGNS = {
  right: () => [svg("path", { class: "map-path p0", d: "M3 7H23" })],
  up: () => [svg("path", { class: "map-path p1", d: "M13 12V2" })],
  square: () => [svg("rect", { class: "map-cut", x: 3.5, y: 1.5, width: 19, height: 11 })],
  lost: () => [svg("path", { class: "map-cross", d: "M8.5 2.5l9 9m0-9l-9 9" })],
  wall: () => [svg("rect", { class: "map-wall is-sign", x: 3.5, y: 1.5, width: 19, height: 11 })],
  waits: () => [svg("path", { class: "map-waits is-sign", d: "M4 11l8-8m-3 8l8-8m-3 8l8-8" })],
  now: () => [svg("circle", { class: "map-ring", cx: 13, cy: 7, r: 5.5 }), svg("circle", { class: "map-dot", cx: 13, cy: 7, r: 2 })],
};

export function createLegend() {
  const element = html("ul", "map-legend");
  let known = "";

  /** @param {Mapped} map @param {readonly string[]} names */
  function render({ graph, survey }, names) {
    const { increments, locks } = graph;
    const meets = increments[0].some((one) => increments[1].some((two) => one.cell === two.cell));
    /** @type {[string, string][]} */
    const rows = [["right", `${names[0]} steps right`], ["up", `${names[1]} steps up`]];
    if (meets) rows.push(["square", "both between read and write"]);
    if (meets && survey?.clear !== survey?.through) rows.push(["lost", "an update is lost"]);
    if (locks.length > 0 && hasWalls(graph)) rows.push(["wall", "wall: both would hold a lock"], ["waits", "waits"]);
    rows.push(["now", "now"]);
    const wanted = rows.join();
    if (wanted === known) return;
    known = wanted;
    element.replaceChildren(...rows.map(([sign, text]) => html("li", "", [drawn(sign), text])));
  }

  return { element, render };
}

/** Whether a lock is taken by both. @param {Mapped["graph"]} graph */
function hasWalls({ program }) {
  const locks = program.map((steps) => new Set(steps.flatMap(({ op, target }) => (holdOf(op) > 0 ? target : []))));
  return [...(locks[0] ?? [])].some((lock) => locks[1]?.has(lock));
}

/** @param {string} sign */
function drawn(sign) {
  return svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, "aria-hidden": "true" }, SIGNS[sign]?.() ?? []);
}
