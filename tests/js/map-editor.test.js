// A path that a pointer draws: it follows the pointer, step by step, and never goes where processes could not.

import assert from "node:assert/strict";
import test from "node:test";

import { ledTo } from "../../static/js/charts/map-editor.js";
import { programOf } from "../../static/js/core/program.js";
import { ProgressGraph } from "../../static/js/core/progress-graph.js";
import "./ops.js";

/** @param {string} guard */
function graphOf(guard) {
  const program = programOf({ scenario: "value", processes: 2, iterations: 1, guard });
  if (!program) throw new Error(`nothing is known of ${guard}`);
  return new ProgressGraph(program);
}

test("a step is taken once its middle has been passed", () => {
  const graph = graphOf("none");
  assert.deepEqual(ledTo(graph, [], { x: 0.4, y: 0 }), []);
  assert.deepEqual(ledTo(graph, [], { x: 0.6, y: 0 }), [0]);
  assert.deepEqual(ledTo(graph, [0], { x: 1, y: 1.6 }), [0, 1, 1]);
});

test("led back, it is taken back", () => {
  assert.deepEqual(ledTo(graphOf("none"), [0, 0, 1, 1], { x: 2, y: 1 }), [0, 0, 1]);
  assert.deepEqual(ledTo(graphOf("none"), [0, 0, 1, 1], { x: 0, y: 0 }), []);
});

test("it goes to the end and no further, and through no wall", () => {
  assert.equal(ledTo(graphOf("none"), [], { x: 99, y: 99 }).length, 6);
  const graph = graphOf("with");
  assert.deepEqual(ledTo(graph, [0], { x: 1, y: 4 }), [0]);
  let [x, y] = [0, 0];
  for (const process of ledTo(graph, [], { x: 5, y: 5 })) {
    if (process === 0) x += 1;
    else y += 1;
    assert.equal(graph.isWall(x, y), false);
  }
});
