// The small picture of a recording: its value against time, and a line at what was expected in the end. What is missing
// there is marked, in the colour of loss. Pure: the picture is text, so that it is tested without a page.

import { number } from "../../core/format.js";

/** @import { CellCard } from "./kept.js" */

const WIDTH = 176;
const HEIGHT = 56;
/** Room for the strokes at the edges. */
const EDGE = 3;

/** @param {CellCard | null} cell @returns {string} an SVG, or "" where there is no value to draw */
export function pictureOf(cell) {
  if (!cell || cell.points.length === 0) return "";
  const { initial, expected, points } = cell;
  const heights = [...points.map(([, value]) => value), ...(initial === null ? [] : [initial]), ...(expected === null ? [] : [expected])];
  const low = Math.min(...heights);
  const high = Math.max(...heights);
  /** @param {number} share */
  const x = (share) => round(EDGE + share * (WIDTH - 2 * EDGE));
  /** @param {number} value */
  const y = (value) => round(HEIGHT - EDGE - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE));
  const start = initial ?? /** @type {[number, number]} */ (points[0])[1];
  const last = /** @type {[number, number]} */ (points[points.length - 1])[1];
  const steps = points.map(([share, value]) => `H${x(share)}V${y(value)}`).join("");
  const isShort = expected !== null && last !== expected;
  return [
    `<svg class="kept-picture" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${inWords(cell)}">`,
    expected === null ? "" : `<path class="kept-expected" d="M${x(0)} ${y(expected)}H${x(1)}"/>`,
    `<path class="kept-value" d="M${x(0)} ${y(start)}${steps}H${x(1)}"/>`,
    isShort ? `<path class="kept-gap" d="M${x(1)} ${y(last)}V${y(expected)}"/>` : "",
    "</svg>",
  ].join("");
}

/** @param {number} pixels */
function round(pixels) {
  return Math.round(pixels * 10) / 10;
}

/** @param {CellCard} cell */
function inWords({ expected, final }) {
  const ended = final === null ? "" : `the value ended at ${number(final)}`;
  return [ended, expected === null ? "" : `${number(expected)} was expected`].filter(Boolean).join(", ") || "the value";
}
