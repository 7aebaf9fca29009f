// The model of a queue, and its sentences: steps by hand for what real runs show only by luck, and recorded runs.

import assert from "node:assert/strict";
import test from "node:test";

import { ownerOf, queueOf } from "../../static/js/stages/queue/model.js";
import { sentence } from "../../static/js/stages/queue/step-sentences.js";
import { caseOf, historyOf, runOf } from "./cases.js";

/** @import { ViewState } from "../../static/js/core/types.js" */

/** What is known after so many steps. @param {[process: string, op: string, value: number][]} taken @param {number} position */
function known(taken, position) {
  const steps = taken.map(([process, op, value], index) => ({ index, t_ns: index, process, op, target: "queue", value }));
  const run = runOf(["P1", "P2", "reader"], { scenario: "queue-workers" }, [], [{ name: "queue", kind: "queue" }]);
  const history = historyOf({ run, steps });
  const view = /** @type {ViewState} */ ({ run, history, position, step: history.step(position - 1) });
  const queue = queueOf(view);
  return {
    inside: queue.inside.map((item) => [item.value, ownerOf(queue, item), item.isPassed]),
    out: queue.out.map((got) => [got.value, got.from, got.passed.length]),
    sentence: sentence(view),
  };
}

test("what comes out before an earlier one is pointed out", () => {
  /** @type {[string, string, number][]} */
  const taken = [["P1", "put", 1], ["P2", "put", -1], ["P1", "put", 4], ["reader", "get", 1], ["reader", "get", 4]];
  const before = known(taken, 4);
  assert.deepEqual(before.out, [[1, 0, 0]]);
  assert.deepEqual(before.inside, [[-1, 1, false], [4, 0, false]]);
  assert.match(before.sentence, /first in, first out/);
  const after = known(taken, 5);
  assert.deepEqual(after.out, [[1, 0, 0], [4, 0, 1]]);
  assert.deepEqual(after.inside, [[-1, 1, true]]);
  assert.match(after.sentence, /^reader gets 4, although P2 put −1 earlier\./);
  assert.match(after.sentence, /nothing promises an order between processes/);
});

test("of items that look alike it is not said whose they were", () => {
  /** @type {[string, string, number][]} */
  const taken = [["P1", "put", 1], ["P1", "put", 1], ["P2", "put", 1], ["reader", "get", 1], ["P2", "put", 1], ["reader", "get", 1]];
  assert.deepEqual(known(taken, 3).inside, [[1, 0, false], [1, 0, false], [1, 1, false]]);
  const after = known(taken, 4);
  assert.deepEqual(after.inside, [[1, -1, false], [1, -1, false]]);
  assert.deepEqual(after.out, [[1, -1, 0]]);
  assert.match(after.sentence, /Nobody can tell/);
  assert.deepEqual(known(taken, 5).inside, [[1, -1, false], [1, -1, false], [1, 1, false]]);
});

test("an item whose put was lost with its process is nobody's", () => {
  const { out, inside } = known([["P1", "put", 1], ["reader", "get", 9]], 2);
  assert.deepEqual(out, [[9, -1, 0]]);
  assert.deepEqual(inside, [[1, 0, false]]);
});

for (const id of ["queue-fifo", "queue-workers", "sharing-owner", "queue-fifo-stopped"]) {
  test(`${id}: at every step the queue holds what was put and not got`, () => {
    const { run, steps } = caseOf(id);
    const history = historyOf({ run, steps });
    /** @type {number[]} */
    const inside = [];
    let early = 0;
    for (const { index, op, value = 0 } of steps) {
      if (op === "put") inside.push(value);
      if (op === "get") {
        const place = inside.indexOf(value);
        inside.splice(place, 1);
        early += place > 0 ? 1 : 0;
      }
      const queue = queueOf({ run, history, position: index + 1 });
      assert.deepEqual(queue.inside.map((item) => item.value), inside);
      assert.equal(queue.early, early);
    }
  });
}
