// Where a run lost updates for good: exactly the writes after which an update never came back.

import assert from "node:assert/strict";
import test from "node:test";

import { CASES, historyOf, runOf } from "./cases.js";

/** @import { Loss, RecordedStep } from "./cases.js" */

/** @param {import("../../static/js/core/history.js").History} history @param {1 | -1} direction */
function visited(history, direction) {
  const found = [];
  let at = direction > 0 ? 0 : history.length + 1;
  for (let next; (next = history.losses.next(at, direction)) !== null; at = next) found.push(next);
  return found;
}

for (const each of CASES) {
  // A step stands in one cell, so positions do not repeat.
  const lasting = each.losses.filter(({ lasting }) => lasting.length > 0).sort((one, other) => one.position - other.position);

  test(`${each.run.id}: one comes by every write that lost something for good, and by no other`, () => {
    const history = historyOf(each);
    const positions = lasting.map(({ position }) => position);
    assert.deepEqual(visited(history, 1), positions);
    assert.deepEqual(visited(history, -1), positions.toReversed());
    assert.equal(history.losses.total, sum(lasting));
    for (const { position } of each.moments) {
      assert.equal(history.losses.upTo(position), sum(lasting.filter((loss) => loss.position <= position)));
      assert.equal(history.losses.between(position - 10, position), positions.some((one) => one > position - 10 && one <= position));
    }
  });

  test(`${each.run.id}: what a write erases is counted, whether it comes back or not`, () => {
    const history = historyOf(each);
    const erased = each.steps.flatMap(({ index }) => {
      const count = history.effect(history.step(index))?.erased;
      return count ? [[index + 1, count]] : [];
    });
    const truth = each.losses.map(({ position, erased: count }) => [position, count]);
    assert.deepEqual(erased, truth.sort(([one = 0], [other = 0]) => one - other));
  });
}

/** @param {readonly Loss[]} losses */
function sum(losses) {
  return losses.reduce((count, { lasting }) => count + lasting.length, 0);
}

test("an update that was lost and came back is not among the lost", () => {
  // P1 builds on version 0 after P2 wrote version 1, which loses P2's update; then P2, who has read version 1
  // before that, builds on it: this brings its own update back and loses P1's.
  const number = "number";
  /** @type {Omit<RecordedStep, "index" | "t_ns" | "target">[]} */
  const taken = [
    { process: "P1", op: "read", value: 0, version: 0 },
    { process: "P2", op: "read", value: 0, version: 0 },
    { process: "P2", op: "modify", value: 1 },
    { process: "P2", op: "write", value: 1, version: 1, base: 0, lost: 0 },
    { process: "P2", op: "read", value: 1, version: 1 },
    { process: "P1", op: "modify", value: 1 },
    { process: "P1", op: "write", value: 1, version: 2, base: 0, lost: 1 },
    { process: "P2", op: "modify", value: 2 },
    { process: "P2", op: "write", value: 2, version: 3, base: 1, lost: 1 },
  ];
  const steps = taken.map((step, index) => ({ index, t_ns: index, target: number, ...step }));
  const history = historyOf({ run: runOf(["P1", "P2"]), steps });
  assert.deepEqual(visited(history, 1), [9]);
  assert.equal(history.losses.total, 1);
  assert.deepEqual(history.stateAt(7).cells[0]?.lostOf, [0, 1]);
  assert.deepEqual(history.stateAt(9).cells[0]?.lostOf, [1, 0]);
  assert.deepEqual(history.stateAt(9).effect, {
    ...{ erased: 1, erasedOf: [1, 0], revived: 1, revivedOf: [0, 1] },
    ...{ settled: 0, settledOf: [0, 0], resets: 0 },
  });
});

test("after a reset what was lost is no longer counted, until the reset is erased", () => {
  // P1 and P2 build on version 0, which loses P1's update. P3 resets; P1, who has read version 2 before that, builds on it.
  /** @type {Omit<RecordedStep, "index" | "t_ns" | "target">[]} */
  const taken = [
    { process: "P1", op: "read", value: 0, version: 0 },
    { process: "P2", op: "read", value: 0, version: 0 },
    { process: "P1", op: "write", value: 1, version: 1, base: 0, lost: 0 },
    { process: "P2", op: "write", value: 1, version: 2, base: 0, lost: 1 },
    { process: "P1", op: "read", value: 1, version: 2 },
    { process: "P3", op: "write", value: 9, version: 3, base: null, lost: 0 },
    { process: "P1", op: "write", value: 2, version: 4, base: 2, lost: 1 },
    { process: "P3", op: "write", value: 7, version: 5, base: null, lost: 0 },
  ];
  const steps = taken.map((step, index) => ({ index, t_ns: index, target: "number", ...step }));
  const history = historyOf({ run: runOf(["P1", "P2", "P3"]), steps });
  /** @param {number} position */
  const at = (position) => {
    const { cells, effect } = history.stateAt(position);
    return [cells[0]?.lostOf, cells[0]?.expected, effect?.erased, effect?.settledOf, effect?.resets];
  };
  assert.deepEqual(at(4), [[1, 0, 0], 2, 1, [0, 0, 0], 0]);
  assert.deepEqual(at(6), [[0, 0, 0], 9, 0, [1, 0, 0], 0]);
  assert.deepEqual(at(7), [[1, 0, 0], 10, 1, [0, 0, 0], 1]);
  assert.deepEqual(at(8), [[0, 0, 0], 7, 0, [1, 0, 0], 0]);
  assert.equal(history.losses.total, 0);
  assert.deepEqual(history.lineage("number").resetsErased(4, 2), [3]);
});
