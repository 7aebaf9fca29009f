// Where the parts of a map stand: all of it in sight where there is room, and its names beside nothing else.

import assert from "node:assert/strict";
import test from "node:test";

import { layOut } from "../../static/js/charts/map-layout.js";
import { RunMap } from "../../static/js/core/run-map.js";
import { caseOf, historyOf } from "./cases.js";

const START = { x: 0, y: 0 };

/** @param {string} id */
function graphOf(id) {
  const { run, steps } = caseOf(id);
  const map = new RunMap(run).update(historyOf({ run, steps }), false);
  assert.ok(map);
  return map.graph;
}

test("beside each other on a projector, ten increments each are seen whole, with a lock and without", () => {
  for (const id of ["race-none", "race-with"]) {
    const layout = layOut(graphOf(id), { width: 592, height: 268 }, 24, START, null);
    assert.ok(layout.isWhole, id);
    assert.ok(layout.right + 5 * 24 <= 592, `${id}: no room for the name at the end of the axis`);
    assert.ok(layout.name.x > layout.right);
    assert.ok(layout.name.y + 12 <= 268);
  }
});

test("where there is no width to spare the name stands below the axis", () => {
  const layout = layOut(graphOf("race-none"), { width: 330, height: 320 }, 12, START, null);
  assert.equal(layout.name.x, layout.left);
  assert.ok(layout.name.y > layout.bottom + 12);
  assert.ok(layout.name.y + 6 <= 320);
});
