// What a phone shows of a question, from the first vote to the answer.

import assert from "node:assert/strict";
import test from "node:test";

import { counterQuestion } from "../../static/js/core/counter-question.js";
import { questionView } from "../../static/js/pages/room/question-view.js";

/** @import { Question } from "../../static/js/core/room-types.js" */

/** @param {Partial<Question>} [more] @returns {Question} */
function number(more = {}) {
  const asked = counterQuestion("2 processes add 1 to the same number, 10 times each.", 20);
  return {
    options: [], least: 0, most: 40, chips: [], ...asked, detail: asked.detail ?? "", id: 3, state: "open", round: 1,
    answered: [19, 0], results: null, moved: null, truth: null, right: [], ...more,
  };
}

/** @param {Partial<Question>} [more] @returns {Question} */
function choice(more = {}) {
  return { ...number(), kind: "choice", text: "Why?", chips: [], options: ["It is broken.", "Both read it first."], ...more };
}

test("an open question has a field, its chips, and the promise that nobody sees the answer", () => {
  const view = questionView(number(), [null, null], 27);
  assert.deepEqual(view.chips.map(({ label }) => label), ["20", "19", "fewer", "more"]);
  assert.deepEqual(view.field, { least: 0, most: 40, value: 20, isChosen: false });
  assert.deepEqual([view.lead, view.own, view.votes, view.count], ["", "", null, "19 of 27 phones have answered"]);
  assert.match(view.note, /stays hidden until the class sees all/);
});

test("what was chosen is marked, a word at its chip and a number in the field, and can still be changed", () => {
  const word = questionView(number(), ["fewer", null], 27);
  assert.deepEqual(word.chips.filter(({ isChosen }) => isChosen).map(({ answer }) => answer), ["fewer"]);
  assert.deepEqual([word.field?.isChosen, word.isOpen], [false, true]);
  assert.match(word.note, /you can change it/);
  const typed = questionView(number(), ["12", null], 27);
  assert.deepEqual(typed.field, { least: 0, most: 40, value: 12, isChosen: true });
  assert.deepEqual(typed.chips.filter(({ isChosen }) => isChosen), []);
});

test("a closed question asks to talk, with one's own answer and nothing to press", () => {
  const view = questionView(number({ state: "closed" }), ["20", null], 27);
  assert.deepEqual([view.lead, view.own, view.field, view.chips], ["Talk to your neighbour. Why do you think so?", "You said 20.", null, []]);
  assert.equal(questionView(number({ state: "closed" }), [null, null], 27).own, "You have not answered.");
  const options = questionView(choice({ state: "closed" }), ["2", null], 27);
  assert.deepEqual([options.own, options.chips[1]?.isChosen, options.isOpen], ["You chose 2.", true, false]);
});

test("in the second vote the first answer is there, quietly, and is not the second", () => {
  const view = questionView(number({ round: 2, answered: [19, 4] }), ["20", null], 27);
  assert.deepEqual([view.own, view.count], ["At first you said 20.", "4 of 27 phones have answered"]);
  assert.deepEqual(view.chips.filter(({ isFirst }) => isFirst).map(({ answer }) => answer), ["20"]);
  assert.ok(view.chips.every(({ isChosen }) => !isChosen));
  assert.match(view.lead, /Vote again/);
  const closed = { round: 2, state: /** @type {const} */ ("closed") };
  assert.equal(questionView(number(closed), ["20", "20"], 27).own, "You said 20 again.");
  assert.equal(questionView(number(closed), ["20", null], 27).own, "At first you said 20.");
});

test("when it is revealed one is told what one said and what was so, and sees how the class answered", () => {
  const results = [{ 20: 14, 11: 1 }, { 20: 3, 11: 9 }];
  const revealed = number({ state: "revealed", round: 2, truth: "11", right: ["11", "fewer"], results, moved: [{ from: "20", to: "11", count: 8 }] });
  const own = (/** @type {(string | null)[]} */ ...answers) => questionView(revealed, answers, 27).own;
  assert.equal(own("20", "11"), "At first you said 20, then 11. That is right.");
  assert.equal(own("20", "20"), "You said 20. It was 11.");
  assert.equal(own("20", null), "You said 20. It was 11.");
  assert.equal(own(null, "fewer"), "You said fewer. That is right. It was 11.");
  assert.equal(own(null, null), "You did not answer. It was 11.");
  const view = questionView(revealed, ["20", "11"], 27);
  assert.ok(view.votes && "dots" in view.votes);
  assert.deepEqual([view.votes.dots.truth, view.votes.dots.expected, view.votes.dots.gap, view.votes.dots.results], [11, 20, "✕ 9 lost", results]);
  assert.deepEqual([view.moved, view.note, view.count, view.field], ["8 moved from 20 to 11.", "", "", null]);
});

test("a choice that is revealed says which was right by its number, and draws a bar for each", () => {
  const revealed = choice({ state: "revealed", right: ["2"], results: [{ 1: 3, 2: 9 }] });
  assert.equal(questionView(revealed, ["1", null], 12).own, "You chose 1. Right is 2.");
  assert.equal(questionView(revealed, ["2", null], 12).own, "You chose 2. That is right.");
  const { votes } = questionView(revealed, ["2", null], 12);
  assert.ok(votes && "bars" in votes);
  assert.deepEqual([votes.bars.options, votes.bars.right], [revealed.options, ["2"]]);
});

test("a question with no right answer judges nobody", () => {
  const revealed = choice({ state: "revealed", right: [], results: [{ 1: 3 }] });
  assert.equal(questionView(revealed, ["1", null], 12).own, "You chose 1.");
  assert.equal(questionView(number({ state: "revealed", results: [{ 20: 3 }] }), ["20", null], 12).own, "You said 20.");
});

test("each vote of each question is another one to its field, and an answer given meanwhile is not", () => {
  const keys = [number(), number({ round: 2 }), number({ id: 4 }), number({ state: "closed" })].map((each) => questionView(each, [null, null], 3).key);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(questionView(number({ answered: [20, 0] }), ["20", null], 4).key, keys[0]);
});
