// Steps come in batches: nothing twice, no gap, and every position can be reached from every other.

import assert from "node:assert/strict";
import test from "node:test";

import { History } from "../../static/js/core/history.js";
import { caseOf, columnsOf, historyOf } from "./cases.js";

const race = caseOf("race-four-processes");

test("a batch that comes again changes nothing, and one that overlaps adds only what is new", () => {
  const history = new History(race.run);
  assert.ok(history.append(columnsOf(race.steps.slice(0, 50))));
  assert.ok(history.append(columnsOf(race.steps.slice(0, 50))));
  assert.equal(history.length, 50);
  assert.ok(history.append(columnsOf(race.steps.slice(20, 80))));
  assert.equal(history.length, 80);
  assert.deepEqual(history.stateAt(80), historyOf({ ...race, steps: race.steps.slice(0, 80) }).stateAt(80));
});

test("a batch that leaves a gap is refused, and changes nothing", () => {
  const history = new History(race.run);
  history.append(columnsOf(race.steps.slice(0, 10)));
  assert.equal(history.append(columnsOf(race.steps.slice(11, 20))), false);
  assert.equal(history.length, 10);
});

test("the way to a position makes no difference: step by step, back, or by a jump", () => {
  const { length } = race.steps;
  const pathOf = historyOf(race);
  for (let position = 0; position <= length; position += 1) {
    assert.deepEqual(pathOf.stateAt(position), historyOf({ ...race, steps: race.steps.slice(0, position) }).stateAt(position));
    if (position % 37 === 0) pathOf.stateAt(length - position);
  }
  assert.deepEqual(pathOf.stateAt(-1), pathOf.stateAt(0));
  assert.deepEqual(pathOf.stateAt(length + 1), pathOf.stateAt(length));
});

test("a step comes out as it came in", () => {
  const history = historyOf(race);
  for (const step of race.steps) {
    const { t_ns: t, process, target = null, value = null, version = null, base = null, lost = null, line = null, ...rest } = step;
    assert.deepEqual(history.step(step.index), {
      ...rest, t, process: Number(process.slice(1)) - 1, target, value, version, base, lost, line, task: null, file: null,
    });
    assert.equal(history.time(step.index), t);
  }
});
