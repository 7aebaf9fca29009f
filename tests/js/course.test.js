// The locations of the walkthrough, and moving from one to the next.

import assert from "node:assert/strict";
import test from "node:test";

import { OVERVIEW, addressOf, isLastLocation, nextLocation, positionInChapter, previousLocation, questionOf, stepAt } from "../../static/js/pages/walkthrough/course.js";

/** @import { Location, Program } from "../../static/js/pages/walkthrough/course.js" */

/** Each has one sentence more than the one before. @type {Program[]} */
const PROGRAMS = ["value/start", "value/more", "locks/with"].map((name, index) => ({
  name, runs: [], repeat: 1, right: null, result: null,
  look: Array.from({ length: index + 1 }, () => ({ at: "end", run: 1 })),
}));

/** @type {Location[]} */
const ALL = PROGRAMS.flatMap(({ look }, at) => [
  questionOf(at),
  { at, phase: /** @type {const} */ ("run"), explanation: 0 },
  ...look.map((_, explanation) => ({ at, phase: /** @type {const} */ ("look"), explanation })),
]);

test("each step is asked, run and looked at sentence by sentence, and after the last comes the overview", () => {
  const way = [];
  for (let location = nextLocation(PROGRAMS, OVERVIEW); location !== OVERVIEW; location = nextLocation(PROGRAMS, location)) way.push(location);
  assert.deepEqual(way, ALL);
  assert.deepEqual(way.filter((location) => isLastLocation(PROGRAMS, location)), [ALL.at(-1)]);
});

test("where everything has run, back is the same way", () => {
  const way = [];
  const back = (/** @type {Location} */ location) => previousLocation(PROGRAMS, location, () => true);
  for (let location = back(questionOf(3)); location !== OVERVIEW; location = back(location)) way.push(location);
  assert.deepEqual(way, ALL.toReversed());
});

test("a step that has not run is left for the question of the one before", () => {
  assert.deepEqual(previousLocation(PROGRAMS, questionOf(2), () => false), questionOf(1));
});

test("an address opens its step, a chapter's its first step, and any other none", () => {
  PROGRAMS.forEach((_, at) => assert.equal(stepAt(PROGRAMS, addressOf(PROGRAMS, at)), at));
  assert.equal(stepAt(PROGRAMS, "/walkthrough/locks"), 2);
  for (const path of ["/walkthrough", "/walkthrough/none", "/", "/walkthrough/locks/none"]) assert.equal(stepAt(PROGRAMS, path), -1, path);
  assert.equal(addressOf(PROGRAMS, -1), "/walkthrough");
});

test("a step's location is counted in its chapter", () => {
  assert.deepEqual([0, 1, 2].map((at) => positionInChapter(PROGRAMS, at)), ["1 of 2", "2 of 2", "1 of 1"]);
});
