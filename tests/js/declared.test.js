// Processes, and what their steps are about, come while a run goes on: from the moment at which they are declared they are
// there at every position, as if they had been known from the start.

import assert from "node:assert/strict";
import test from "node:test";

import { History } from "../../static/js/core/history.js";
import { BUCKET } from "../../static/js/core/overview.js";
import { livesOf, rowOf } from "../../static/js/stages/processes/model.js";
import { sentence } from "../../static/js/stages/processes/step-sentences.js";
import { caseOf, columnsOf, historyOf, runOf } from "./cases.js";
import { sharesOf } from "./recordings.js";

/** @import { RunView } from "../../static/js/core/types.js" */
/** @import { RecordedStep } from "./cases.js" */

const race = caseOf("race-four-processes");

/** What a view says before all have been declared. @param {RunView} run @param {number} processes @returns {RunView} */
function before(run, processes) {
  return { ...run, request: { ...run.request, processes }, processes: run.processes.slice(0, processes) };
}

/** The position before the first step of a process. @param {string} name */
function firstOf(name) {
  return race.steps.findIndex(({ process }) => process === name);
}

/** The first positions, some around each end of a checkpoint, and the last. @param {number} length */
function positions(length) {
  return Array.from({ length: length + 1 }, (_, position) => position).filter((position) => position < 40 || position % 61 === 0 || position % 256 === 0 || position === length);
}

/** @param {History} late @param {History} whole */
function alike(late, whole) {
  assert.equal(late.length, whole.length);
  for (const position of positions(whole.length)) assert.deepEqual(late.stateAt(position), whole.stateAt(position), `after ${position} steps`);
  for (let bucket = 0; bucket * BUCKET < whole.length; bucket += 1) {
    assert.deepEqual(sharesOf(late, bucket), sharesOf(whole, bucket));
  }
}

test("a process that a later view declares makes no difference, whenever it is declared", () => {
  const whole = historyOf(race);
  // P1 alone takes its steps first, the others are declared after hundreds of them; and all in the order in which they were.
  const own = (/** @type {string} */ name) => race.steps.filter(({ process }) => process === name);
  const sorted = [...own("P1"), ...own("P2"), ...own("P3"), ...own("P4")].map((step, index) => ({ ...step, index }));
  for (const steps of [race.steps, sorted]) {
    const late = new History(before(race.run, 1));
    for (const [index, step] of steps.entries()) {
      if (late.stateAt(index).names.indexOf(step.process) < 0) late.declare(before(race.run, Number(step.process.slice(1))));
      assert.ok(late.append(columnsOf([step])));
    }
    alike(late, steps === sorted ? historyOf({ run: race.run, steps }) : whole);
  }
});

test("a process that only a step names is taken in with that step", () => {
  assert.ok(firstOf("P4") > 0);
  const late = new History(before(race.run, 1));
  late.append(columnsOf(race.steps));
  assert.deepEqual([...late.stateAt(0).names].sort(), ["P1", "P2", "P3", "P4"]);
  assert.equal(late.stateAt(race.steps.length).processes.length, 4);
  assert.ok(race.steps.every(({ index, process }) => late.stateAt(0).names[late.step(index).process] === process));
});

test("a target that is declared later is known at every position from then on", () => {
  const run = runOf(["P1", "P2"]);
  const late = new History({ ...run, targets: [] });
  late.append(columnsOf([{ index: 0, t_ns: 0, process: "P1", op: "start" }]));
  assert.equal(late.stateAt(1).targets.is("lock", "lock"), false);
  late.declare(run);
  assert.ok(late.stateAt(0).targets.is("lock", "lock"));
  late.append(columnsOf([{ index: 1, t_ns: 1, process: "P1", op: "wait", target: "lock" }]));
  assert.deepEqual(late.stateAt(2).locks, [{ name: "lock", holder: -1, depth: 0, queue: [0] }]);
});

test("more processes than a byte can count are told apart", () => {
  const names = Array.from({ length: 300 }, (_, index) => `P${index + 1}`);
  const history = new History(runOf(names.slice(0, 1)));
  names.forEach((process, index) => history.append(columnsOf([{ index, t_ns: index, process, op: "start" }])));
  assert.deepEqual([0, 255, 256, 299].map((index) => history.step(index).process), [0, 255, 256, 299]);
});

test("where a step is in another file, its process is there, and not in the code shown", () => {
  const steps = [
    { index: 0, t_ns: 0, process: "P1", op: "read", target: "number", value: 0, version: 0, line: 2 },
    { index: 1, t_ns: 1, process: "P1", op: "modify", target: "number", value: 1, line: 7, file: "other.py" },
    { index: 2, t_ns: 2, process: "P1", op: "wait", target: "lock" },
  ];
  const history = historyOf({ run: runOf(["P1"]), steps });
  const where = (/** @type {number} */ position) => history.stateAt(position).processes.map(({ file, line }) => [file, line]);
  assert.deepEqual([0, 1, 2, 3].map(where), [[[null, 0]], [[null, 2]], [["other.py", 7]], [["other.py", 7]]]);
});

/** main launches P1, P1 launches P2 and waits for it. @type {RecordedStep[]} */
const FAMILY = [
  ["main", "launch", "P1"],
  ["P1", "start"],
  ["main", "wait", "P1"],
  ["P1", "launch", "P2"],
  ["P2", "start"],
  ["P1", "wait", "P2"],
  ["P2", "exit"],
].map(([process = "", op = "", target], index) => ({ index, t_ns: index * 1_000_000, process, op, ...(target ? { target } : {}) }));

test("a child of a child hangs from its own parent, which waits for it in its own lane", () => {
  const target = (/** @type {string} */ name) => /** @type {const} */ ({ name, kind: "process" });
  const early = runOf(["P1", "main"], {}, [], [target("P1")]);
  const late = runOf(["P1", "main", "P2"], {}, [], [target("P1"), target("P2")]);
  const history = new History(early);
  history.append(columnsOf(FAMILY.slice(0, 3)));
  const moment = (/** @type {RunView} */ run, /** @type {number} */ position) => ({ run, history, position, step: history.step(position - 1) });
  assert.equal(livesOf(moment(early, 3)).all.length, 2);
  history.declare(late);
  history.append(columnsOf(FAMILY.slice(3)));
  const lives = livesOf(moment(late, 7));
  assert.deepEqual(lives.all.map(({ parent, launched }) => [parent, launched]), [[1, 0], [1, null], [0, 3_000_000]]);
  assert.deepEqual(lives.waits.map(({ by, child }) => [by, child]), [[1, 0], [0, 2]]);
  assert.deepEqual([1, 0, 2].map((process) => rowOf(lives, process)), [0, 1, 2]);
  const told = (/** @type {number} */ position) => sentence(/** @type {any} */ (moment(late, position)));
  assert.equal(told(5), "P2 runs its first line, 1.0 ms after P1 called its start().");
  assert.equal(told(6), "P1 calls join() on P2 and waits until it has ended.");
  assert.equal(told(7), "P2 ends. This is what P1 was waiting for.");
});
