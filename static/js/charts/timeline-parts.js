// What stands in the lanes of the timeline: an increment's window, waiting, holding the lock, and the
// link from a thief to its victim. Only draws; timeline.js says what and where.

import { lookOf } from "../core/process-names.js";

/** @import { Sheet } from "./chart.js" */

/** The lanes stand at the bottom, the value has the rest. @param {{height: number, unit: number}} sheet @param {number} count */
export function lanesOf({ height, unit }, count) {
  const step = Math.min(1.5 * unit, (height * 0.6) / count);
  const top = height - step * count;
  return { top, step, bar: step * 0.62, middle: (/** @type {number} */ process) => top + (process + 0.5) * step };
}

/** @typedef {ReturnType<typeof lanesOf>} Lanes */

/** No name of a lane is smaller, in units. */
const LEAST_NAME = 0.55;

/** Which lanes have room for their names: every one, every second, … @param {{height: number, unit: number}} size @param {number} count */
export function everyName(size, count) {
  return Math.max(1, Math.ceil((LEAST_NAME * size.unit) / Math.max(1, lanesOf(size, count).step)));
}

/** An increment's window; a lost one is struck through at its end. @param {Sheet} sheet @param {Lanes} lanes @param {number} process @param {number} from @param {number} to @param {boolean} isLost */
export function bar({ context, palette }, { middle, bar: height }, process, from, to, isLost) {
  const y = middle(process);
  const width = Math.max(to - from, 1.5);
  const colour = palette.processes[lookOf(process)] ?? palette.text;
  context.fillStyle = colour;
  context.globalAlpha = isLost ? 0.28 : 0.85;
  context.fillRect(from, y - height / 2, width, height);
  context.globalAlpha = 1;
  if (!isLost) return;
  context.lineWidth = 1;
  context.strokeStyle = colour;
  if (width > 3) context.strokeRect(from + 0.5, y - height / 2 + 0.5, width - 1, height - 1);
  const arm = Math.min(height * 0.32, 5);
  context.lineWidth = 2;
  context.strokeStyle = palette.loss;
  context.beginPath();
  context.moveTo(to - arm, y - arm);
  context.lineTo(to + arm, y + arm);
  context.moveTo(to - arm, y + arm);
  context.lineTo(to + arm, y - arm);
  context.stroke();
}

/** Waiting. @param {Sheet} sheet @param {Lanes} lanes @param {number} process @param {number | null} from @param {number} to */
export function hatch({ context, palette }, { middle, bar: height }, process, from, to) {
  if (from === null) return;
  const y = middle(process);
  context.save();
  context.beginPath();
  context.rect(from, y - height / 2, Math.max(to - from, 1), height);
  context.clip();
  context.beginPath();
  for (let at = Math.floor((from - height) / 5) * 5; at < to; at += 5) {
    context.moveTo(at, y + height / 2);
    context.lineTo(at + height, y - height / 2);
  }
  context.lineWidth = 1;
  context.strokeStyle = palette.quiet;
  context.stroke();
  context.restore();
}

/** Holding the lock. @param {Sheet} sheet @param {Lanes} lanes @param {number} process @param {number | null} from @param {number} to */
export function outline({ context, palette }, { middle, bar: height }, process, from, to) {
  if (from === null) return;
  context.lineWidth = 1.5;
  context.strokeStyle = palette.text;
  context.strokeRect(from, middle(process) - height / 2 - 2, Math.max(to - from, 1), height + 4);
}

/** @param {Sheet} sheet @param {Lanes} lanes @param {number} thief @param {number} thiefX @param {number} victim @param {number} victimX @param {number} weight */
export function link({ context, palette, left }, { middle, bar: height }, thief, thiefX, victim, victimX, weight) {
  if (victimX < left && thiefX < left) return;
  const down = victim >= thief ? 1 : -1;
  const from = middle(thief) + (down * height) / 2;
  const to = thief === victim ? middle(victim) + height / 2 : middle(victim) - (down * height) / 2;
  const bend = Math.max(6, Math.abs(to - from) * 0.6);
  context.beginPath();
  context.moveTo(thiefX, from);
  context.bezierCurveTo(thiefX, from + down * bend, victimX, to - (thief === victim ? -bend : down * bend), victimX, to);
  context.lineWidth = weight;
  context.strokeStyle = palette.loss;
  context.stroke();
}
