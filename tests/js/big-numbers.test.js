// Very large counts and very small chances, so that they can be read.

import assert from "node:assert/strict";
import test from "node:test";

import { brief, chance, grouped, onceIn } from "../../static/js/pages/interleavings/big-numbers.js";

test("an exact count keeps every digit, its thousands apart", () => {
  assert.deepEqual(["20", "924", "601080390", "1".repeat(30)].map(grouped), [
    "20", "924", "601\u2009080\u2009390", Array(10).fill("111").join("\u2009"),
  ]);
});

test("what is too long for its column is written in powers of ten, with the word about", () => {
  assert.equal(brief("924"), "924");
  assert.equal(brief("1".repeat(18)), grouped("1".repeat(18)));
  assert.equal(brief("1".repeat(19)), "≈ 1.1\u2009×\u200910¹⁸");
  assert.equal(brief("601080390", 6), "≈ 6.0\u2009×\u200910⁸");
});

test("only what is certain looks certain", () => {
  assert.deepEqual([0, 1, 0.5, 0.0999, 0.9999, 0.0004].map(chance), [
    "0\u2009%", "100\u2009%", "50.0\u2009%", "10.0\u2009%", "> 99.9\u2009%", "4.0\u2009×\u200910⁻⁴",
  ]);
});

test("a small chance is written as how many runs it takes", () => {
  assert.equal(onceIn(0.1), "once in 10 runs");
  assert.equal(onceIn(1 / 184_756), "once in 180\u2009000 runs");
  assert.equal(onceIn(2.4e-14), "once in 4.2\u2009×\u200910¹³ runs");
});
