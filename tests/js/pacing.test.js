// How long each step is shown: slowly until the first death is over, then faster and faster, and soon over.

import assert from "node:assert/strict";
import test from "node:test";

import { deathsAhead, eased, expectedLength, pacing } from "../../static/js/core/pacing.js";
import { CASES, caseOf, historyOf } from "./cases.js";

/** @import { Ahead } from "../../static/js/core/pacing.js" */

/** So many steps after an update that comes back, the one that is lost for good is still part of the same story. */
const SOON = 12;

const VALUES = CASES.filter(({ run, steps }) => run.request.scenario === "value" && steps.length > 0);
const HALF_A_MINUTE = 30_000;
/** Nothing changes faster than by a quarter from one step to the next. */
const GENTLE = 1.25;

/** How long each step is shown, in order. @param {Ahead} ahead */
function dwells(ahead) {
  const { dwell } = pacing(ahead);
  return Array.from({ length: ahead.length - ahead.from }, (_, index) => dwell(ahead.from + index + 1));
}

/** @param {readonly number[]} times */
function sum(times) {
  return times.reduce((total, time) => total + time, 0);
}

/** The changes from step to step, as factors over 1. @param {readonly number[]} times */
function changes(times) {
  return times.slice(1).map((time, index) => Math.max(time, times[index] ?? 0) / Math.min(time, times[index] ?? 0));
}

for (const { run, steps } of VALUES) {
  test(`${run.id}: the first lost update dies in full view, nothing before it is flashed past, and it is soon over`, () => {
    const history = historyOf({ run, steps });
    const { length } = history;
    const deaths = deathsAhead(history, 0);
    const times = dwells({ from: 0, known: length, length, ends: true, deaths });
    assert.ok(sum(times) <= HALF_A_MINUTE, `${sum(times)} ms`);
    const others = times.filter((_, index) => !deaths.includes(index + 1));
    assert.ok(Math.max(...changes(others)) <= GENTLE);
    assert.ok((times[0] ?? 0) > 450);
    assert.equal(deaths.length > 0, history.losses.total > 0);
    for (const death of deaths) assert.ok((times[death - 1] ?? 0) >= 4000);
    assert.ok(Math.min(...times.slice(0, deaths.at(-1) ?? 0)) >= 350);
  });
}

for (const [death, length] of /** @type {[number | null, number][]} */ ([[null, 130], [100, 130], [130, 130], [3000, 6000], [null, 300_000], [1, 1], [2, 3], [50, 400]])) {
  test(`a first loss at ${death ?? "no step"} of ${length} is over in half a minute, and never comes as a jerk`, () => {
    const times = dwells({ from: 0, known: length, length, ends: true, deaths: death === null ? [] : [death] });
    const { total } = pacing({ from: 0, known: length, length, ends: true, deaths: death === null ? [] : [death] });
    assert.ok(Math.abs(sum(times) - total) < 1, `${sum(times)} and not ${total}`);
    assert.ok(total <= HALF_A_MINUTE, `${total} ms`);
    assert.ok(changes(times.filter((_, index) => index + 1 !== death)).every((change) => change <= GENTLE));
    if (death === null) return;
    assert.ok((times[death - 1] ?? 0) >= 4000);
    // What leads up to it can be read.
    for (const time of times.slice(Math.max(0, death - 6), death)) assert.ok(time >= 350);
  });
}

for (const [death, length] of /** @type {[number | null, number][]} */ ([[null, 10], [9, 12], [12, 24], [null, 40], [20, 300]])) {
  test(`a playback of ${length} steps that may take 15 s is over by then, and each step of a short one can be read`, () => {
    const within = 15_000;
    const times = dwells({ from: 0, known: length, length, ends: true, deaths: death === null ? [] : [death], within });
    assert.ok(sum(times) <= within + 1, `${sum(times)} ms`);
    if (length <= 40) assert.ok(Math.min(...times) >= 350, `${Math.min(...times)} ms`);
    // What is short anyway is not hurried.
    if (length <= 12) assert.equal(times[0], 700);
  });
}

test("who plays on from somewhere sees the next death as well as the first", () => {
  const history = historyOf(caseOf("race-none"));
  const { length } = history;
  const from = history.losses.next(0, 1) ?? 0;
  const death = history.losses.next(from, 1) ?? 0;
  const times = dwells({ from, known: length, length, ends: true, deaths: death === null ? [] : [death] });
  assert.ok((times[death - from - 1] ?? 0) >= 4000);
  assert.ok(Math.min(...times.slice(0, death - from)) >= 350);
});

test("a race that still goes on is played by what has come, and nothing that may be a death is flashed past", () => {
  const { run, steps } = caseOf("race-none");
  const death = historyOf({ run, steps }).losses.next(0, 1) ?? 0;
  let before = 700;
  let whole = 0;
  for (let position = 1; position <= steps.length; position += 1) {
    // Ten steps are known before they are shown.
    const history = historyOf({ run, steps: steps.slice(0, position + 10) });
    const known = history.length;
    const pace = pacing({ from: 0, known, length: expectedLength(history, run.request), ends: known === steps.length, deaths: deathsAhead(history, 0) });
    const time = eased(before, pace.dwell(position));
    if (position < death) assert.ok(time >= 350, `${time} ms at ${position}`);
    if (position === death) assert.ok(time >= 4000);
    if (position !== death && before < 4000) assert.ok(time / before > 1 / GENTLE);
    before = time;
    whole += time;
  }
  assert.ok(whole <= HALF_A_MINUTE, `${whole} ms`);
});

test("an update that is erased and comes back is seen to die as well as the one that is lost for good soon after", () => {
  for (const { run, steps } of VALUES) {
    const history = historyOf({ run, steps });
    const lasting = history.losses.next(0, 1);
    const first = steps.findIndex((step) => (history.effect(history.step(step.index))?.erased ?? 0) > 0) + 1;
    const isSoon = lasting !== null && lasting - first <= SOON;
    assert.deepEqual(deathsAhead(history, 0), lasting === null ? [] : [...new Set(isSoon ? [first, lasting] : [first])]);
  }
});

test("how long a race will be is judged by how far its increments are", () => {
  const { run, steps } = caseOf("race-none");
  const half = expectedLength(historyOf({ run, steps: steps.slice(0, 32) }), run.request);
  assert.ok(Math.abs(half - steps.length) < 0.2 * steps.length, `${half} and not ${steps.length}`);
  assert.equal(expectedLength(historyOf({ run, steps: [] }), run.request), 0);
  assert.ok(expectedLength(historyOf({ run, steps }), run.request) >= steps.length);
});
