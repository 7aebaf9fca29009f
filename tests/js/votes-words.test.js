// What a class has answered, in sentences: exact where few have answered, and never more than is true.

import assert from "node:assert/strict";
import { test } from "node:test";

import { describedVotes, headline, howMany, movedInWords } from "../../static/js/charts/votes-words.js";

/** @param {Record<string, number>} last @param {Partial<import("../../static/js/charts/votes-words.js").Answered>} [more] */
function asked(last, more = {}) {
  return { kind: /** @type {"number" | "choice"} */ ("number"), results: [last], moved: null, truth: "11", right: ["11", "fewer"], ...more };
}

test("how many is said as people say it, and exactly where they are few", () => {
  for (const [count, total, words] of /** @type {const} */ ([
    [0, 26, "Nobody"],
    [26, 26, "All of you"],
    [1, 1, "The only one who answered"],
    [3, 4, "Three of you"],
    [13, 26, "Half of you"],
    [12, 26, "About half of you"],
    [24, 26, "Nearly all of you"],
    [15, 26, "Most of you"],
    [8, 24, "A third of you"],
    [5, 26, "Five of you"],
    [11, 27, "11 of you"],
  ])) assert.equal(howMany(count, total), words, `${count} of ${total}`);
});

test("the headline says what most said, and how many were right", () => {
  assert.equal(headline(asked({ 20: 13, 11: 1, 10: 12 })), "Half of you said 20. One said 11.");
  assert.equal(headline(asked({ 20: 20, 19: 6 })), "About three quarters of you said 20. Nobody said 11.");
  assert.equal(headline(asked({ 20: 15, fewer: 5, 11: 2, 10: 4 })), "Most of you said 20. Two said 11 and five said fewer.");
});

test("where most were right it says so", () => {
  assert.equal(headline(asked({ 11: 18, 20: 8 })), "About two thirds of you said 11. And so it is.");
  assert.equal(headline(asked({ 20: 9 }, { truth: "20", right: ["20"] })), "All of you said 20. It is so.");
  assert.equal(headline(asked({ fewer: 20, 20: 6 })), "About three quarters of you said fewer. And so it is: 11.");
});

test("without a truth, and without an answer, nothing is made up", () => {
  assert.equal(headline(asked({ 20: 4, 19: 2 }, { truth: null, right: [] })), "Two thirds of you said 20.");
  assert.equal(headline(asked({})), "Nobody has answered.");
});

test("of a choice it says how many were right", () => {
  const choice = { kind: /** @type {const} */ ("choice"), truth: "2", right: ["2"] };
  assert.equal(headline(asked({ 1: 5, 2: 20 }, choice)), "Most of you were right.");
  assert.equal(headline(asked({ 1: 3, 2: 1 }, choice)), "One of you was right.");
  assert.equal(headline(asked({ 1: 3 }, choice)), "Nobody was right. That is worth a talk.");
  assert.equal(headline(asked({ 3: 6 }, { ...choice, truth: null, right: [] })), "All of you chose 3.");
});

test("who moved between two votes: the most of them, and how many in all", () => {
  assert.equal(movedInWords({ moved: null }), "");
  assert.equal(movedInWords({ moved: [] }), "Nobody changed their answer.");
  assert.equal(movedInWords({ moved: [{ from: "20", to: "11", count: 8 }] }), "8 moved from 20 to 11.");
  assert.equal(movedInWords({ moved: [{ from: "19", to: "11", count: 3 }, { from: "20", to: "fewer", count: 8 }] }), "8 moved from 20 to fewer. In all, 11 changed their answer.");
});

test("who cannot see the dots hears all of them, by vote", () => {
  assert.equal(describedVotes(asked({ 20: 2, 11: 1 })), "20: 2, 11: 1. Right: 11.");
  assert.equal(
    describedVotes({ ...asked({ 2: 3 }), kind: "choice", results: [{ 1: 2, 2: 1 }, { 2: 3 }], truth: "2", right: ["2"] }, ["a lock", "no lock"]),
    "First vote: a lock: 2, no lock: 1. Second vote: no lock: 3. Right: no lock.",
  );
});
