// The map of two processes, held against every path that there is: each is walked step by step here, by other code.

import assert from "node:assert/strict";
import test from "node:test";

import { programOf } from "../../static/js/core/program.js";
import { outlines, ProgressGraph, surveyOf } from "../../static/js/core/progress-graph.js";
import { pathOf } from "../../static/js/core/graph-path.js";
import "./ops.js";

/** @import { Program } from "../../static/js/core/progress-graph.js" */

/** @param {string} guard @param {number} iterations @returns {Program} */
function program(guard, iterations) {
  const known = programOf({ scenario: "value", processes: 2, iterations, guard });
  if (!known) throw new Error(`nothing is known of ${guard}`);
  return known;
}

/** Every path as a list of who moves, as far as it goes, and whether that is to the end: by locks alone, without a graph.
 * @param {Program} steps @returns {{moves: number[], arrives: boolean}[]} */
function allPaths(steps) {
  /** @type {{moves: number[], arrives: boolean}[]} */
  const found = [];
  /** @param {number[]} moves @param {readonly [number, number]} taken @param {readonly string[]} held */
  function go(moves, taken, held) {
    let moved = false;
    for (const process of /** @type {const} */ ([0, 1])) {
      const step = steps[process][taken[process]];
      if (!step || (step.op === "acquire" && held.includes(step.target))) continue;
      moved = true;
      const after = step.op === "acquire" ? [...held, step.target] : step.op === "release" ? held.filter((lock) => lock !== step.target) : held;
      go([...moves, process], process === 0 ? [taken[0] + 1, taken[1]] : [taken[0], taken[1] + 1], after);
    }
    if (!moved) found.push({ moves, arrives: taken[0] === steps[0].length && taken[1] === steps[1].length });
  }
  go([], [0, 0], []);
  return found;
}

/** What the counter shows after a path, as a machine with two registers comes to it. @param {Program} steps @param {readonly number[]} moves */
function finalOf(steps, moves) {
  let value = 0;
  const registers = [0, 0];
  const taken = [0, 0];
  for (const process of moves) {
    const { op } = steps[process === 0 ? 0 : 1][taken[process] ?? 0] ?? {};
    taken[process] = (taken[process] ?? 0) + 1;
    if (op === "read") registers[process] = value;
    if (op === "modify") registers[process] = (registers[process] ?? 0) + 1;
    if (op === "write") value = registers[process] ?? 0;
  }
  return value;
}

/** @param {readonly number[]} values */
function counts(values) {
  /** @type {Record<number, number>} */
  const found = {};
  for (const value of values) found[value] = (found[value] ?? 0) + 1;
  return found;
}

/** @param {Program} steps */
function surveyed(steps) {
  const survey = surveyOf(new ProgressGraph(steps));
  if (!survey) throw new Error("it is too large");
  return survey;
}

for (const [iterations, paths, finals] of /** @type {const} */ ([
  [[1, 1], 20, { 1: 18, 2: 2 }],
  [[2, 2], 924, { 2: 702, 3: 216, 4: 6 }],
  [[3, 3], 48_620, { 2: 648, 3: 30_780, 4: 15_714, 5: 1458, 6: 20 }],
])) {
  test(`without a lock ${iterations.join(" and ")} increments have ${paths} paths, and each loses what the path says`, () => {
    const steps = program("none", iterations[0]);
    const graph = new ProgressGraph(steps);
    const all = allPaths(steps);
    assert.equal(all.length, paths);
    const expected = 2 * iterations[0];
    for (const { moves } of all) {
      const path = pathOf(graph, moves);
      const lost = path.lostAt(path.length);
      assert.equal(expected - lost.length, finalOf(steps, moves), moves.join(""));
      // No square cut is nothing lost, and no more is lost than squares are cut.
      assert.equal(path.cuts.length === 0, lost.length === 0, moves.join(""));
      assert.ok(lost.length <= path.cuts.length, moves.join(""));
    }
    assert.deepEqual(counts(all.map(({ moves }) => finalOf(steps, moves))), finals);
    const survey = surveyed(steps);
    assert.equal(survey.paths, BigInt(paths));
    assert.equal(survey.clear, BigInt(all.filter(({ moves }) => finalOf(steps, moves) === expected).length));
  });
}

