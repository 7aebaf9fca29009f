// The picture of a map: squares, walls and corners, the two axes, and a path. Everything that depends on the graph alone
// is worked out once for each size.

import { holdOf } from "../core/ops.js";
import { outlines } from "../core/progress-graph.js";
import { svg } from "../shell/dom.js";
import { Layer } from "../shell/layer.js";
import { drawLosses } from "./map-losses.js";

/** @import { Point, ProgramStep, ProgressGraph, Survey } from "../core/progress-graph.js" */
/** @import { GraphPath } from "../core/graph-path.js" */
/** @import { MapLayout } from "./map-layout.js" */

/** What to draw. @typedef {object} Scene
 * @property {ProgressGraph} graph
 * @property {Survey | null} survey
 * @property {GraphPath} path
 * @property {number} at the point of the path on show
 * @property {Point} now where the path ends: between two points while it moves
 * @property {boolean} rest whether the rest of the path is known, and is shown dotted
 * @property {readonly string[]} names
 */

/** What depends on the graph and its size alone: paths.
 * @typedef {{grid: string, squares: string, wall: string, doomed: string, cutOff: string}} Ground */

/** @type {Readonly<Record<string, string>>} */
const LETTERS = { read: "r", modify: "m", write: "w" };

/** A step shorter than this, in pixels, has no joint. */
const JOINT = 12;

let drawings = 0;

/** @param {SVGSVGElement} root */
export function createMapDrawing(root) {
  drawings += 1;
  const hatch = { wall: `map-wall-${drawings}`, wait: `map-wait-${drawings}` };
  root.append(svg("defs", {}, [pattern(hatch.wall, "map-hatch-wall", 7), pattern(hatch.wait, "map-hatch-wait", 5)]));
  const layers = ["ground", "axes", "path", "signs"].map((name) => new Layer(`map-${name}`));
  root.append(...layers.map(({ group }) => group));
  const [ground, axes, path, signs] = /** @type {[Layer, Layer, Layer, Layer]} */ (layers);
  /** @type {{key: string, graph: ProgressGraph | null, paths: Ground}} */
  let known = { key: "", graph: null, paths: { grid: "", squares: "", wall: "", doomed: "", cutOff: "" } };

  /** @param {Scene} scene @param {MapLayout} layout */
  function draw(scene, layout) {
    const { span, unit, left, top } = layout;
    const key = [span.x0, span.x1, span.y0, span.y1, unit, left, top].join(" ");
    if (known.key !== key || known.graph !== scene.graph) known = { key, graph: scene.graph, paths: groundOf(scene, layout) };
    for (const layer of layers) layer.begin();
    drawGround(ground, known.paths, hatch.wall);
    drawCuts(ground, scene, layout);
    drawCorners(ground, scene, layout);
    drawAxes(axes, scene, layout);
    drawWaits(path, scene, layout, hatch.wait);
    drawPath(path, scene, layout);
    drawLosses(signs, scene, layout);
    drawNow(signs, scene, layout);
    for (const layer of layers) layer.end();
  }

  return { draw };
}

/** @param {string} id @param {string} name @param {number} size */
function pattern(id, name, size) {
  const line = svg("path", { d: `M${-size / 4} ${size / 4}L${size / 4} ${-size / 4}M0 ${size}L${size} 0M${0.75 * size} ${1.25 * size}L${1.25 * size} ${0.75 * size}` });
  return svg("pattern", { id, class: name, width: size, height: size, patternUnits: "userSpaceOnUse" }, [svg("rect", { width: size, height: size }), line]);
}

/** @param {Scene} scene @param {MapLayout} layout @returns {Ground} */
function groundOf({ graph, survey }, layout) {
  const { span, left, right, top, bottom } = layout;
  let grid = "";
  for (let x = span.x0; x <= span.x1; x += 1) grid += `M${place(layout.x(x))} ${top}V${place(bottom)}`;
  for (let y = span.y0; y <= span.y1; y += 1) grid += `M${left} ${place(layout.y(y))}H${place(right)}`;
  let squares = "";
  for (const one of graph.increments[0]) {
    if (one.write < span.x0 || one.read > span.x1) continue;
    for (const two of graph.increments[1]) {
      if (two.write < span.y0 || two.read > span.y1 || one.cell !== two.cell) continue;
      squares += squarePath(layout, one, two);
    }
  }
  const area = (/** @type {(x: number, y: number) => boolean} */ isInside) => outlines(span, isInside).map((line) => closed(line, layout)).join("");
  // Where nothing gets through at all there is nothing to tint.
  const dooms = survey && survey.through > 0n ? survey : null;
  return {
    grid,
    squares,
    wall: graph.locks.length > 0 ? area((x, y) => graph.isWall(x, y)) : "",
    doomed: dooms ? area(dooms.isDoomed) : "",
    cutOff: dooms ? area(dooms.isCutOff) : "",
  };
}

