// Where the answers of a class stand: a column for each number, a dot for each phone, a flag at what came out, a line at
// what was expected, and between them the gap that is the loss. Pure: answers and a size in, places out.
//
//      ┌──────────┐      expected 20     ◀─ flag and words
//      │counter 11│◀── × 9 lost ──▶┆     ◀─ gap
//      └──────────┤                ●
//   ●             ●         ●      ●     ◀─ a row of dots for each vote
//   2             11        15     20    ◀─ labels

import { binsOf, roundStep } from "../core/distribution.js";
import { number } from "../core/format.js";

/** @import { Count } from "../core/room-types.js" */

/** What is drawn. `gap` are words for what lies between the two: "✕ 9 lost".
 * @typedef {{results: readonly Count[], truth: number | null, expected: number | null, right: readonly string[],
 *   names: {truth: string, expected: string}, gap: string}} Votes */

/** The size of the drawing, and of its type, in pixels. @typedef {{width: number, height: number, unit: number}} Size */

/** @typedef {{x: number, y: number}} Point */

/** The places of one answer, or of several numbers that share a column. @typedef {{x: number, width: number, from: number, to: number, word: string}} Column */

/** A phone. `vote` is 0 for the first. @typedef {Point & {vote: number, isRight: boolean}} Dot */

/** @typedef {Point & {anchor: "start" | "middle" | "end", words: string}} Words */

/**
 * @typedef {object} Layout
 * @property {number} unit the size of the type
 * @property {readonly Column[]} columns
 * @property {readonly {top: number, base: number}[]} rows one a vote
 * @property {readonly Dot[]} dots
 * @property {number} diameter
 * @property {readonly (Words & {isRight: boolean})[]} labels
 * @property {{x: number, box: {x: number, y: number, width: number, height: number}, words: Words} | null} flag
 * @property {{x: number, words: Words | null} | null} expected
 * @property {{from: number, to: number, y: number, words: Words | null} | null} gap
 * @property {number} top where flag, line and gap begin
 * @property {number} bottom the axis of the last row
 * @property {{left: number, right: number}} axis
 */

/** A letter is about this wide, as a share of its size; in bold a little wider. */
export const LETTER = 0.56;
const BOLD = 0.63;

/** The heights of the bands, by the size of the type: the flag, the gap, the labels; and above each of several rows its name. */
const FLAG = 1.65;
const GAP = 2.2;
const LABELS = 1.6;
const NAME = 1.9;

/** A dot is never larger than this, by the size of the type; from one to the next beside or above it, in diameters. */
const LARGEST = 0.9;
const CLOSE = 1.16;

/** The columns of "fewer" and "more" are as wide as these words, by the size of the type, and stand apart. */
const WORD = 3;
const APART = 0.75;

/** About so many numbers are written below the axis. */
const FEW_LABELS = 5;

/** @param {Votes} votes @param {Size} size @returns {Layout} */
export function layVotes(votes, size) {
  const { width, height, unit } = size;
  const columns = columnsOf(votes, width, unit);
  const top = FLAG * unit;
  const bottom = height - LABELS * unit;
  const rows = rowsOf(votes.results.length, top, bottom, unit);
  const counts = rows.map((_, vote) => columns.map((column) => phonesIn(votes.results[vote] ?? {}, column)));
  const room = Math.min(...rows.map(({ top: from, base }) => base - from));
  const diameter = diameterOf(counts.flat(), columns, room, LARGEST * unit);
  const truth = centreOf(columns, votes.truth);
  const expected = centreOf(columns, votes.expected);
  const flag = truth === null || votes.truth === null ? null : flagAt(truth, `${votes.names.truth} ${number(votes.truth)}`, expected, size);
  const first = columns[0];
  const last = columns.at(-1);
  return {
    unit,
    columns,
    rows,
    dots: rows.flatMap(({ base }, vote) => columns.flatMap((column, index) => stacked(column, counts[vote]?.[index] ?? 0, { base, diameter, vote, room, isRight: isRight(votes, column) }))),
    diameter,
    labels: labelsOf(votes, columns, { width, unit, y: bottom + 1.15 * unit }),
    flag,
    expected: expected === null || votes.expected === null ? null : { x: expected, words: expectedWords(expected, `${votes.names.expected} ${number(votes.expected)}`, flag, size) },
    gap: gapOf(truth, expected, votes.gap, { unit, y: FLAG * unit + 1.1 * unit, isSingle: rows.length === 1 }),
    top,
    bottom,
    axis: { left: (first?.x ?? 0) - (first?.width ?? 0) / 2, right: (last?.x ?? 0) + (last?.width ?? 0) / 2 },
  };
}