test("a path cuts exactly the squares of which it visits one of the four points inside", () => {
  const steps = program("none", 2);
  const graph = new ProgressGraph(steps);
  for (const { moves } of allPaths(steps)) {
    const visited = new Set();
    let [x, y] = [0, 0];
    for (const process of moves) {
      if (process === 0) x += 1;
      else y += 1;
      if (x % 3 > 0 && y % 3 > 0) visited.add(`${Math.floor(x / 3)} ${Math.floor(y / 3)}`);
    }
    assert.deepEqual(new Set(pathOf(graph, moves).cuts.map(({ i, j }) => `${i} ${j}`)), visited);
  }
});

for (const guard of ["lock", "with", "get_lock"]) {
  for (const [iterations, paths] of /** @type {const} */ ([[1, 2n], [2, 6n], [3, 20n]])) {
    test(`${guard} leaves ${paths} paths with ${iterations} increments each, all of them clear, and cuts off no point`, () => {
      const graph = new ProgressGraph(program(guard, iterations));
      const survey = surveyed(graph.program);
      assert.deepEqual([survey.paths, survey.through, survey.clear, survey.deadEnds], [paths, paths, paths, []]);
      assert.equal(allPaths(graph.program).length, Number(paths));
      const inside = (/** @type {number} */ at) => at % 5 > 0;
      for (let x = 0; x <= graph.size[0]; x += 1) {
        for (let y = 0; y <= graph.size[1]; y += 1) {
          assert.equal(graph.isWall(x, y), inside(x) && inside(y), `${x} ${y}`);
          assert.equal(survey.isCutOff(x, y) || survey.isDoomed(x, y), false, `${x} ${y}`);
        }
      }
    });
  }
}

test("a wall stands half a step around the red square", () => {
  const graph = new ProgressGraph(program("with", 1));
  assert.deepEqual(graph.increments, [[{ read: 1, write: 3, cell: "number" }], [{ read: 1, write: 3, cell: "number" }]]);
  const lines = outlines({ x0: 0, y0: 0, x1: 5, y1: 5 }, (x, y) => graph.isWall(x, y));
  assert.deepEqual(lines, [[{ x: 0.5, y: 4.5 }, { x: 4.5, y: 4.5 }, { x: 4.5, y: 0.5 }, { x: 0.5, y: 0.5 }]]);
});

test("crossed locks leave six paths: four get through, two end in the corner, and the other corner is never reached", () => {
  const graph = new ProgressGraph(program("crossed_locks", 1));
  const all = allPaths(graph.program);
  assert.deepEqual([all.length, all.filter(({ arrives }) => arrives).length], [6, 4]);
  const survey = surveyed(graph.program);
  assert.deepEqual([survey.paths, survey.through, survey.clear], [6n, 4n, 4n]);
  assert.deepEqual(survey.deadEnds, [{ x: 1, y: 1 }]);
  const points = Array.from({ length: 64 }, (_, at) => ({ x: at % 8, y: Math.floor(at / 8) }));
  assert.deepEqual(points.filter(({ x, y }) => survey.isDoomed(x, y)), [{ x: 1, y: 1 }]);
  assert.deepEqual(points.filter(({ x, y }) => survey.isCutOff(x, y)), [{ x: 6, y: 6 }]);
  // A cross has twelve corners.
  const lines = outlines({ x0: 0, y0: 0, x1: 7, y1: 7 }, (x, y) => graph.isWall(x, y));
  assert.deepEqual(lines.map((line) => line.length), [12]);
  assert.deepEqual(graph.obstacle(0, 1, 1), { lock: "b", isOwn: false });
  assert.deepEqual(graph.obstacle(1, 1, 1), { lock: "a", isOwn: false });
  assert.deepEqual([graph.holds(0, 1), graph.holds(1, 1)], [["a"], ["b"]]);
});

