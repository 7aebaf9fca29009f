// The map of a run: its path through the graph loses what the run lost, at each moment.

import assert from "node:assert/strict";
import test from "node:test";

import { RunMap } from "../../static/js/core/run-map.js";
import { CASES, caseOf, historyOf } from "./cases.js";

for (const each of CASES) {
  const { run, moments } = each;
  if (run.processes.length !== 2 || each.steps.every(({ op }) => op !== "write") || run.id.startsWith("made-up")) continue;

  test(`${run.id}: at each moment as many are lost on the map as in the run`, () => {
    const map = new RunMap(run).update(historyOf(each), false);
    assert.ok(map);
    for (const { position, cells } of moments) {
      const lost = cells.reduce((sum, cell) => sum + cell.lost, 0);
      assert.equal(map.path.lostAt(map.path.pointAt(position)).length, lost, `at ${position}`);
    }
  });

  test(`${run.id}: its path runs through no wall, and takes every step`, () => {
    const map = new RunMap(run).update(historyOf(each), false);
    assert.ok(map);
    const { graph, path } = map;
    for (let at = 0; at <= path.length; at += 1) assert.equal(graph.isWall(path.point(at).x, path.point(at).y), false, `at ${at}`);
    // A process that was asked to end releases what it holds, which is no step of its program.
    const taken = each.steps.filter(({ op }) => ["read", "modify", "write", "acquire", "release"].includes(op)).length;
    if (run.status === "finished") assert.equal(path.length, taken);
    else assert.ok(path.length <= taken && path.length >= taken - 3);
  });
}

test("a deadlock ends where nobody can move", () => {
  const recorded = caseOf("crossed-locks");
  const map = new RunMap(recorded.run).update(historyOf(recorded), false);
  assert.ok(map);
  const { x, y } = map.path.point(map.path.length);
  assert.ok(map.graph.obstacle(0, x, y) && map.graph.obstacle(1, x, y));
  assert.ok(map.survey?.deadEnds.some((end) => end.x === x && end.y === y));
});

test("it grows with the recording", () => {
  const recorded = caseOf("race-none");
  const history = historyOf(recorded);
  const map = new RunMap(recorded.run);
  const so = (/** @type {number} */ length) => map.update({ length, step: (index) => history.step(index) }, true);
  assert.equal(so(0)?.path.length, 0);
  const half = so(30)?.path;
  const { length = 0 } = half ?? {};
  assert.ok(length > 20 && length < 30);
  assert.equal(so(history.length)?.path, half);
  assert.equal(half?.length, 60);
});

test("a step that stands in the recording before the release that made it possible is taken after it", () => {
  const { run, steps } = caseOf("race-with");
  const at = steps.findIndex(({ op, process }, index) => op === "release" && steps[index + 1]?.op === "acquire" && steps[index + 1]?.process !== process);
  const swapped = steps.toSpliced(at, 2, ...steps.slice(at, at + 2).reverse()).map((step, index) => ({ ...step, index }));
  const map = new RunMap(run).update(historyOf({ run, steps: swapped }), false);
  assert.ok(map);
  assert.equal(map.path.length, 100);
  const { x, y } = map.path.point(map.path.pointAt(at + 1));
  assert.equal(map.graph.isWall(x, y), false);
});