/** @param {Votes} votes @param {number} width @param {number} unit @returns {Column[]} */
function columnsOf({ results, truth, expected }, width, unit) {
  const answers = new Set(results.flatMap((count) => Object.keys(count)));
  const numbers = [...answers].filter((answer) => /^\d+$/.test(answer)).map(Number);
  const all = [...numbers, ...(truth === null ? [] : [truth]), ...(expected === null ? [] : [expected])];
  const side = (/** @type {string} */ word) => (answers.has(word) ? (WORD + APART) * unit : 0);
  const [left, right] = [side("fewer"), side("more")];
  const inner = width - left - right;
  const bins = all.length > 0 ? binsOf({ from: Math.min(...all), to: Math.max(...all), deadlock: false }, inner, unit) : [];
  const each = inner / Math.max(1, bins.length);
  return [
    ...(left ? [{ x: (WORD * unit) / 2, width: WORD * unit, from: NaN, to: NaN, word: "fewer" }] : []),
    ...bins.map(({ at, from, to }) => ({ x: left + (at + 0.5) * each, width: each, from: from ?? 0, to: to ?? 0, word: "" })),
    ...(right ? [{ x: width - (WORD * unit) / 2, width: WORD * unit, from: NaN, to: NaN, word: "more" }] : []),
  ];
}

/** @param {number} count of votes @param {number} top @param {number} bottom @param {number} unit */
function rowsOf(count, top, bottom, unit) {
  const above = (count > 1 ? NAME : GAP) * unit;
  const each = (bottom - top) / Math.max(1, count);
  return Array.from({ length: count }, (_, vote) => ({ top: top + vote * each + above, base: top + (vote + 1) * each }));
}

/** @param {Count} count @param {Column} column */
function phonesIn(count, { from, to, word }) {
  if (word) return count[word] ?? 0;
  return Object.entries(count).reduce((sum, [answer, phones]) => (Number(answer) >= from && Number(answer) <= to ? sum + phones : sum), 0);
}

/** The largest at which each column has room for its phones. @param {readonly number[]} counts @param {readonly Column[]} columns @param {number} height @param {number} most */
function diameterOf(counts, columns, height, most) {
  const fits = (/** @type {number} */ diameter) => counts.every((count, index) => count <= besideIn(columns[index % columns.length], diameter) * above(height, diameter));
  let diameter = most;
  while (diameter > 1 && !fits(diameter)) diameter *= 0.96;
  return diameter;
}

/** How many dots stand side by side in a column at most. @param {Column | undefined} column @param {number} diameter */
function besideIn(column, diameter) {
  return Math.max(1, Math.floor((column?.width ?? 0) / (CLOSE * diameter)));
}

/** How many stand above each other. @param {number} height @param {number} diameter */
function above(height, diameter) {
  return Math.max(1, Math.floor(height / (CLOSE * diameter)));
}

/** @param {Column} column @param {number} count @param {{base: number, diameter: number, vote: number, room: number, isRight: boolean}} how @returns {Dot[]} */
function stacked(column, count, { base, diameter, vote, room, isRight: right }) {
  const pitch = CLOSE * diameter;
  const beside = Math.min(besideIn(column, diameter), Math.ceil(count / above(room, diameter)));
  return Array.from({ length: count }, (_, index) => ({
    x: column.x + ((index % beside) - (beside - 1) / 2) * pitch,
    y: base - (Math.floor(index / beside) + 0.58) * pitch,
    vote,
    isRight: right,
  }));
}

/** A column of a single number, or of a word, that is right. @param {Votes} votes @param {Column} column */
function isRight({ right }, { from, to, word }) {
  return word ? right.includes(word) : from === to && right.includes(String(from));
}

/** @param {readonly Column[]} columns @param {number | null} value */
function centreOf(columns, value) {
  return value === null ? null : (columns.find(({ from, to }) => from <= value && value <= to)?.x ?? null);
}

