// Where things stand on the stage of a queue. Pure: from a size and who takes part to places. The rows of what
// came out lie below; who puts, the pipe and who gets share the rest.

import { gutter } from "./lanes.js";
import { widthOf } from "./parts.js";
import { partsOf } from "./pipe-model.js";

/** @import { ChipSize } from "./chips.js" */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** What the layout depends on, beside the room: rows of what came out, the longest value, whether several put.
 * @typedef {{rows: number, longest: number, several: boolean, hasCell: boolean}} Needs */

/**
 * @typedef {object} Place
 * @property {number} width
 * @property {number} type
 * @property {Box} pipe
 * @property {readonly number[]} sources the height at which each stands who puts
 * @property {number} wireFrom
 * @property {Point & {wordsY: number}} sink who gets
 * @property {boolean} hasWords there is room below a name
 * @property {ChipSize} chip in the pipe
 * @property {ChipSize} out in the rows below
 * @property {readonly number[]} rows the middle of each row of what came out
 * @property {number} rowsLeft
 * @property {Box | null} cell
 * @property {number} valueType
 */

/** @param {number} width @param {number} height @param {number} type @param {readonly string[]} names @param {Needs} needs @returns {Place} */
export function layOut(width, height, type, names, { rows, longest, several, hasCell }) {
  const { producers, consumer } = partsOf(names);
  const left = Math.max(gutter(producers.map((process) => names[process] ?? ""), type), widthOf("put 100", type));
  const roomy = width > 34 * type;
  const right = Math.max(gutter([names[consumer] ?? ""], type), widthOf(roomy ? "got 100, ended" : "got 100", type));

  // Below: a row each, as long as who puts still has a line of its own above.
  const rowHeight = 2.15 * type;
  const count = height - rows * rowHeight >= Math.max(3.4, producers.length * 0.95) * type ? rows : Math.min(rows, height - rowHeight >= 3.4 * type && !hasCell ? 1 : 0);
  const foot = count * rowHeight;
  const body = height - foot;

  const pitch = Math.min(body / producers.length, 4.4 * type);
  const top = (body - pitch * producers.length) / 2;
  const hasWords = pitch >= 2.9 * type;
  const sources = producers.map((_, row) => top + pitch * (row + 0.5) - (hasWords ? 0.5 * type : 0));

  const chip = sizeOf(Math.max(type, Math.min(1.9 * type, body * 0.16)), longest, several);
  const wire = Math.max(1.2 * type, Math.min(width * 0.06, 5 * type));
  const pipeHeight = Math.min(chip.height + 1.1 * chip.type, body - 4);
  const middle = body / 2;
  const pipe = { x: left + wire, y: middle - pipeHeight / 2, width: width - left - right - 2 * wire, height: pipeHeight };
  const sinkX = pipe.x + pipe.width + wire;

  const cellHeight = hasCell ? Math.min(2.7 * type, body - 2.6 * type) : 0;
  const cell = cellHeight > 1.2 * type ? { x: sinkX, y: middle - cellHeight / 2, width: Math.min(right, 6 * type), height: cellHeight } : null;
  const sinkY = cell ? cell.y - 0.9 * type : middle - (hasWords ? 0.5 * type : 0);
  const wordsY = cell ? cell.y + cell.height + 1.2 * type : sinkY + 1.6 * type;
  return {
    width,
    type,
    pipe,
    sources,
    wireFrom: left - 0.2 * type,
    sink: { x: sinkX, y: sinkY, wordsY },
    hasWords,
    chip,
    out: sizeOf(type, longest, several),
    rows: Array.from({ length: count }, (_, row) => height - foot + rowHeight * (row + 0.62)),
    rowsLeft: widthOf("last time", type) + 0.6 * type,
    cell,
    valueType: cellHeight * 0.72,
  };
}

/** @param {number} type @param {number} longest @param {boolean} hasMark @returns {ChipSize} */
function sizeOf(type, longest, hasMark) {
  const width = widthOf("0".repeat(longest), type) + (hasMark ? 1.9 : 0.9) * type;
  return { type, width, height: 1.55 * type, pitch: width + 0.32 * type, hasMark };
}
