// What would run, as a sentence with placeholders, and the question under it.

import assert from "node:assert/strict";
import test from "node:test";

import { guesses, readGuess, verdict } from "../../static/js/core/guess.js";
import { inShort, inWords, nameOf, piecesOf, question, choiceInWords, withWords } from "../../static/js/core/choice-sentence.js";

/** @import { Catalogue, Choice, ScenarioInfo } from "../../static/js/core/types.js" */

const SCENARIO = /** @type {ScenarioInfo} */ (/** @type {unknown} */ ({
  name: "value",
  title: "Shared counter",
  field: "guard",
  lineup: "pair",
  asks: true,
  variants: [{ name: "none", title: "no lock" }, { name: "with", title: "with lock" }],
  iterations: { least: 1, most: 100, usual: 10, label: "Increments each" },
  sentence: "{processes} [process adds|processes add] 1 to the same number, {iterations} [time|times] each, {pace}.",
}));
const CATALOGUE = /** @type {Catalogue} */ (/** @type {unknown} */ ({
  scenarios: [SCENARIO],
  paces: [{ name: "slow", adverb: "slowly" }],
}));
/** @type {Choice} */
const CHOICE = { scenario: "value", variant: "with", processes: 2, iterations: 10, pace: "slow", chunksize: null };

test("a sentence falls into words, places for choices, and words that follow a number", () => {
  assert.deepEqual(piecesOf("{processes} [adds|add] 1, {pace}."), [
    { placeholder: "processes" },
    { text: " " },
    { one: "adds", many: "add", of: "processes" },
    { text: " 1, " },
    { placeholder: "pace" },
    { text: "." },
  ]);
});

test("the sentence can be read as a whole, for one and for many", () => {
  assert.equal(choiceInWords(CATALOGUE, SCENARIO, CHOICE), "Two processes add 1 to the same number, 10 times each, slowly.");
  assert.equal(
    choiceInWords(CATALOGUE, SCENARIO, { ...CHOICE, processes: 1, iterations: 1 }),
    "One process adds 1 to the same number, 1 time each, slowly.",
  );
});

test("what ran fits in one short line", () => {
  assert.equal(inShort(CATALOGUE, SCENARIO, CHOICE), "Two processes · 10 each · slowly");
  assert.equal(
    inShort(CATALOGUE, { ...SCENARIO, asks: false }, CHOICE),
    "Shared counter · Two processes · increments each: 10 · slowly",
  );
});

test("where one race runs alone, its guard is chosen in the sentence itself", () => {
  /** @type {ScenarioInfo} */
  const alone = { ...SCENARIO, lineup: "one", sentence: "{processes} processes add 1, {variant}, {pace}." };
  assert.equal(choiceInWords(CATALOGUE, alone, { ...CHOICE, processes: 30 }), "30 processes add 1, with lock, slowly.");
  assert.equal(choiceInWords(CATALOGUE, alone, { ...CHOICE, variant: "none" }), "Two processes add 1, with no lock, slowly.");
  assert.equal(inShort(CATALOGUE, alone, { ...CHOICE, variant: "none" }), "Two processes · 10 each · no lock · slowly");
  assert.equal(nameOf("variant", alone), "Guard");
  assert.equal(nameOf("variant", SCENARIO), "Right-hand race");
});

test("the question is a sum as long as one can be read, and then a product", () => {
  assert.equal(question(CHOICE), "10 + 10 = ?");
  assert.equal(question({ ...CHOICE, processes: 1 }), "10 = ?");
  assert.equal(question({ ...CHOICE, processes: 4, iterations: 5 }), "5 + 5 + 5 + 5 = ?");
  assert.equal(question({ ...CHOICE, processes: 8 }), "8 × 10 = ?");
  assert.equal(question({ ...CHOICE, iterations: 20_000 }), "2 × 20\u2009000 = ?");
});

test("small numbers are written in letters", () => {
  assert.equal(inWords(2, true), "Two");
  assert.equal(inWords(2, false), "two");
  assert.equal(inWords(12, true), "12");
});

test("a variant is what the processes work with", () => {
  assert.equal(withWords("with lock"), "with lock");
  assert.equal(withWords("a lock each"), "with a lock each");
});

test("what is offered as a guess never goes below nothing", () => {
  assert.deepEqual(guesses(20), [20, 19, "fewer", "more"]);
  assert.deepEqual(guesses(1), [1, "fewer", "more"]);
});

test("a guess in an address is a number or one of two words", () => {
  assert.equal(readGuess("20"), 20);
  assert.equal(readGuess("fewer"), "fewer");
  assert.equal(readGuess("more"), "more");
  for (const nonsense of [null, "", "-1", "many", "2.5"]) assert.equal(readGuess(nonsense), null);
});

test("a guess gets its verdict", () => {
  assert.equal(verdict(20, 11, 20), "9 too many");
  assert.equal(verdict(11, 11, 20), "right");
  assert.equal(verdict(10, 11, 20), "1 too few");
  assert.equal(verdict("fewer", 11, 20), "right");
  assert.equal(verdict("more", 11, 20), "it was fewer");
  assert.equal(verdict("fewer", 20, 20), "it was all of them");
  assert.equal(verdict("more", 20, 20), "it was all of them");
});
