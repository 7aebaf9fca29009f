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
      assert.deepEqual(state.cells, cells.map((cell) => ({ ...cell, isCertain: true })), `the cells after ${position} steps`);
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

test("a lock that another process released is free, and its holder holds it no longer", () => {
  const taken = [["P1", "acquire"], ["P2", "wait"], ["P3", "release"], ["P2", "acquire"]];
  const steps = taken.map(([process = "", op = ""], index) => ({ index, t_ns: index, process, op, target: "lock" }));
  const history = historyOf({ run: runOf(["P1", "P2", "P3"]), steps });
  for (const [position, lock, holds] of [
    [2, { name: "lock", holder: 0, depth: 1, queue: [1] }, ["lock", null, null]],
    [3, { name: "lock", holder: -1, depth: 0, queue: [1] }, [null, null, null]],
    [4, { name: "lock", holder: 1, depth: 1, queue: [] }, [null, "lock", null]],
  ]) {
    const { locks, processes } = history.stateAt(Number(position));
    assert.deepEqual(locks, [lock]);
    assert.deepEqual(processes.map((process) => process.holds), holds);
  }
});

test("a reentrant lock is free only after as many releases", () => {
  const taken = [["P1", "acquire"], ["P1", "acquire"], ["P1", "release"], ["P1", "release"]];
  const steps = taken.map(([process = "", op = ""], index) => ({ index, t_ns: index, process, op, target: "lock" }));
  const history = historyOf({ run: runOf(["P1"]), steps });
  assert.deepEqual([1, 2, 3, 4].map((position) => history.stateAt(position).locks[0]?.holder), [0, 0, 0, -1]);
});

test("who has ended waits for no lock", () => {
  const taken = [["P1", "acquire"], ["P2", "wait"], ["P2", "exit"]];
  const steps = taken.map(([process = "", op = ""], index) => ({ index, t_ns: index, process, op, target: op === "exit" ? "" : "lock" }));
  const history = historyOf({ run: runOf(["P1", "P2"]), steps });
  assert.deepEqual([2, 3].map((position) => history.stateAt(position).locks[0]?.queue), [[1], []]);
});

test("after a write that nobody recorded nothing is said to be lost", () => {
  const write = { op: "write", target: "number" };
  const steps = [
    { process: "P1", op: "read", target: "number", value: 0, version: 0 },
    { process: "P2", op: "read", target: "number", value: 0, version: 0 },
    { ...write, process: "P1", value: 1, version: 1, base: 0, lost: 0 },
    { ...write, process: "P2", value: 1, version: 4, base: 0, lost: null },
  ].map((step, index) => ({ ...step, index, t_ns: index }));
  const history = historyOf({ run: runOf(["P1", "P2"]), steps });
  const [before, after] = [3, 4].map((position) => history.stateAt(position).cells[0]);
  assert.deepEqual([before?.isCertain, after?.isCertain, after?.lost], [true, false, 0]);
  assert.equal(history.losses.total, 0);
});
