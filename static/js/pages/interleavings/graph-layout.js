// Where the states of a graph are drawn: a row for each number of steps taken, the finals last, and within a row so
// that edges cross little. Pure.

/** @import { Graph } from "../../core/explore.js" */

/** @typedef {{x: number, y: number, row: number}} Spot */

/** How often rows are put in order by their neighbours, downwards and upwards in turn. */
const SWEEPS = 8;

/** The rows of states, by number, from the first to the finals, small finals on the left.
 * @param {Graph} graph @returns {number[][]} */
export function rowsOf(graph) {
  const rows = ordered(graph, 1);
  const finals = rows[rows.length - 1]?.map((number) => graph.states[number]?.value ?? 0) ?? [];
  if ((finals[0] ?? 0) <= (finals[finals.length - 1] ?? 0)) return rows;
  // Seen in a mirror it is as good. The first process begins on the right then, and is on the left in the mirror.
  return ordered(graph, -1).map((row) => row.reverse());
}

/** @param {Graph} graph @param {1 | -1} side where the first process goes: 1 is left @returns {number[][]} */
function ordered({ states, edges }, side) {
  /** @type {number[][]} */
  const rows = [];
  states.forEach(({ places }, number) => {
    const depth = places.reduce((sum, { taken }) => sum + taken, 0);
    (rows[depth] ??= []).push(number);
  });
  const before = neighbours(states.length, edges.map(({ from, to }) => [to, from]));
  const after = neighbours(states.length, edges.map(({ from, to }) => [from, to]));
  // At first, a state stands on the side of the process that has gone further.
  const lean = states.map(({ places }) => places.reduce((sum, { taken }, process) => sum + side * taken * (process - (places.length - 1) / 2), 0));
  for (const row of rows) row.sort((one, other) => (lean[one] ?? 0) - (lean[other] ?? 0));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    const near = isDown ? before : after;
    const at = positions(rows, states.length);
    for (const row of isDown ? rows : [...rows].reverse()) {
      const weight = new Map(row.map((number) => [number, mean((near[number] ?? []).map((each) => at[each] ?? 0), at[number] ?? 0)]));
      row.sort((one, other) => (weight.get(one) ?? 0) - (weight.get(other) ?? 0));
      spread(row, at);
    }
  }
  return rows;
}

/** @param {number[][]} rows @param {{x: number, y: number}} gap @returns {{spots: Spot[], width: number, height: number}} */
export function layOut(rows, gap) {
  const widest = Math.max(...rows.map((row) => row.length));
  const width = widest * gap.x;
  /** @type {Spot[]} */
  const spots = [];
  rows.forEach((row, depth) => {
    // The finals stand well apart: they are what matters most.
    const apart = depth === rows.length - 1 ? Math.max(gap.x, width / Math.max(row.length, 1) / 1.5) : gap.x;
    row.forEach((number, index) => {
      spots[number] = { x: width / 2 + (index - (row.length - 1) / 2) * apart, y: gap.y * (depth + 0.5), row: depth };
    });
  });
  return { spots, width, height: rows.length * gap.y };
}

/** Where each state stands in its row, around the middle. @param {number[][]} rows @param {number} count */
function positions(rows, count) {
  /** @type {number[]} */
  const at = new Array(count).fill(0);
  for (const row of rows) spread(row, at);
  return at;
}

/** @param {number[]} row @param {number[]} at */
function spread(row, at) {
  row.forEach((number, index) => {
    at[number] = index - (row.length - 1) / 2;
  });
}

/** @param {number} count @param {[number, number][]} pairs @returns {number[][]} */
function neighbours(count, pairs) {
  /** @type {number[][]} */
  const found = Array.from({ length: count }, () => []);
  for (const [one, other] of pairs) found[one]?.push(other);
  return found;
}

/** @param {readonly number[]} values @param {number} otherwise */
function mean(values, otherwise) {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : otherwise;
}