/** @param {MapLayout} layout @param {{read: number, write: number}} one @param {{read: number, write: number}} two */
function squarePath(layout, one, two) {
  const [x0, x1] = [one.read + 0.5, one.write + 0.5].map((x) => clamp(x, layout.span.x0, layout.span.x1));
  const [y0, y1] = [two.read + 0.5, two.write + 0.5].map((y) => clamp(y, layout.span.y0, layout.span.y1));
  return `M${place(layout.x(x0 ?? 0))} ${place(layout.y(y0 ?? 0))}H${place(layout.x(x1 ?? 0))}V${place(layout.y(y1 ?? 0))}H${place(layout.x(x0 ?? 0))}Z`;
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.max(least, Math.min(most, value));
}

/** @param {readonly Point[]} line @param {MapLayout} layout */
function closed(line, layout) {
  const { span } = layout;
  const corners = line.map(({ x, y }) => `${place(layout.x(clamp(x, span.x0, span.x1)))} ${place(layout.y(clamp(y, span.y0, span.y1)))}`);
  return `M${corners.join("L")}Z`;
}

/** @param {number} pixels */
function place(pixels) {
  return Math.round(pixels * 10) / 10;
}

/** @param {Layer} layer @param {Ground} paths @param {string} hatch */
function drawGround(layer, { grid, squares, wall, doomed, cutOff }, hatch) {
  layer.draw("grid", "path", { class: "map-grid", d: grid });
  if (wall) layer.draw("wall", "path", { class: "map-wall", d: wall, fill: `url(#${hatch})` });
  layer.draw("squares", "path", { class: wall ? "map-squares has-walls" : "map-squares", d: squares });
  if (doomed) layer.draw("doomed", "path", { class: "map-doomed", d: doomed });
  if (cutOff) layer.draw("cut off", "path", { class: "map-cut-off", d: cutOff });
}

/** The squares that the path has entered. @param {Layer} layer @param {Scene} scene @param {MapLayout} layout */
function drawCuts(layer, { graph, path, at }, layout) {
  const { first } = path.within(layout.span);
  let shape = "";
  for (let index = path.cuts.length - 1; index >= 0; index -= 1) {
    const cut = path.cuts[index];
    if (!cut || cut.at > at) continue;
    // One that was entered a little before what is in sight may reach into it.
    if (cut.at < first - 8) break;
    const [one, two] = [graph.increments[0][cut.i], graph.increments[1][cut.j]];
    const { span } = layout;
    if (one && two && one.write >= span.x0 && one.read < span.x1 && two.write >= span.y0 && two.read < span.y1) shape += squarePath(layout, one, two);
  }
  layer.draw("cuts", "path", { class: "map-cut", d: shape });
}

/** Where nobody can move: a bar at each side that is shut. @param {Layer} layer @param {Scene} scene @param {MapLayout} layout */
function drawCorners(layer, { graph, survey, now }, layout) {
  const { span, unit } = layout;
  const long = Math.min(0.55 * unit, 9);
  for (const { x, y } of survey?.deadEnds ?? []) {
    if (x < span.x0 || x >= span.x1 || y < span.y0 || y >= span.y1) continue;
    const [left, bottom] = [layout.x(x + 0.5), layout.y(y + 0.5)];
    const right = graph.obstacle(0, x, y) ? `M${place(left)} ${place(layout.y(y) - long)}v${place(2 * long)}` : "";
    const up = graph.obstacle(1, x, y) ? `M${place(layout.x(x) - long)} ${place(bottom)}h${place(2 * long)}` : "";
    layer.draw(`corner ${x} ${y}`, "path", { class: now.x === x && now.y === y ? "map-corner is-now" : "map-corner", d: right + up });
  }
}

