// Buckets of steps say what single steps would, added up.

import assert from "node:assert/strict";
import test from "node:test";

import { BUCKET } from "../../static/js/core/overview.js";
import { caseOf, historyOf } from "./cases.js";

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
        assert.equal(history.overview.share(bucket, process, 0), open / BUCKET);
        assert.equal(history.overview.share(bucket, process, 1), waiting / BUCKET);
      });
    }
  });
}
