// Schedules as names and as text.

import assert from "node:assert/strict";
import test from "node:test";

import { parsed, switchesOf, takenOf } from "../../static/js/pages/scheduler/schedule.js";
import { caseOf, historyOf } from "./cases.js";

test("a schedule may be typed in many ways", () => {
  const schedule = ["P1", "P2", "P2", "P1"];
  for (const text of ["P1 P2 P2 P1", "p1, p2; p2 → 1", "1 2 2 1", "P1\nP2*2\tP1", " 1 P2×2 1 "]) {
    assert.deepEqual(parsed(text, 2), { schedule }, text);
  }
  assert.deepEqual(parsed("", 2), { schedule: [] });
});

test("what is no process of the run is named, and which there are", () => {
  assert.deepEqual(parsed("P1 P3", 2), { problem: "“P3” is no process of this run: there are P1 to P2." });
  assert.deepEqual(parsed("P0", 1), { problem: "“P0” is no process of this run: there is only P1." });
  for (const text of ["P1 drop", "P1*", "P1*12345", "P10"]) assert.ok("problem" in parsed(text, 8), text);
});

test("a switch is a turn of another process than the one before", () => {
  assert.deepEqual([[], ["P1"], ["P1", "P1"], ["P1", "P2", "P2", "P1"]].map(switchesOf), [0, 0, 0, 2]);
});

for (const id of ["race-none", "race-with", "write-only"]) {
  test(`${id}: the schedule that it followed are the steps that somebody must let a process take`, () => {
    const { run, steps } = caseOf(id);
    const granted = steps.filter(({ op }) => !["start", "exit", "wait"].includes(op)).map(({ process }) => process);
    assert.deepEqual(takenOf(historyOf({ run, steps }), run.processes.map(({ name }) => name)), granted);
  });
}