/** @param {Layer} layer @param {Scene} scene @param {MapLayout} layout */
function drawAxes(layer, { graph, names, path, at }, layout) {
  const { span, left, right, top, bottom, type, unit, hasLetters } = layout;
  const next = path.point(at);
  layer.draw("edge", "path", { class: "map-edge", d: `M${left} ${top}V${place(bottom)}H${place(right)}` });
  const letters = hasLetters ? 1.3 * type : 0;
  const bar = 0.5 * type;
  for (const axis of /** @type {const} */ ([0, 1])) {
    const [from, to] = axis === 0 ? [span.x0, span.x1] : [span.y0, span.y1];
    let bars = "";
    for (const { read, write } of graph.increments[axis]) {
      const [begin, end] = [Math.max(from, read + 0.5), Math.min(to, write + 0.5)];
      if (begin >= end) continue;
      bars += axis === 0
        ? `M${place(layout.x(begin))} ${place(bottom + letters + 0.25 * type)}H${place(layout.x(end))}v${bar}H${place(layout.x(begin))}Z`
        : `M${place(left - letters - 0.25 * type)} ${place(layout.y(begin))}V${place(layout.y(end))}h${-bar}V${place(layout.y(begin))}Z`;
    }
    layer.draw(`bars ${axis}`, "path", { class: `map-bars p${axis}`, d: bars });
    for (let step = from; hasLetters && step < to; step += 1) {
      const isNext = step === (axis === 0 ? next.x : next.y);
      const spot = axis === 0 ? { x: layout.x(step + 0.5), y: bottom + 0.75 * type } : { x: left - 0.75 * type, y: layout.y(step + 0.5) };
      drawLetter(layer, `letter ${axis} ${step}`, graph.program[axis][step], spot, { type, unit, isNext, isAlone: graph.locks.length < 2 });
    }
  }
  const { name } = layout;
  layer.draw("mark 0", "use", { href: "#mark-0", class: "mark p0", x: name.x, y: name.y - 0.5 * type, width: 0.95 * type, height: 0.95 * type });
  layer.draw("name 0", "text", { class: "map-name", x: name.x + 1.3 * type, y: name.y, "font-size": 1.05 * type }, names[0] ?? "");
  layer.draw("arrow 0", "path", { class: "map-arrow", d: arrow(name.x + 3.1 * type, name.y, 1.8 * type, 0) });
  const beside = left - letters - 1.1 * type;
  const middle = beside - 0.95 * type;
  layer.draw("mark 1", "use", { href: "#mark-1", class: "mark p1", x: middle - 0.5 * type, y: bottom - 0.9 * type, width: 0.95 * type, height: 0.95 * type });
  layer.draw("name 1", "text", { class: "map-name", x: middle, y: bottom - 1.6 * type, "font-size": 1.05 * type, "text-anchor": "middle" }, names[1] ?? "");
  layer.draw("arrow 1", "path", { class: "map-arrow", d: arrow(middle, bottom - 2.4 * type, 1.8 * type, 1) });
}

/** @param {number} x @param {number} y @param {number} long @param {0 | 1} axis */
function arrow(x, y, long, axis) {
  const head = long * 0.2;
  return axis === 0
    ? `M${place(x)} ${place(y)}h${place(long)}m${place(-head)} ${place(-head)}l${place(head)} ${place(head)}l${place(-head)} ${place(head)}`
    : `M${place(x)} ${place(y)}v${place(-long)}m${place(-head)} ${place(head)}l${place(head)} ${place(-head)}l${place(head)} ${place(head)}`;
}

/** @param {Layer} layer @param {string} key @param {ProgramStep | undefined} step @param {Point} spot in pixels
 * @param {{type: number, unit: number, isNext: boolean, isAlone: boolean}} look `isAlone`: there is one lock, which needs no name */
function drawLetter(layer, key, step, { x, y }, { type, unit, isNext, isAlone }) {
  if (!step) return;
  const tone = isNext ? "map-letter is-next" : "map-letter";
  const change = holdOf(step.op);
  const isLock = change !== 0;
  const isBoth = isLock && !isAlone && unit > 1.8 * type;
  const words = isLock ? (isAlone ? "" : (/(\w)\]?$/.exec(step.target)?.[1] ?? "")) : (LETTERS[step.op] ?? "");
  if (words) layer.draw(key, "text", { class: tone, x: isBoth ? x - 0.4 * type : x, y, "font-size": type, "text-anchor": "middle" }, words);
  if (!isLock || (!isAlone && !isBoth)) return;
  const high = 0.95 * type;
  const href = change > 0 ? "#lock-shut" : "#lock-open";
  layer.draw(`${key} lock`, "use", { href, class: tone, x: (isBoth ? x + 0.35 * type : x) - high / 2, y: y - high / 2, width: high, height: high });
}

