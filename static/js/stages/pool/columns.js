// Where the boxes of the tasks stand, and how they are outlined. Pure.

/** @import { RunView } from "../../core/types.js" */
/** @import { Layout, Row } from "./layout.js" */

/** One column for each task, chunks a little apart. @typedef {{x: (number: number) => number, width: number}} Columns */

/** Boxes that are narrower than this stand without a gap between them. In pixels. */
const SMALL = 4;

/** How far chunks are apart, as a share of a column. */
const APART = 0.4;

/** @param {RunView} run @param {number} count @param {Layout} layout @returns {Columns} */
export function columnsOf({ request }, count, { axis, type }) {
  const chunk = request.chunksize && request.call?.startsWith("map") ? request.chunksize : 0;
  const gaps = chunk ? Math.ceil(count / chunk) - 1 : 0;
  const width = Math.min(5 * type, (axis.right - axis.left) / Math.max(1, count + gaps * APART));
  return { width, x: (number) => axis.left + width * (number + (chunk ? Math.floor(number / chunk) * APART : 0)) };
}

/** @param {Columns} columns */
export function isSmall({ width }) {
  return width < SMALL;
}

/** A box for each task; where they are small, one for each row of them. @param {readonly number[]} numbers in their order @param {Columns} columns @param {Row} row */
export function boxesOf(numbers, columns, row) {
  if (!isSmall(columns)) return numbers.map((number) => boxOf(number, number, columns, row)).join("");
  return runsOf(numbers).map(({ from, to }) => boxOf(from, to, columns, row)).join("");
}

/** A box for a task, or one for a row of them. @param {number} from @param {number} to @param {Columns} columns @param {Row} row */
export function boxOf(from, to, { x, width }, { y, height }) {
  const end = x(to) + Math.max(0.6, width - (width > 8 ? 3 : width >= SMALL ? 1.5 : 0));
  return `M${x(from).toFixed(1)} ${(y - height / 2).toFixed(1)}H${end.toFixed(1)}v${height.toFixed(1)}H${x(from).toFixed(1)}z`;
}

/** Numbers that follow one another, as the first and the last of each row of them. @param {readonly number[]} numbers */
function runsOf(numbers) {
  /** @type {{from: number, to: number}[]} */
  const found = [];
  for (const number of numbers) {
    const before = found.at(-1);
    if (before && before.to === number - 1) before.to = number;
    else found.push({ from: number, to: number });
  }
  return found;
}
