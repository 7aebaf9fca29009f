// The lineage: every write hangs from the write it was built on, like a commit graph. The chain that
// survives is the trunk; lost writes are dead branches below it. It grows with the playhead, so one
// stale write can be seen to cut off a trunk that many had built.

import { counted } from "../core/format.js";
import { lookOf } from "../core/process-names.js";
import { createChart } from "./chart.js";
import { legend } from "./legend.js";

/** @import { ViewState, RaceActions } from "../core/types.js" */
/** @import { Lineage } from "../core/lineage.js" */
/** @import { Sheet } from "./chart.js" */

/** With less room than this for each write, in pixels, single writes would only touch each other. */
const ROOM = 5;

/** The height of the legend at the bottom, in units. */
const LEGEND = 1.25;

/** Dead branches share this many lanes. */
const LANES = 4;

/** @typedef {{version: number, x: number, y: number, isAlive: boolean}} Node */

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createLineage(root, actions) {
  const chart = createChart(root, actions, { picture, moving, describe });
  root.append(legend([["alive", "survives: on the trunk"], ["dead", "lost: on a dead branch"]], "is-below"));

  return { render: chart.render, destroy: chart.destroy };
}

/** @param {ViewState} view */
function describe({ state, cell: name }) {
  const cell = state.cells.find((each) => each.name === name);
  if (!cell) return "Lineage: nothing was written.";
  return `Lineage of ${cell.name}: ${counted(cell.writes, "write")}, ${cell.writes - cell.lost} on the trunk, ${cell.lost} on dead branches.`;
}

/** The versions in sight, and whether there is room for each. @param {Sheet} sheet @param {ViewState} view */
function inSight({ width }, { history, timebase, range, cell }) {
  const lineage = history.lineage(cell);
  const first = Math.max(0, lineage.versionAt(timebase.position(history, range.from)));
  const last = Math.min(lineage.length - 1, lineage.versionAt(timebase.position(history, range.to)) + 1);
  return { lineage, first, last, isNear: (last - first) * ROOM <= width };
}

/** @param {Sheet} sheet */
function heights({ height: all, unit }) {
  // The legend stands below.
  const height = all - LEGEND * unit;
  const trunk = Math.min(2.75 * unit, height * 0.3);
  const step = Math.min(2 * unit, (height - trunk - unit) / LANES);
  return { trunk, step, of: (/** @type {number} */ lane) => trunk + lane * step };
}

/** From far away: the trunk, and below it how many of the writes at each point were lost. @param {Sheet} sheet @param {ViewState} view */
function picture(sheet, view) {
  const { context, palette, left, width, height, x, unit } = sheet;
  const { lineage, first, last, isNear } = inSight(sheet, view);
  if (isNear) return;
  const { history, timebase } = view;
  const { trunk } = heights(sheet);
  context.fillStyle = palette.text;
  const end = x(timebase.moment(history, lineage.position(last)));
  context.fillRect(left, trunk - 0.5, Math.max(0, Math.min(end, width) - left), 1);
  const columns = new Int32Array(Math.ceil(width) * 2);
  for (let version = Math.max(1, first); version <= last; version += 1) {
    const column = Math.floor(x(timebase.moment(history, lineage.position(version))));
    if (column < left || column >= width) continue;
    const is = column * 2 + (lineage.erasedAt(version) > 0 ? 1 : 0);
    columns[is] = (columns[is] ?? 0) + 1;
  }
  for (let column = Math.ceil(left); column < width; column += 1) {
    const alive = columns[column * 2] ?? 0;
    const dead = columns[column * 2 + 1] ?? 0;
    if (alive + dead === 0) continue;
    context.fillStyle = palette.text;
    if (alive > 0) context.fillRect(column, trunk - 2, 1, 4);
    context.fillStyle = palette.loss;
    context.globalAlpha = 0.6;
    context.fillRect(column, trunk + 5, 1, (dead / (alive + dead)) * (height - LEGEND * unit - trunk - 8));
    context.globalAlpha = 1;
  }
}

/** Each write by itself, up to the playhead. @param {Sheet} sheet @param {ViewState} view */
function moving(sheet, view) {
  const { lineage, first, last, isNear } = inSight(sheet, view);
  if (!isNear) return;
  const newest = Math.min(last, lineage.versionAt(view.position));
  const nodes = layOut(sheet, view, lineage, first, newest);
  const { context, left, width, height } = sheet;
  context.save();
  context.beginPath();
  context.rect(left - 12, 0, width, height);
  context.clip();
  for (const node of nodes.values()) drawBranch(sheet, lineage, nodes, node);
  const radius = Math.max(2.5, Math.min(0.5 * sheet.unit, (0.35 * width) / (last - first + 1)));
  const labels = labelled([...nodes.values()], sheet.unit);
  for (const node of nodes.values()) drawNode(sheet, view, lineage, node, radius, labels.has(node));
  context.restore();
}

/** Which writes have room for their value. Where there is not enough for all, every second, third, … one is labelled, in each
 * lane for itself, and the newest always. @param {readonly Node[]} nodes @param {number} unit @returns {ReadonlySet<Node>} */
