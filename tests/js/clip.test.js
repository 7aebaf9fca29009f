// A lost update as a clip: the steps without which nothing would have been lost, in about five seconds.

import assert from "node:assert/strict";
import test from "node:test";

import { clipOf } from "../../static/js/core/clip.js";
import { CASES, historyOf } from "./cases.js";

for (const given of CASES.filter(({ losses }) => losses.some(({ lasting }) => lasting.length > 0))) {
  test(`${given.run.id}: every clip leads from a read to the write that erases, through those two alone, in about 5 s`, () => {
    const history = historyOf(given);
    for (let at = history.losses.next(0, 1); at !== null; at = history.losses.next(at, 1)) {
      const { positions, times } = clipOf(history, at);
      assert.deepEqual(positions, [...new Set(positions)].sort((one, other) => one - other));
      assert.equal(positions.at(-1), at);
      const steps = positions.map((position) => history.step(position - 1));
      const [first] = steps;
      const killer = steps.at(-1);
      // A write that was built on nothing that was read has no read of its own.
      assert.ok(first?.op === "read" || killer?.base === null, `${first?.op} first`);
      assert.ok(new Set(steps.map(({ process }) => process)).size <= 2);
      assert.equal(new Set(steps.map(({ target }) => target)).size, 1);
      const whole = times.reduce((sum, time) => sum + time, 0);
      assert.ok(whole > 3000 && whole < 6500, `${whole} ms`);
      assert.ok((times.at(-1) ?? 0) > 2000);
    }
  });
}