/** Half a step of hatching between the path and the wall, as long as somebody waits.
 * @param {Layer} layer @param {Scene} scene @param {MapLayout} layout @param {string} hatch */
function drawWaits(layer, { graph, path, at }, layout, hatch) {
  const { first, last } = path.within(layout.span);
  let shape = "";
  for (const { process, from, to } of path.waits) {
    if (from > Math.min(at, last) || to < first) continue;
    for (let index = Math.max(from, first); index <= Math.min(to, at, last); index += 1) {
      const { x, y } = path.point(index);
      if (!graph.obstacle(process, x, y)) continue;
      // From the middle of a step to the middle of the next; it begins where the waiting begins.
      const back = index === from ? 0 : 0.5;
      const ahead = index === at ? 0 : 0.5;
      shape += process === 0 ? strip(layout, x, x + 0.5, y - back, y + ahead) : strip(layout, x - back, x + ahead, y, y + 0.5);
    }
  }
  if (shape) layer.draw("waits", "path", { class: "map-waits", d: shape, fill: `url(#${hatch})` });
}

/** @param {MapLayout} layout @param {number} x0 @param {number} x1 @param {number} y0 @param {number} y1 */
function strip({ x, y, span }, x0, x1, y0, y1) {
  const [left, right] = [x0, x1].map((step) => place(x(clamp(step, span.x0, span.x1))));
  const [bottom, top] = [y0, y1].map((step) => place(y(clamp(step, span.y0, span.y1))));
  return `M${left} ${bottom}H${right}V${top}H${left}Z`;
}

/** The path: as far as it has come in the colours of the processes, the rest dotted.
 * @param {Layer} layer @param {Scene} scene @param {MapLayout} layout */
function drawPath(layer, { path, at, now, rest }, layout) {
  const { first, last } = path.within(layout.span);
  const spot = (/** @type {Point} */ { x, y }) => `${place(layout.x(x))} ${place(layout.y(y))}`;
  const strokes = ["", ""];
  let joints = "";
  for (let index = Math.max(1, first + 1); index <= Math.min(at, last); index += 1) {
    const end = index === at ? now : path.point(index);
    const from = spot(path.point(index - 1));
    strokes[path.mover(index)] += `M${from}L${spot(end)}`;
    if (index > 1) joints += `M${from}h0.01`;
  }
  let ahead = "";
  if (rest && at < path.length) {
    for (let index = Math.max(at, first); index <= last; index += 1) ahead += `${ahead ? "L" : "M"}${spot(index === at ? now : path.point(index))}`;
  }
  const thin = layout.unit < JOINT ? " is-thin" : "";
  layer.draw("rest", "path", { class: "map-rest", d: ahead });
  layer.draw("halo", "path", { class: `map-halo${thin}`, d: (strokes[0] ?? "") + (strokes[1] ?? "") });
  layer.draw("path 0", "path", { class: `map-path${thin} p0`, d: strokes[0] ?? "" });
  layer.draw("path 1", "path", { class: `map-path${thin} p1`, d: strokes[1] ?? "" });
  if (layout.unit >= JOINT) layer.draw("joints", "path", { class: "map-joints", d: joints });
}

/** Where it is now, and how far each process has come. @param {Layer} layer @param {Scene} scene @param {MapLayout} layout */
function drawNow(layer, { now }, layout) {
  const [x, y] = [layout.x(now.x), layout.y(now.y)];
  if (x < layout.left || x > layout.right + 0.1 || y < layout.top - 0.1 || y > layout.bottom + 0.1) return;
  layer.draw("hairs", "path", { class: "map-hairs", d: `M${layout.left} ${place(y)}H${place(x)}V${place(layout.bottom)}` });
  const radius = clamp(0.42 * layout.unit, 0.4 * layout.type, 0.68 * layout.type);
  layer.draw("ring", "circle", { class: "map-ring", cx: x, cy: y, r: radius });
  layer.draw("dot", "circle", { class: "map-dot", cx: x, cy: y, r: 0.38 * radius });
}
