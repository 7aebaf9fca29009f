// Where the states of a graph are drawn: each once, in the row of its steps, and no two in one place.

import assert from "node:assert/strict";
import test from "node:test";

import { layOut, rowsOf } from "../../static/js/pages/interleavings/graph-layout.js";

/** @import { Graph } from "../../static/js/core/explore.js" */

/** Processes that each read, and write one more than they have read: every state, once, and every step between.
 * @param {number} processes @returns {Graph} */
function graphOf(processes) {
  /** @type {Graph} */
  const graph = { programs: Array.from({ length: processes }, () => ["read", "write"].map((op) => ({ op, target: "number" }))), states: [], edges: [] };
  const known = new Map();
  /** @param {number} value @param {{taken: number, register: number | null}[]} places @returns {number} */
  function visit(value, places) {
    const key = JSON.stringify([value, places]);
    if (known.has(key)) return known.get(key);
    const from = graph.states.push({ value, places, end: places.every(({ taken }) => taken === 2) ? "final" : null }) - 1;
    known.set(key, from);
    places.forEach(({ taken, register }, process) => {
      if (taken === 2) return;
      const next = { taken: taken + 1, register: taken === 0 ? value : null };
      const to = visit(taken === 0 ? value : (register ?? 0) + 1, places.with(process, next));
      graph.edges.push({ from, to, process: `P${process + 1}` });
    });
    return from;
  }
  visit(0, Array.from({ length: processes }, () => ({ taken: 0, register: null })));
  return graph;
}

for (const processes of [1, 2, 3]) {
  const graph = graphOf(processes);
  const rows = rowsOf(graph);

  test(`${processes} processes: every state stands once, in the row of the steps that were taken`, () => {
    assert.deepEqual(rows.flat().sort((one, other) => one - other), graph.states.map((_, number) => number));
    rows.forEach((row, depth) => {
      for (const number of row) assert.equal(graph.states[number]?.places.reduce((sum, { taken }) => sum + taken, 0), depth);
    });
  });

  test(`${processes} processes: small finals stand on the left`, () => {
    const finals = rows.at(-1)?.map((number) => graph.states[number]?.value ?? 0) ?? [];
    assert.ok(finals.length === processes);
    assert.ok((finals[0] ?? 0) <= (finals.at(-1) ?? 0));
  });

  test(`${processes} processes: no two states touch, and all are inside`, () => {
    const gap = { x: 30, y: 50 };
    const { spots, width, height } = layOut(rows, gap);
    assert.equal(spots.length, graph.states.length);
    for (const row of rows) {
      const across = row.map((number) => spots[number]?.x ?? NaN);
      across.forEach((x, index) => assert.ok(index === 0 || x - (across[index - 1] ?? NaN) >= gap.x - 1e-9));
    }
    for (const { x, y } of spots) assert.ok(x > 0 && x < width && y > 0 && y < height);
    for (const { from, to } of graph.edges) assert.equal((spots[to]?.y ?? NaN) - (spots[from]?.y ?? NaN), gap.y);
  });
}

test("two processes: of all edges at most two cross each other", () => {
  const graph = graphOf(2);
  const { spots } = layOut(rowsOf(graph), { x: 30, y: 50 });
  const crossings = graph.edges.filter((one, index) => graph.edges.slice(0, index).some((other) => {
    const [a, b, c, d] = [one.from, other.from, one.to, other.to].map((number) => spots[number]);
    return a && b && c && d && a.row === b.row && (a.x - b.x) * (c.x - d.x) < 0;
  }));
  assert.ok(crossings.length <= 1, `${crossings.length} edges cross`);
});