test("more steps between the two acquires doom more than the corner", () => {
  const [one, two] = program("crossed_locks", 1);
  const slowly = (/** @type {Program[0]} */ steps) => steps.toSpliced(1, 0, { op: "read", target: "other" }, { op: "modify", target: "other" });
  const survey = surveyed([slowly(one), slowly(two)]);
  assert.deepEqual(survey.deadEnds, [{ x: 3, y: 3 }]);
  const doomed = [1, 2, 3].flatMap((x) => [1, 2, 3].filter((y) => survey.isDoomed(x, y)));
  assert.equal(doomed.length, 9);
});

test("a lock of one's own is no wall, and one that is never given back has no way out", () => {
  const own = new ProgressGraph(program("separate_locks", 1));
  assert.deepEqual([surveyed(own.program).paths, outlines({ x0: 0, y0: 0, x1: 5, y1: 5 }, (x, y) => own.isWall(x, y))], [252n, []]);
  const kept = new ProgressGraph(program("forgotten_release", 2));
  assert.deepEqual(surveyed(kept.program).through, 0n);
  assert.deepEqual(surveyed(kept.program).deadEnds, [{ x: 4, y: 0 }, { x: 0, y: 4 }]);
  assert.deepEqual(kept.obstacle(0, 4, 0), { lock: "lock", isOwn: true });
  assert.deepEqual(kept.obstacle(1, 4, 0), { lock: "lock", isOwn: false });
});

test("where only the write is locked, squares remain that a path can cut", () => {
  const steps = program("write_only", 2);
  const survey = surveyed(steps);
  const all = allPaths(steps);
  assert.equal(survey.paths, BigInt(all.length));
  assert.equal(survey.clear, BigInt(all.filter(({ moves }) => finalOf(steps, moves) === 4).length));
  assert.ok(survey.clear < survey.through);
});

test("the run of the picture cuts two squares, and loses the first of P1 and the second of P2", () => {
  const graph = new ProgressGraph(program("none", 3));
  const moves = "1 1 2 2 1 2 1 1 1 2 1 2 2 1 1 2 2 2".split(" ").map((process) => Number(process) - 1);
  const path = pathOf(graph, moves);
  assert.deepEqual(path.cuts.map(({ i, j }) => [i, j]), [[0, 0], [2, 1]]);
  assert.deepEqual(path.lostAt(path.length).map(({ process, increment, by }) => [process, increment, by]), [[0, 0, 1], [1, 1, 0]]);
  // After thirteen steps, the moment of the picture, one is lost, by the step from (3, 2) to (3, 3).
  assert.deepEqual(path.lostAt(13).map(({ at }) => [path.point(at - 1), path.point(at)]), [[{ x: 3, y: 2 }, { x: 3, y: 3 }]]);
});

test("an update that came back is lost no more", () => {
  // P1 builds on what was there before P2's first write; P2 had read its own first write, and brings it back.
  const graph = new ProgressGraph(program("none", 2));
  const path = pathOf(graph, [0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0]);
  const [first] = path.losses;
  assert.deepEqual([first?.process, first?.increment, first?.at, first?.until], [1, 0, 7, 9]);
  assert.deepEqual(path.lostAt(8).map(({ process }) => process), [1]);
  assert.deepEqual(path.lostAt(9).map(({ process }) => process), [0]);
});

test("who stands before a wall waits until the lock is given back", () => {
  const graph = new ProgressGraph(program("with", 1));
  const path = pathOf(graph, [0, 0, 0, 0, 0, 1]);
  assert.deepEqual(path.waits, [{ process: 1, from: 1, to: 5 }]);
});

test("a map with too many points is not surveyed", () => {
  assert.equal(surveyOf(new ProgressGraph(program("none", 1000))), null);
});
