// Where things stand on the stage of a queue. Pure: from a size and the processes to points. The rows of what
// came out lie below. Producers, pipe and consumer stand side by side; where that is too narrow, one below the other.

import { gutter } from "../lanes.js";
import { widthOf } from "../drawing-helpers.js";
import { partsOf } from "./model.js";

/** @import { ChipSize } from "../chips.js" */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** What the layout depends on, apart from the room: rows of what came out, how many items each will hold, the longest
 * value, whether there are several producers, and whether the consumer has a cell.
 * @typedef {{rows: number, items: number, longest: number, several: boolean, hasCell: boolean}} Needs */

/**
 * @typedef {object} Body
 * @property {Box} pipe
 * @property {readonly Point[]} sources where each stands who puts
 * @property {number | null} wireFrom null is no wire
 * @property {Point & {words: Point}} sink who gets
 * @property {boolean} hasWords there is room below a name
 * @property {boolean} isRoomy there is room beside it
 * @property {ChipSize} chip in the pipe
 * @property {Box | null} cell
 */

/**
 * @typedef {object} Foot
 * @property {ChipSize} out in the rows of what came out
 * @property {readonly number[]} rows the middle of the first line of each
 * @property {number} rowsLeft
 * @property {number} perLine how many stand on a line
 * @property {number} lines of each row
 * @property {number} lineHeight
 */

/** @typedef {Body & Foot & {width: number, type: number}} Layout */

/** In letters: narrower than this, things stand one below the other; wider than that there is room for words. */
const NARROW = 36;
const ROOMY = 70;

/** @param {number} width @param {number} height @param {number} type @param {readonly string[]} names @param {Needs} needs @returns {Layout} */
export function layOut(width, height, type, names, needs) {
  const { producers } = partsOf(names);
  const { rows, items, longest, several, hasCell } = needs;
  const letters = width / widthOf("0", type);
  const out = sizeOf(type, longest, several);
  const rowsLeft = widthOf("last time", type) + 0.6 * type;
  const perLine = Math.max(1, Math.floor((width - rowsLeft) / out.pitch));
  const lineHeight = 1.9 * type;
  const isNarrow = letters < NARROW;
  const least = isNarrow ? 3.6 + 1.5 * linesOf(producers.length, width, type) + (hasCell ? 2.2 : 1.4) : Math.max(3.4, producers.length * 0.95);
  // What does not fit on one line may take two; where there is too little height there is a row less.
  const wanted = items > perLine && items <= 2 * perLine ? [[rows, 2], [rows, 1], [1, 1]] : [[rows, 1], [1, 1]];
  const heightOf = (/** @type {readonly number[]} */ [count = 0, lines = 1]) => count * (lines * lineHeight + 0.3 * type);
  const [count = 0, lines = 1] = wanted.find((one) => height - heightOf(one) >= least * type) ?? [0, 1];
  const foot = heightOf([count, lines]);
  const body = (isNarrow ? below : beside)(width, height - foot, type, names, needs, letters > ROOMY);
  return {
    ...body,
    width,
    type,
    out,
    rows: Array.from({ length: count }, (_, row) => height - foot + (foot / count) * row + 0.62 * lineHeight),
    rowsLeft,
    perLine,
    lines,
    lineHeight,
  };
}

