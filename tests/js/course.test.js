// Where one can be in the walkthrough, and how one gets from place to place.

import assert from "node:assert/strict";
import test from "node:test";

import { OVERVIEW, addressOf, nextPlace, placeInChapter, previousPlace, stepAt } from "../../static/js/walkthrough/course.js";

const PROGRAMS = ["value/start", "value/more", "locks/with"].map((name) => ({ name, runs: [], repeat: 1, right: null }));

test("each step is asked, run and looked at, and after the last comes the overview", () => {
  const way = [OVERVIEW];
  for (let place = nextPlace(PROGRAMS, OVERVIEW); place !== OVERVIEW; place = nextPlace(PROGRAMS, place)) way.push(place);
  assert.deepEqual(way.slice(1), [0, 1, 2].flatMap((at) => [{ at, phase: "ask" }, { at, phase: "run" }, { at, phase: "look" }]));
});

test("where everything has run, back is the same way", () => {
  for (let at = 2, place = previousPlace({ at: 3, phase: "ask" }, () => true); place !== OVERVIEW; at -= 1) {
    for (const phase of ["look", "run", "ask"]) {
      assert.deepEqual(place, { at, phase });
      place = previousPlace(place, () => true);
    }
  }
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
