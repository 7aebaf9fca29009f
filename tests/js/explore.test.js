// What is told of an exploration: figures where they are exact, shares where they are estimated from enough, else counts.

import assert from "node:assert/strict";
import test from "node:test";

import { sharesOfAnswer } from "../../static/js/core/explore.js";
import { Observations } from "../../static/js/core/observations.js";
import { byShare, outcomesOf } from "../../static/js/pages/interleavings/outcomes.js";
import { conclusion, found, undrawn, unfinished } from "../../static/js/pages/interleavings/conclusion.js";
import { figuresOf } from "../../static/js/pages/interleavings/outcome-words.js";

/** @import { Explored } from "../../static/js/core/explore.js" */

/** Ended at 7 once in four schedules, at 8 in the others. @param {number} samples @returns {Explored} */
function estimated(samples) {
  const outcomes = [{ final: 7, share: 0.25 }, { final: 8, share: 0.75 }];
  return { exhausted: false, interleavings: null, states: 500, outcomes: [], deadlocks: [], known: [{ final: 2, schedule: null }], estimate: { samples, outcomes } };
}

/** One final, in so many interleavings. @param {string} interleavings @param {number | null} states @returns {Explored} */
function proved(interleavings, states) {
  const one = { final: 8000, interleavings, probability: 1, fraction: "1", schedule: null, switches: 7 };
  return { exhausted: true, interleavings, states, outcomes: [one], deadlocks: [] };
}

const nothing = new Observations(() => {});

test("from 200 samples on they are shares", () => {
  const answer = estimated(200);
  assert.deepEqual([...(sharesOfAnswer(answer) ?? [])], [["7", 0.25], ["8", 0.75]]);
  const outcomes = outcomesOf(answer);
  assert.deepEqual(outcomes.map(({ share }) => share), [null, 0.25, 0.75]);
  assert.deepEqual(outcomes.map((each) => figuresOf(each, false, nothing)), [
    ["possible for certain, never drawn"],
    ["probability ≈ 25.0\u2009%, an estimate"],
    ["probability ≈ 75.0\u2009%, an estimate"],
  ]);
  assert.match(unfinished(answer), /estimated from 200 schedules drawn at random/);
});

test("of fewer samples it is told how many ended so, and no share", () => {
  const answer = estimated(196);
  assert.equal(sharesOfAnswer(answer), null);
  const outcomes = outcomesOf(answer);
  assert.deepEqual(outcomes.map(({ share }) => share), [null, null, null]);
  assert.deepEqual(outcomes.map((each) => figuresOf(each, false, nothing)[0]), [
    "possible for certain, never drawn",
    "in 49 of 196 schedules drawn at random: too few to estimate a probability",
    "in 147 of 196 schedules drawn at random: too few to estimate a probability",
  ]);
  assert.deepEqual(byShare(outcomes).map(({ name }) => name), ["8", "7", "2"]);
  assert.match(unfinished(answer), /There was time for 196 schedules drawn at random only: too few to estimate any probability\./);
});

test("a proof says of what it is one", () => {
  const said = conclusion(outcomesOf(proved("20", 231)), 8000, proved("20", 231), nothing);
  assert.equal(said, "All 20 interleavings end at 8000: that is a proof, for the steps that each process took when it was recorded alone. No number of good runs would be one.");
});

test("what is too long for a line is told in powers of ten, and states that cannot be told are not", () => {
  const answer = proved(`75${"4".repeat(7210)}`, null);
  assert.match(conclusion(outcomesOf(answer), 8000, answer, nothing), /^All ≈ 7\.5\u2009×\u200910⁷²¹¹ interleavings end at 8000/);
  assert.equal(found(answer, 1), "≈ 7.5\u2009×\u200910⁷²¹¹ interleavings");
  assert.equal(undrawn(answer), "There are too many states to draw.");
  assert.equal(found(proved("924", 116), 1), "924 interleavings, 116 states");
});

test("where the states were too many to count it says about how many there are", () => {
  const answer = { ...proved("924", null), known_states: 47_163_545, estimated_states: 9.2969e10 };
  assert.equal(found(answer, 1), "924 interleavings, about 9.3\u2009×\u200910¹⁰ states");
  assert.equal(undrawn(answer), "There are too many states to draw.");
  assert.match(unfinished({ ...estimated(2_000), known_states: 812, estimated_states: 30_902 }), /given up after 500 states\. There are about 31\u2009000 in all\./);
});
