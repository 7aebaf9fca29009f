// The model of a pool, at every step of recorded runs.

import assert from "node:assert/strict";
import test from "node:test";

import { poolOf } from "../../static/js/stages/pool/model.js";
import { caseOf, historyOf } from "./cases.js";

for (const id of ["pool-map", "pool-apply", "pool-map-async", "pool-apply-async", "pool-stopped", "sharing-sum"]) {
  test(`${id}: at every step each task is where the steps say`, () => {
    const { run, steps } = caseOf(id);
    const history = historyOf({ run, steps });
    /** @type {number[]} */
    const done = [];
    const running = new Set();
    let most = 0;
    for (const { index, op, task = -1, value } of steps) {
      if (op === "task_start") running.add(task);
      if (op === "task_end") {
        running.delete(task);
        done.push(task);
      }
      most = Math.max(most, running.size);
      const pool = poolOf({ run, history, position: index + 1 });
      assert.deepEqual(pool.done, done);
      assert.equal(pool.running, running.size);
      assert.equal(pool.mostAtOnce, most);
      assert.equal(pool.early, done.filter((one, place) => isBeforeItsTurn(done.slice(0, place), one)).length);
      if (op === "task_end") assert.equal(pool.tasks[task]?.result, value ?? null);
    }
    assert.ok(done.length > 0);
  });
}

/** Whether one with a lower number was still to come. @param {readonly number[]} before @param {number} task */
function isBeforeItsTurn(before, task) {
  return Array.from({ length: task }, (_, lower) => lower).some((lower) => !before.includes(lower));
}

test("going back starts over, and says the same", () => {
  const { run, steps } = caseOf("pool-map");
  const history = historyOf({ run, steps });
  const once = structuredClone(poolOf({ run, history, position: 20 }).tasks);
  poolOf({ run, history, position: steps.length });
  assert.deepEqual(poolOf({ run, history, position: 20 }).tasks, once);
});
