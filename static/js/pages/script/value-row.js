// The row of the chosen cell: its value under what was expected of it. The gap is the loss.

import { number } from "../../core/format.js";

/** @import { CellTrack } from "../../core/cell-track.js" */
/** @import { LaneSheet, Placed } from "./lanes-picture.js" */
/** @import { ScriptView } from "./view.js" */

/** Where value and expectation stand in a column of pixels. @typedef {{x: number, low: number, high: number, expected: number}} Corner */

/** @param {LaneSheet} sheet @param {ScriptView} view @param {Placed} place @param {number} first @param {number} last */
export function drawValueRow(sheet, view, place, first, last) {
  const { context, palette, left, right } = sheet;
  const { row, middle, height } = place;
  if (row.kind !== "value") return;
  const floor = middle + height / 2 - 3;
  context.fillStyle = palette.line;
  context.fillRect(left, Math.round(floor), right - left, 1);
  const track = view.state.track(row.cell);
  if (!track) return;
  const cell = view.run.summary.cells.find(({ name }) => name === row.cell);
  const isCounted = cell?.expected !== null;
  const corners = cornersOf(sheet, track, first, last, isCounted);
  const [edge] = corners;
  if (!edge || Number.isNaN(edge.low)) return drawTicks(sheet, track, first, last, floor, height);
  // Zoomed in, what was lost before does not count: the gap is what is lost in sight.
  const before = first > 0 ? edge.expected - edge.high : 0;
  const all = corners.map((corner) => ({ ...corner, expected: corner.expected - before }));
  const low = all.reduce((least, corner) => Math.min(least, corner.low), Infinity);
  const high = all.reduce((most, corner) => Math.max(most, corner.high, corner.expected), low + 1);
  const room = height - 8;
  drawCurve(sheet, all, (value) => floor - (room * (value - low)) / (high - low), isCounted);
  write(sheet, all, floor - room, isCounted);
}

/** @param {LaneSheet} sheet @param {CellTrack} track @param {number} first @param {number} last @param {boolean} isCounted @returns {Corner[]} */
function cornersOf({ x, left, right }, track, first, last, isCounted) {
  const from = track.countUpTo(first) - 1;
  const to = track.countUpTo(last) - 1;
  const expected = (/** @type {number} */ write) => (isCounted ? track.expected(write) : track.value(write));
  /** @type {Corner[]} */
  const corners = [{ x: Math.max(left, from < 0 ? left : x(track.position(from) - 1)), low: track.value(from), high: track.value(from), expected: expected(from) }];
  for (let write = from + 1; write <= to; write += 1) {
    const at = x(track.position(write) - 1);
    const value = track.value(write);
    const last = /** @type {Corner} */ (corners.at(-1));
    if (at - last.x < 1) {
      last.low = Math.min(last.low, value);
      last.high = Math.max(last.high, value);
      last.expected = expected(write);
    } else corners.push({ x: at, low: value, high: value, expected: expected(write) });
  }
  const last_ = /** @type {Corner} */ (corners.at(-1));
  const final = track.value(to);
  corners.push({ x: Math.min(right, x(last - 1)), low: final, high: final, expected: last_.expected });
  return corners;
}

/** @param {LaneSheet} sheet @param {readonly Corner[]} corners @param {(value: number) => number} y @param {boolean} isCounted */
function drawCurve({ context, palette }, corners, y, isCounted) {
  const along = (/** @type {"high" | "expected"} */ which) => {
    let before = /** @type {Corner} */ (corners[0]);
    context.moveTo(before.x, y(before[which]));
    for (const corner of corners) {
      context.lineTo(corner.x, y(before[which]));
      context.lineTo(corner.x, y(corner[which]));
      before = corner;
    }
  };
  if (isCounted) {
    context.beginPath();
    along("expected");
    for (let index = corners.length - 1; index >= 0; index -= 1) {
      const corner = /** @type {Corner} */ (corners[index]);
      context.lineTo(corner.x, y(Math.min(corner.high, corner.expected)));
      const before = corners[index - 1];
      if (before) context.lineTo(corner.x, y(Math.min(before.high, before.expected)));
    }
    context.globalAlpha = 0.18;
    context.fillStyle = palette.loss;
    context.fill();
    context.globalAlpha = 1;
    context.beginPath();
    along("expected");
    context.setLineDash([4, 3]);
    context.lineWidth = 1;
    context.strokeStyle = palette.quiet;
    context.stroke();
    context.setLineDash([]);
  }
  context.beginPath();
  along("high");
  context.lineWidth = 1.75;
  context.strokeStyle = palette.text;
  context.stroke();
}

/** What it comes to, at the right end. @param {LaneSheet} sheet @param {readonly Corner[]} corners @param {number} top @param {boolean} isCounted */
function write({ context, palette, unit, right }, corners, top, isCounted) {
  const last = corners.at(-1);
  if (!last) return;
  const isOther = isCounted && !isAbout(last.expected, last.high);
  const value = number(last.high);
  const words = isOther ? `${value}, expected ${number(last.expected)}` : isCounted ? `${value}, as expected` : value;
  context.font = `600 ${0.6875 * unit}px sans-serif`;
  context.textBaseline = "top";
  const width = context.measureText(words).width;
  const x = Math.min(last.x + 6, right - width - 2);
  const y = x < last.x ? top + unit * 0.9 : top;
  context.textAlign = "left";
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = palette.ground;
  context.strokeText(words, x, y);
  context.fillStyle = isOther ? palette.loss : palette.text;
  context.fillText(words, x, y);
}

/** Sums of floats differ in their last digits, in whatever order they were made. @param {number} one @param {number} other */
function isAbout(one, other) {
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));
}

/** What holds no number: when it was written. @param {LaneSheet} sheet @param {CellTrack} track @param {number} first @param {number} last @param {number} floor @param {number} height */
function drawTicks({ context, palette, x, left }, track, first, last, floor, height) {
  context.fillStyle = palette.text;
  let before = -Infinity;
  for (let write = track.countUpTo(first); write < track.countUpTo(last); write += 1) {
    const at = x(track.position(write) - 1);
    if (at - before < 1 || at < left) continue;
    context.fillRect(at - 0.75, floor - height * 0.5, 1.5, height * 0.5);
    before = at;
  }
}
