// Numbers, times and lists as people read them.

import assert from "node:assert/strict";
import test from "node:test";

import { counted, duration, list, listOfMany, number, rounded } from "../../static/js/core/format.js";

test("a list reads as one says it", () => {
  assert.deepEqual([[], ["P1"], ["P1", "P2"], ["P1", "P2", "P3"]].map(list), ["", "P1", "P1 and P2", "P1, P2 and P3"]);
});

test("of very many names the first stand for all", () => {
  const names = Array.from({ length: 31 }, (_, index) => `P${index + 1}`);
  assert.equal(listOfMany(names), "P1, P2, P3 and 28 others");
  assert.equal(listOfMany(names.slice(0, 8)), list(names.slice(0, 8)));
  assert.equal(listOfMany([]), "");
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

test("numbers are written as the browser's own formats write them, with another space", () => {
  const format = new Intl.NumberFormat("en", { maximumFractionDigits: 20 });
  for (const value of [0, 7, 999, 1000, 99_999, 1e6, 2 ** 53, 1e20, 1e21, 1e300, -1, -1234.5, 0.1, 1 / 3, 1e-6, 1e-7, 123456.789, NaN, Infinity, -Infinity, 10n ** 30n, -(2n ** 64n)]) {
    assert.equal(number(value), format.format(value).replaceAll(",", "\u2009"), String(value));
  }
  for (const digits of /** @type {const} */ ([0, 1, 2])) {
    const fixed = new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    for (const value of [0, 0.5, 0.25, 12.345678, 999.999, 1000, 1234567.891, -3.14159]) {
      assert.equal(rounded(value, digits), fixed.format(value).replaceAll(",", "\u2009"), String(value));
    }
  }
});