export function labelled(nodes, unit) {
  /** @type {Set<Node>} */
  const found = new Set();
  /** @type {Map<number, Node[]>} */
  const lanes = new Map();
  for (const node of nodes) lanes.set(node.y, [...(lanes.get(node.y) ?? []), node]);
  for (const lane of lanes.values()) {
    const [first] = lane;
    const last = lane.at(-1);
    if (!first || !last) continue;
    const digits = String(last.version).length + (last.isAlive ? 0 : 1);
    const width = (0.5 * digits + 0.5) * unit;
    const every = Math.max(1, Math.ceil((width * (lane.length - 1)) / Math.max(1, last.x - first.x)));
    let right = Infinity;
    // From the newest back. Where writes come in bursts, even every third may be too close to the one after it.
    for (let index = lane.length - 1; index >= 0; index -= every) {
      const node = /** @type {Node} */ (lane[index]);
      if (node.x + width > right) continue;
      found.add(node);
      right = node.x;
    }
  }
  return found;
}

/** @param {Sheet} sheet @param {ViewState} view @param {Lineage} lineage @param {number} first @param {number} newest */
function layOut(sheet, { history, timebase, position }, lineage, first, newest) {
  const alive = chain(lineage, lineage.versionAt(position), first);
  const y = heights(sheet);
  /** @type {Map<number, Node>} */
  const nodes = new Map();
  /** By lane: the version at its end. A branch goes on in its lane; a new one takes the first that is free. */
  const ends = new Array(LANES + 1).fill(-1);
  for (let version = first; version <= newest; version += 1) {
    const isAlive = alive.has(version);
    const parent = lineage.parent(version);
    let lane = 0;
    if (!isAlive) {
      lane = ends.indexOf(parent, 1);
      if (lane < 1) lane = ends.findIndex((end, index) => index > 0 && end < parent);
      if (lane < 1) lane = LANES;
      ends[lane] = version;
    }
    const x = sheet.x(timebase.moment(history, lineage.position(version)));
    nodes.set(version, { version, x, y: y.of(lane), isAlive });
  }
  return nodes;
}

/** The surviving versions from the newest back to `first`. @param {Lineage} lineage @param {number} newest @param {number} first */
function chain(lineage, newest, first) {
  const alive = new Set();
  for (let version = newest; version >= first; version = lineage.parent(version)) alive.add(version);
  return alive;
}

/** @param {Sheet} sheet @param {Lineage} lineage @param {Map<number, Node>} nodes @param {Node} node */
function drawBranch({ context, palette, left }, lineage, nodes, node) {
  const parent = lineage.parent(node.version);
  if (parent < 0) return;
  const from = nodes.get(parent) ?? { x: left - 12, y: node.isAlive ? node.y : node.y - 8 };
  context.beginPath();
  context.moveTo(from.x, from.y);
  const bend = Math.min(24, (node.x - from.x) / 2);
  context.bezierCurveTo(from.x + bend, from.y, from.x, node.y, from.x + bend, node.y);
  context.lineTo(node.x, node.y);
  context.lineWidth = node.isAlive ? 2.5 : 1.5;
  context.strokeStyle = node.isAlive ? palette.text : palette.loss;
  context.stroke();
}

/** @param {Sheet} sheet @param {ViewState} view @param {Lineage} lineage @param {Node} node @param {number} radius @param {boolean} isLabelled */
function drawNode({ context, palette, unit }, { history, run, cell }, lineage, { version, x, y, isAlive }, radius, isLabelled) {
  const look = lookOf(lineage.writer(version));
  const colour = palette.processes[look] ?? palette.text;
  shape(context, look, x, y, radius);
  context.fillStyle = isAlive ? colour : palette.ground;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.stroke();
  if (!isLabelled) return;
  const value = version === 0 ? (run.summary.cells.find(({ name }) => name === cell)?.initial ?? 0) : history.step(lineage.position(version) - 1).value;
  context.font = `${isAlive ? 600 : 400} ${0.8125 * unit}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = isAlive ? "bottom" : "top";
  context.fillStyle = isAlive ? palette.text : palette.loss;
  context.fillText(`${isAlive ? "" : "✕"}${value}`, x, isAlive ? y - radius - 2 : y + radius + 1);
}

/** The shapes of the processes, as everywhere: circle, triangle, square, diamond, then stars of many points.
 * @param {CanvasRenderingContext2D} context @param {number} look @param {number} x @param {number} y @param {number} radius */
function shape(context, look, x, y, radius) {
  context.beginPath();
  if (look < 1) {
    context.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  const [corners, turn, inner] = SHAPES[look] ?? [6, 0, 1];
  const points = inner === 1 ? corners : corners * 2;
  for (let point = 0; point < points; point += 1) {
    const angle = (2 * Math.PI * point) / points + turn * Math.PI;
    const reach = radius * 1.15 * (point % 2 && inner !== 1 ? inner : 1);
    context.lineTo(x + reach * Math.sin(angle), y - reach * Math.cos(angle));
  }
  context.closePath();
}

/** Corners, turn in half circles, and how far the inner corners of a star reach. @type {Readonly<Record<number, readonly [number, number, number]>>} */
const SHAPES = {
  1: [3, 0, 1],
  2: [4, 0.25, 1],
  3: [4, 0, 1],
  4: [5, 0, 0.45],
  5: [5, 0, 1],
  6: [4, 0, 0.5],
  7: [6, 1 / 6, 1],
};
