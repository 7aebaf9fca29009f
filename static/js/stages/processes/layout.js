// Where things stand among the lifelines. Pure: from a size and the processes to lanes.

import { gutter } from "../lanes.js";
import { widthOf } from "../drawing-helpers.js";

/** @import { Axis } from "../lanes.js" */

/** Rows are lanes: main's is 0.
 * @typedef {object} Layout
 * @property {number} type
 * @property {Axis} axis
 * @property {number} top
 * @property {number} lane the height of a lane
 * @property {number} bar the height of a bar
 * @property {boolean} hasWords there is a row for words under each bar
 * @property {boolean} hasAxis
 * @property {number} bottom
 */

/** @param {number} width @param {number} height @param {readonly string[]} names @param {number} rows a lane for each name, and one for the words below them @param {number} type @param {number} end @returns {Layout} */
export function layOut(width, height, names, rows, type, end) {
  const left = gutter(names, type);
  const isTight = height < (rows + 1.6) * 1.25 * type;
  const foot = isTight ? 4 : 1.7 * type;
  const lane = Math.min((height - foot) / rows, 6.5 * type);
  const room = width - left;
  const right = width - (room < 22 * type ? 2.8 : 5.6) * type;
  const top = Math.max(0, (height - foot - lane * rows) / 2);
  const hasWords = lane >= 2.7 * type;
  const bar = hasWords ? Math.min(1.7 * type, lane * 0.46) : Math.min(1.6 * type, lane * 0.8);
  return { type, axis: { left, right, end }, top, lane, bar, hasWords, hasAxis: !isTight, bottom: top + lane * rows };
}

/** The middle of a lane's bar. @param {Layout} layout @param {number} row */
export function middleOf({ top, lane, bar, hasWords, type }, row) {
  const content = bar + (hasWords ? 1.2 * type : 0);
  return top + lane * row + (lane - content) / 2 + bar / 2;
}

/** Whether a bar is high enough for words in it. @param {Layout} layout */
export function holdsWords({ bar, type }) {
  return bar >= 1.15 * type;
}

/** The first that fits, or nothing. @param {readonly string[]} texts @param {number} room @param {number} type */
export function fitting(texts, room, type) {
  return texts.find((text) => widthOf(text, type) <= room) ?? "";
}
