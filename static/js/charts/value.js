// The value as it grew, under what was expected of it: the gap between the two is what is lost. Small and quiet,
// with nothing to press; it grows with the moment on show, so people see the gap open.

import { BUCKET } from "../core/overview.js";
import { setAttribute, svg } from "../shell/dom.js";
import { legend } from "./legend.js";

/** @import { History } from "../core/history.js" */
/** @import { RaceActions, RunView, ViewState } from "../core/types.js" */

/** A run of no more steps than this is drawn step by step. */
const EXACT = 2000;

/** The most points that people can see. */
const POINTS = 480;

const WIDTH = 1000;
const HEIGHT = 100;

/** @typedef {{position: number, value: number, expected: number}} Point */

/** @param {HTMLElement} root @param {RaceActions} _actions */
export function createValue(root, _actions) {
  const gap = svg("path", { class: "value-gap" });
  const expected = svg("path", { class: "value-expected" });
  const line = svg("path", { class: "value-line" });
  const ground = svg("path", { class: "value-ground", d: `M0 ${HEIGHT}H${WIDTH}` });
  const picture = svg("svg", { class: "value-picture", viewBox: `0 -6 ${WIDTH} ${HEIGHT + 8}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  picture.append(gap, ground, expected, line);
  root.setAttribute("role", "img");
  root.append(picture, legend([["expected", "expected"], ["value", "counter"], ["gap", "lost"]]));
  let drawn = "";

  /** @param {ViewState} view */
  function render(view) {
    const { history, position, run, cell, live } = view;
    const key = [run.id, history.length, position, cell, run.status, live].join();
    if (key === drawn) return;
    drawn = key;
    const points = pointsOf(history, position, Math.max(0, view.state.cells.findIndex(({ name }) => name === cell)));
    const last = /** @type {Point} */ (points[points.length - 1]);
    const whole = Math.max(1, total(view));
    const x = (/** @type {number} */ at) => (at / whole) * WIDTH;
    const most = Math.max(1, goal(run, cell), last.expected);
    const y = (/** @type {number} */ value) => HEIGHT * (1 - value / most);
    const certain = points.filter((point) => point.position <= history.certainUpTo(cell));
    const upper = stairs(certain, ({ expected: wanted }) => wanted, x, y);
    const below = stairs(certain, ({ value }) => value, x, y);
    setAttribute(expected, "d", `M${upper.join("L")}`);
    setAttribute(line, "d", `M${stairs(points, ({ value }) => value, x, y).join("L")}`);
    setAttribute(gap, "d", `M${[...upper, ...below.reverse()].join("L")}Z`);
    const wanted = certain.length < points.length ? "what was expected is unknown" : `${last.expected} was expected`;
    if (!view.moving || !root.hasAttribute("aria-label")) setAttribute(root, "aria-label", `The value grew to ${last.value}; ${wanted}.`);
  }

  return { render, destroy: () => root.replaceChildren() };
}

/** How many steps the race has; while they still come, as many as the goal lets one expect. @param {ViewState} view */
function total({ history, length, live, cell, run }) {
  const so = history.stateAt(length).cells.find(({ name }) => name === cell)?.expected ?? 0;
  return live && so > 0 ? Math.max(length, (length * goal(run, cell)) / so) : length;
}

/** What the cell would show in the end if nothing were lost. @param {RunView} run @param {string} cell */
function goal({ adds, summary }, cell) {
  const initial = summary.cells.find(({ name }) => name === cell)?.initial ?? 0;
  return initial + (adds?.[cell] ?? 0);
}

/** What is drawn up to a position: each step of a short run, of a long one what some dozen steps add up to.
 * @param {History} history @param {number} position @param {number} cell @returns {Point[]} */
function pointsOf(history, position, cell) {
  if (history.length <= EXACT) return valuesOf(history, cell).slice(0, position + 1);
  const buckets = Math.floor(position / BUCKET);
  const each = Math.max(1, Math.ceil(buckets / POINTS));
  const points = [{ position: 0, value: 0, expected: 0 }];
  for (let bucket = 0; bucket < buckets; bucket += each) {
    const { highest, expected } = history.overview.values(bucket, cell);
    points.push({ position: (bucket + 1) * BUCKET, value: highest, expected });
  }
  return points;
}

/** Known once for each step: to go through them again at each drawing would take too long.
 * @type {WeakMap<History, Point[][]>} */
const known = new WeakMap();

/** @param {History} history @param {number} cell */
function valuesOf(history, cell) {
  const cells = known.get(history) ?? [];
  known.set(history, cells);
  const points = (cells[cell] ??= []);
  while (points.length <= history.length) {
    const { value = 0, expected = 0 } = history.stateAt(points.length).cells[cell] ?? {};
    points.push({ position: points.length, value, expected });
  }
  return points;
}

/** A value holds until the next: corners, not slopes.
 * @param {readonly Point[]} points @param {(point: Point) => number} of @param {(position: number) => number} x @param {(value: number) => number} y */
function stairs(points, of, x, y) {
  /** @type {string[]} */
  const corners = [];
  let height = "";
  for (const point of points) {
    const now = y(of(point)).toFixed(1);
    if (now === height) continue;
    const left = x(point.position).toFixed(1);
    if (height) corners.push(`${left} ${height}`);
    corners.push(`${left} ${now}`);
    height = now;
  }
  const last = points[points.length - 1];
  return last ? [...corners, `${x(last.position).toFixed(1)} ${height}`] : corners;
}
