// The state at any position is what the steps alone say, worked out again in another way.

import assert from "node:assert/strict";
import test from "node:test";

import { CASES, historyOf, runOf } from "./cases.js";

for (const each of CASES) {
  const { run, steps, moments } = each;

  test(`${run.id}: at random positions the state is what the steps say`, () => {
    assert.ok(moments.length > 0);
    const history = historyOf(each, 97);
    assert.equal(history.length, steps.length);
    for (const { position, cells, processes, locks } of moments) {
      const state = history.stateAt(position);
      assert.equal(state.position, position);
      assert.deepEqual(state.cells, cells, `the cells after ${position} steps`);
      const shown = state.processes.map(({ op, register, holds, waits, done, ended, failed }) => ({
        op, register, holds, waits, done, ended, failed,
      }));
      assert.deepEqual(shown, processes, `the processes after ${position} steps`);
      const held = state.locks.map(({ name, holder, queue }) => [
        name,
        { holder: state.names[holder] ?? null, queue: queue.map((waiting) => state.names[waiting]) },
      ]);
      assert.deepEqual(Object.fromEntries(held), locks, `the locks after ${position} steps`);
    }
  });
}

test("a release that comes into the log after the acquire that it made possible takes nothing from the new holder", () => {
  const taken = [["P1", "acquire"], ["P2", "wait"], ["P2", "acquire"], ["P1", "release"]];
  const steps = taken.map(([process = "", op = ""], index) => ({ index, t_ns: index, process, op, target: "lock" }));
  const history = historyOf({ run: runOf(["P1", "P2"]), steps });
  for (const [position, lock, holds] of [
    [2, { name: "lock", holder: 0, queue: [1] }, ["lock", null]],
    [3, { name: "lock", holder: 1, queue: [] }, ["lock", "lock"]],
    [4, { name: "lock", holder: 1, queue: [] }, [null, "lock"]],
  ]) {
    const { locks, processes } = history.stateAt(Number(position));
    assert.deepEqual(locks, [lock]);
    assert.deepEqual(processes.map((process) => process.holds), holds);
  }
});
