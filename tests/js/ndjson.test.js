// An exported recording that is read in the page is the same run as one that the stream brought.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { History } from "../../static/js/core/history.js";
import { stepsIn } from "../../static/js/core/ndjson.js";
import { CASES, historyOf } from "./cases.js";

const FILE = new URL("../recordings/race-none.ndjson", import.meta.url);

/** @param {object[]} steps */
function exported(steps) {
  const lines = ['{"lost_update":1,"header":{}}', '{"declared_process":{"name":"P1"}}', ...steps.map((step) => JSON.stringify(step)), '{"end":{}}'];
  return `${lines.join("\n")}\n`;
}

test("of all lines only the steps are taken, whether the last one ends or not", () => {
  const text = readFileSync(FILE, "utf8");
  for (const read of [text, text.trimEnd()]) {
    const [columns, ...more] = stepsIn(read);
    assert.equal(more.length, 0);
    assert.equal(columns?.index.length, 64);
    assert.deepEqual(columns?.index, Array.from({ length: 64 }, (_, index) => index));
  }
  assert.deepEqual([...stepsIn("")], []);
});

test("many steps come in several batches, in their order", () => {
  const steps = Array.from({ length: 20_000 }, (_, index) => ({ index, t_ns: index, process: "P1", op: "read", target: "number", value: 0, version: 0, line: 1 }));
  const batches = [...stepsIn(exported(steps))];
  assert.ok(batches.length > 1);
  assert.deepEqual(batches.flatMap(({ index }) => index), steps.map(({ index }) => index));
});

test("a run is the same as from the stream, at every position", () => {
  for (const given of CASES) {
    const history = new History(given.run);
    for (const columns of stepsIn(exported(given.steps))) history.append(columns);
    const streamed = historyOf(given);
    assert.equal(history.length, streamed.length);
    assert.equal(history.losses.total, streamed.losses.total);
    for (let position = 0; position <= history.length; position += Math.max(1, history.length >> 4)) {
      assert.deepEqual(history.stateAt(position), streamed.stateAt(position));
    }
  }
});
