// Buckets of steps say what single steps would, added up.

import assert from "node:assert/strict";
import test from "node:test";

import { BUCKET } from "../../static/js/core/overview.js";
import { caseOf, historyOf } from "./cases.js";
import { sharesOf } from "./recordings.js";

for (const id of ["race-eight-processes", "race-with", "array-none"]) {
  test(`${id}: each bucket holds the range of its steps, and how often somebody waited or was in between`, () => {
    const history = historyOf(caseOf(id));
    for (let bucket = 0; bucket * BUCKET < history.length; bucket += 1) {
      const end = Math.min((bucket + 1) * BUCKET, history.length);
      const states = Array.from({ length: end - bucket * BUCKET }, (_, step) => history.stateAt(bucket * BUCKET + step + 1));
      states[0]?.cells.forEach((_, cell) => {
        const values = states.map(({ cells }) => cells[cell]?.value ?? NaN);
        assert.deepEqual(history.overview.values(bucket, cell), {
          lowest: Math.min(...values),
          highest: Math.max(...values),
          expected: states.at(-1)?.cells[cell]?.expected,
        });
      });
      states[0]?.processes.forEach((_, process) => {
        const open = states.filter(({ processes }) => processes[process]?.register).length;
        const waiting = states.filter(({ processes }) => processes[process]?.waits).length;
        assert.deepEqual([...sharesOf(history, bucket).slice(2 * process, 2 * process + 2)], [open / BUCKET, waiting / BUCKET]);
      });
    }
  });
}

test("of several buckets the shares are added up, the last one too, which is not full", () => {
  const history = historyOf(caseOf("race-eight-processes"));
  const buckets = Math.ceil(history.length / BUCKET);
  assert.notEqual(history.length % BUCKET, 0);
  const sum = new Float64Array(16);
  history.overview.addShares(1, buckets, sum);
  const each = Array.from({ length: buckets - 1 }, (_, bucket) => sharesOf(history, bucket + 1));
  assert.deepEqual([...sum], [...sum.keys()].map((which) => each.reduce((total, shares) => total + (shares[which] ?? NaN), 0)));
});