/** It hangs on the side that looks away from what was expected, where there is room for it.
 * @param {number} x @param {string} words @param {number | null} expected @param {Size} size */
function flagAt(x, words, expected, { width, unit }) {
  const wide = (words.length * BOLD + 0.6) * unit;
  const wantsLeft = expected === null || expected >= x;
  const isLeft = wantsLeft ? x - wide >= 0 : x + wide > width;
  const box = { x: Math.max(0, Math.min(isLeft ? x - wide + 1 : x - 1, width - wide)), y: 0, width: wide, height: FLAG * unit };
  return { x, box, words: { x: box.x + wide / 2, y: 1.16 * unit, anchor: /** @type {const} */ ("middle"), words } };
}

/** Over its line, or beside the flag; null where there is no room. @param {number} x @param {string} words
 * @param {Layout["flag"]} flag @param {Size} size @returns {Words | null} */
function expectedWords(x, words, flag, { width, unit }) {
  const wide = words.length * LETTER * unit;
  const least = wide / 2;
  const taken = flag ? { from: flag.box.x - 0.4 * unit, to: flag.box.x + flag.box.width + 0.4 * unit } : { from: 0, to: 0 };
  const places = [x, taken.to + least, taken.from - least].map((place) => Math.max(least, Math.min(place, width - least)));
  const place = places.find((centre) => Math.abs(centre - x) <= wide && (centre - least >= taken.to || centre + least <= taken.from));
  return place === undefined ? null : { x: place, y: 1.16 * unit, anchor: "middle", words };
}

/** @param {number | null} truth @param {number | null} expected @param {string} words @param {{unit: number, y: number, isSingle: boolean}} how @returns {Layout["gap"]} */
function gapOf(truth, expected, words, { unit, y, isSingle }) {
  if (truth === null || expected === null || truth === expected) return null;
  const [from, to] = [Math.min(truth, expected), Math.max(truth, expected)];
  // Two arrows beside the words.
  const hasRoom = isSingle && words !== "" && to - from > (words.length * BOLD * 1.1 + 3) * unit;
  return { from, to, y, words: hasRoom ? { x: (from + to) / 2, y: y + 0.38 * unit, anchor: "middle", words } : null };
}

/** The numbers below the axis: what came out, what was expected, both ends, and some round ones; none touches another.
 * @param {Votes} votes @param {readonly Column[]} columns @param {{width: number, unit: number, y: number}} how */
function labelsOf({ truth, expected, right }, columns, { width, unit, y }) {
  const numbers = columns.filter(({ word }) => !word);
  const wide = numbers[1] ? numbers[1].from - (numbers[0]?.from ?? 0) : 1;
  const step = roundStep((numbers.length * Math.max(1, wide)) / FEW_LABELS);
  const holds = (/** @type {number | null} */ value) => numbers.filter(({ from, to }) => value !== null && from <= value && value <= to);
  const wanted = [...holds(truth), ...holds(expected), ...numbers.slice(0, 1), ...numbers.slice(-1), ...numbers.filter(({ from, to }) => Math.ceil(from / step) * step <= to)];
  /** @type {(Words & {isRight: boolean, from: number, to: number})[]} */
  const placed = columns.filter(({ word }) => word).map(({ x, word }) => ({ x, y, anchor: "middle", words: word, isRight: right.includes(word), ...reach(x, word, unit, width) }));
  for (const column of new Set(wanted)) {
    const isTruth = truth !== null && column.from <= truth && truth <= column.to;
    const words = number(isTruth ? truth : expected !== null && column.from <= expected && expected <= column.to ? expected : column.from);
    const at = reach(column.x, words, unit, width);
    if (placed.every((other) => at.to + 0.3 * unit < other.from || at.from - 0.3 * unit > other.to)) placed.push({ x: (at.from + at.to) / 2, y, anchor: "middle", words, isRight: isTruth, ...at });
  }
  return placed.map(({ from: _from, to: _to, ...label }) => label);
}

/** What a label takes from left to right, inside the drawing. @param {number} x @param {string} words @param {number} unit @param {number} width */
function reach(x, words, unit, width) {
  const half = (words.length * BOLD * unit) / 2;
  const centre = Math.max(half, Math.min(x, width - half));
  return { from: centre - half, to: centre + half };
}
