// Numbers, times and lists as people read them.

import assert from "node:assert/strict";
import test from "node:test";

import { counted, duration, list, number } from "../../static/js/core/format.js";

test("a list reads as one says it", () => {
  assert.deepEqual([[], ["P1"], ["P1", "P2"], ["P1", "P2", "P3"]].map(list), ["", "P1", "P1 and P2", "P1, P2 and P3"]);
});

test("only one of a thing is singular", () => {
  assert.deepEqual([0, 1, 2].map((count) => counted(count, "item")), ["0 items", "1 item", "2 items"]);
});

test("long numbers have a thin space at each thousand", () => {
  assert.deepEqual([0, 999, 1000, 1234567, -25000].map(number), ["0", "999", "1\u2009000", "1\u2009234\u2009567", "-25\u2009000"]);
});

test("a time is written in the unit that suits it", () => {
  assert.deepEqual([0, 1500, 999_949, 1e6, 1e9, 90e9].map(duration), ["0.0 µs", "1.5 µs", "999.9 µs", "1.0 ms", "1.00 s", "90.00 s"]);
});
