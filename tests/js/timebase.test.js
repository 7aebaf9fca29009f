// The two clocks: by either one, every step of every race is reached, in order, and back again.

import assert from "node:assert/strict";
import test from "node:test";

import { BY_STEPS, BY_CLOCK, converted, lastMoment, stepped } from "../../static/js/core/timebase.js";
import { caseOf, historyOf } from "./cases.js";

/** @import { History } from "../../static/js/core/history.js" */
/** @import { Timebase } from "../../static/js/core/timebase.js" */

const HISTORIES = ["race-none", "race-with"].map((id) => historyOf(caseOf(id)));
const [none, locked] = /** @type {[History, History]} */ (HISTORIES);

test("by steps a moment is a number of steps, and a shorter race rests at its end", () => {
  assert.equal(lastMoment(BY_STEPS, HISTORIES), locked.length);
  assert.equal(BY_STEPS.position(none, locked.length), none.length);
  assert.equal(BY_STEPS.position(none, 3.9), 3);
  assert.equal(BY_STEPS.position(none, -1), 0);
  assert.equal(BY_STEPS.rate(HISTORIES), 1);
});

test("by the clock a moment is a time, and before the first step there is one", () => {
  assert.equal(BY_CLOCK.position(none, BY_CLOCK.start), 0);
  for (let position = 1; position <= none.length; position += 1) {
    const moment = BY_CLOCK.moment(none, position);
    assert.equal(moment, none.time(position - 1));
    assert.ok(BY_CLOCK.position(none, moment) >= position);
    assert.ok(BY_CLOCK.position(none, moment - 1) < position);
  }
});

for (const timebase of [BY_STEPS, BY_CLOCK]) {
  test(`step by step one comes by every step by the ${timebase.name}, and the same way back`, () => {
    const way = [timebase.start];
    for (let at = timebase.start; at < lastMoment(timebase, HISTORIES); way.push(at)) at = stepped(timebase, HISTORIES, at, 1);
    for (const history of HISTORIES) {
      const positions = new Set(way.map((moment) => timebase.position(history, moment)));
      assert.equal(positions.size, new Set([0, ...reached(timebase, history)]).size);
    }
    const back = [way.at(-1) ?? 0];
    for (let at = back[0] ?? 0; at > timebase.start; back.push(at)) at = stepped(timebase, HISTORIES, at, -1);
    assert.deepEqual(back, way.toReversed());
    assert.equal(stepped(timebase, HISTORIES, timebase.start, 10), way[10]);
    assert.equal(stepped(timebase, HISTORIES, way.at(-1) ?? 0, 1), way.at(-1));
    assert.equal(stepped(timebase, HISTORIES, timebase.start, -1), timebase.start);
  });
}

/** The positions at which a race can be shown: of steps at the same time, only the last. @param {Timebase} timebase @param {History} history */
function reached(timebase, history) {
  const positions = Array.from({ length: history.length }, (_, index) => index + 1);
  return positions.map((position) => timebase.position(history, timebase.moment(history, position)));
}

test("the other clock stays at the same step of the longest race", () => {
  for (let position = 0; position <= locked.length; position += 1) {
    const moment = converted(BY_STEPS, BY_CLOCK, HISTORIES, position);
    assert.equal(moment, BY_CLOCK.moment(locked, position));
    assert.equal(converted(BY_CLOCK, BY_STEPS, HISTORIES, moment), BY_CLOCK.position(locked, moment));
  }
  assert.equal(converted(BY_STEPS, BY_CLOCK, [], 5), BY_CLOCK.start);
});

test("both clocks take equally long for the whole", () => {
  assert.equal(BY_CLOCK.rate(HISTORIES) * locked.length, lastMoment(BY_CLOCK, HISTORIES));
});
