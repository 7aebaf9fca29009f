// Where one can be in the walkthrough, and how one gets from place to place.

import assert from "node:assert/strict";
import test from "node:test";

import { OVERVIEW, addressOf, nextPlace, placeInChapter, previousPlace, stepAt } from "../../static/js/pages/walkthrough/course.js";

/** @import { Place } from "../../static/js/pages/walkthrough/course.js" */

const PROGRAMS = ["value/start", "value/more", "locks/with"].map((name) => ({ name, runs: [], repeat: 1, right: null }));

const ALL = [0, 1, 2].flatMap((at) => ["ask", "run", "look"].map((phase) => ({ at, phase })));

test("each step is asked, run and looked at, and after the last comes the overview", () => {
  const way = [];
  for (let place = nextPlace(PROGRAMS, OVERVIEW); place !== OVERVIEW; place = nextPlace(PROGRAMS, place)) way.push(place);
  assert.deepEqual(way, ALL);
});

test("where everything has run, back is the same way", () => {
  const way = [];
  const back = (/** @type {Place} */ place) => previousPlace(place, () => true);
  for (let place = back({ at: 3, phase: "ask" }); place !== OVERVIEW; place = back(place)) way.push(place);
  assert.deepEqual(way, ALL.toReversed());
});

test("a step that has not run is left for the question of the one before", () => {
  assert.deepEqual(previousPlace({ at: 2, phase: "ask" }, () => false), { at: 1, phase: "ask" });
});

test("an address opens its step, a chapter's its first step, and any other none", () => {
  PROGRAMS.forEach((_, at) => assert.equal(stepAt(PROGRAMS, addressOf(PROGRAMS, at)), at));
  assert.equal(stepAt(PROGRAMS, "/walkthrough/locks"), 2);
  for (const path of ["/walkthrough", "/walkthrough/none", "/", "/walkthrough/locks/none"]) assert.equal(stepAt(PROGRAMS, path), -1, path);
  assert.equal(addressOf(PROGRAMS, -1), "/walkthrough");
});

test("a step's place is counted in its chapter", () => {
  assert.deepEqual([0, 1, 2].map((at) => placeInChapter(PROGRAMS, at)), ["1 of 2", "2 of 2", "1 of 1"]);
});
