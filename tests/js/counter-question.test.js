// The question what the counter will show: what is asked, what can be read back from it, and which answers are right.

import assert from "node:assert/strict";
import { test } from "node:test";

import { counterQuestion, expectedIn, rightAnswers } from "../../static/js/core/counter-question.js";

test("it offers the right sum, one less, and the two words, and takes any number up to twice the sum", () => {
  const asked = counterQuestion("Two processes add 1.", 20);
  assert.deepEqual(asked.chips, ["20", "19", "fewer", "more"]);
  assert.deepEqual([asked.kind, asked.detail, asked.least, asked.most], ["number", "Two processes add 1.", 0, 40]);
});

test("what was expected is read back from such a question, and from no other", () => {
  const kind = /** @type {const} */ ("number");
  assert.equal(expectedIn({ kind, chips: counterQuestion("", 200_000).chips ?? [] }), 200_000);
  assert.equal(expectedIn({ kind, chips: [] }), null);
  assert.equal(expectedIn({ kind, chips: ["1", "2"] }), null);
  assert.equal(expectedIn({ kind: "choice", chips: ["20", "fewer"] }), null);
});

test("the number that came is right, and the word that fits it", () => {
  assert.deepEqual(rightAnswers(11, 20), ["11", "fewer"]);
  assert.deepEqual(rightAnswers(20, 20), ["20"]);
  assert.deepEqual(rightAnswers(21, 20), ["21", "more"]);
});