/** Side by side. @param {number} width @param {number} height @param {number} type @param {readonly string[]} names @param {Needs} needs @param {boolean} isRoomy @returns {Body} */
function beside(width, height, type, names, { longest, several, hasCell }, isRoomy) {
  const { producers, consumer } = partsOf(names);
  const left = Math.max(gutter(producers.map((process) => names[process] ?? ""), type), widthOf(isRoomy ? "put 100, ended" : "put 100", type));
  const right = Math.max(gutter([names[consumer] ?? ""], type), widthOf(isRoomy ? "got 100, ended" : "got 100", type));
  const pitch = Math.min(height / producers.length, 4.4 * type);
  const hasWords = pitch >= 2.9 * type;
  const top = (height - pitch * producers.length) / 2 - (hasWords ? 0.5 * type : 0);

  const wire = Math.max(1.2 * type, Math.min(width * 0.06, 5 * type));
  const room = width - left - right - 2 * wire;
  const chip = sizeToFit(room / 5, Math.min(1.9 * type, height * 0.16), type, longest, several);
  const middle = height / 2;
  const pipe = around(left + wire, middle, room, Math.min(chip.height + 1.1 * chip.type, height - 4));
  const x = pipe.x + pipe.width + wire;

  const cellHeight = hasCell ? Math.min(2.7 * type, height - 2.6 * type) : 0;
  const cell = cellHeight > 1.2 * type ? around(x, middle, Math.min(right, 6 * type), cellHeight) : null;
  const y = cell ? cell.y - 0.9 * type : middle - (hasWords ? 0.5 * type : 0);
  const words = { x, y: cell ? cell.y + cell.height + 1.2 * type : y + 1.6 * type };
  return {
    pipe,
    sources: producers.map((_, row) => ({ x: 0, y: top + pitch * (row + 0.5) })),
    wireFrom: left - 0.2 * type,
    sink: { x, y, words },
    hasWords,
    isRoomy,
    chip,
    cell,
  };
}

/** One below the other. @param {number} width @param {number} height @param {number} type @param {readonly string[]} names @param {Needs} needs @returns {Body} */
function below(width, height, type, names, { longest, several, hasCell }) {
  const { producers, consumer } = partsOf(names);
  const lines = linesOf(producers.length, width, type);
  const perLine = Math.ceil(producers.length / lines);
  const chip = sizeToFit(width / 5, 1.4 * type, type, longest, several);
  const pipeHeight = chip.height + 0.8 * type;
  const sinkHeight = (hasCell ? 2.2 : 1.4) * type;
  const spare = Math.max(0, height - lines * 1.5 * type - pipeHeight - sinkHeight) / 4;
  const pipe = around(0.4 * type, spare * 1.5 + lines * 1.5 * type + pipeHeight / 2, width - 0.8 * type, pipeHeight);
  const y = pipe.y + pipeHeight + spare + sinkHeight / 2;
  const nameWidth = gutter([names[consumer] ?? ""], type);
  const cellWidth = hasCell ? 4.2 * type : 0;
  const x = width - nameWidth - cellWidth - 0.3 * type;
  return {
    pipe,
    sources: producers.map((_, index) => ({
      x: (index % perLine) * Math.min(width / perLine, 6 * type),
      y: spare + 1.5 * type * (Math.floor(index / perLine) + 0.5),
    })),
    wireFrom: null,
    sink: { x, y, words: { x: 0, y: y + 0.35 * type } },
    hasWords: false,
    isRoomy: false,
    chip,
    cell: hasCell ? around(width - cellWidth, y, cellWidth - 2, sinkHeight) : null,
  };
}

/** How many lines the names of the producers take. @param {number} count @param {number} width @param {number} type */
function linesOf(count, width, type) {
  return Math.ceil(count / Math.max(1, Math.floor(width / (3.1 * type))));
}

/** @param {number} x @param {number} middle @param {number} width @param {number} height @returns {Box} */
function around(x, middle, width, height) {
  return { x, y: middle - height / 2, width, height };
}

/** As large as wanted, as long as it is no wider than there is room for. @param {number} room @param {number} wanted @param {number} least @param {number} longest @param {boolean} hasMark */
function sizeToFit(room, wanted, least, longest, hasMark) {
  const { pitch } = sizeOf(1, longest, hasMark);
  return sizeOf(Math.max(least, Math.min(wanted, room / pitch)), longest, hasMark);
}

/** @param {number} type @param {number} longest @param {boolean} hasMark @returns {ChipSize} */
function sizeOf(type, longest, hasMark) {
  const width = widthOf("0".repeat(longest), type) + (hasMark ? 2.1 : 0.9) * type;
  return { type, width, height: 1.55 * type, pitch: width + 0.32 * type, hasMark };
}
