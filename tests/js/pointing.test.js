// Where sentences point: on recordings of real runs, what is found is what the sentence says.

import assert from "node:assert/strict";
import test from "node:test";

import { way } from "../../static/js/pages/walkthrough/arrow.js";
import { find } from "../../static/js/pages/walkthrough/pointing.js";
import { verdictOf } from "../../static/js/pages/walkthrough/verdict.js";
import { caseOf, historyOf } from "./cases.js";

/** @param {string} id @param {number} [length] so many of its steps are known */
function seen(id, length) {
  const { run, steps } = caseOf(id);
  const known = steps.slice(0, length);
  return { run, steps: known, history: historyOf({ run, steps: known }), complete: known.length === steps.length };
}

/** What a sentence finds in one race: the step, or where there is none what was said instead.
 * @param {string} at @param {ReturnType<typeof seen>} race */
function found(at, race) {
  const target = find({ at, run: 1 }, [race]);
  return target === null || target === "open" ? target : race.steps[target.position - 1];
}

/** @type {readonly [string, string, string][]} */
const KINDS = [
  ["race-with", "first_wait", "wait"], ["race-with", "first_release", "release"], ["queue-fifo", "first_put", "put"],
  ["queue-workers", "last_get", "get"], ["processes-spawn", "last_join", "join"], ["pool-map", "last_result", "result"],
  ["pool-apply-async", "first_callback", "callback"], ["raising-with", "first_fail", "fail"], ["pool-map", "first_close", "close"],
];

for (const [id, at, op] of KINDS) {
  test(`${id}: ${at} is the ${at.split("_")[0]} ${op} there is`, () => {
    const race = seen(id);
    const alike = race.steps.filter((step) => step.op === op);
    assert.equal(found(at, race), at.startsWith("first") ? alike[0] : alike.at(-1));
  });
}

test("the first lost update is the first write that took one away for good", () => {
  const race = seen("race-none");
  const [first] = caseOf("race-none").losses.filter(({ lasting }) => lasting.length > 0);
  assert.deepEqual(find({ at: "first_loss", run: 2 }, [race, race]), {
    side: 1, position: first?.position, isLoss: true, process: race.steps[(first?.position ?? 0) - 1]?.process,
  });
});

test("what is not there is not pointed at, and neither is a race that is not there", () => {
  assert.equal(found("first_loss", seen("race-with")), null);
  assert.equal(found("deadlock", seen("race-with")), null);
  assert.equal(find({ at: "end", run: 2 }, [seen("race-with")]), null);
});

test("a deadlock is at the end of the run that it ended", () => {
  const race = seen("forgotten-release");
  assert.equal(found("deadlock", race), race.steps.at(-1));
});

test("the start of a process is that of one that was launched", () => {
  const race = seen("processes-fork");
  const target = find({ at: "first_start", run: 1 }, [race]);
  assert.ok(target !== null && target !== "open");
  assert.match(String(target.process), /^P\d$/);
});

test("most tasks are at work when one more has begun than at any other time", () => {
  const race = seen("pool-map");
  const target = find({ at: "most_tasks", run: 1 }, [race]);
  assert.ok(target !== null && target !== "open");
  const busy = race.steps.map((_, index) => race.steps.slice(0, index + 1).reduce((sum, { op }) => sum + (op === "task_start" ? 1 : op === "task_end" ? -1 : 0), 0));
  assert.equal(target.position - 1, busy.indexOf(Math.max(...busy)));
});

test("while a run goes on its last step is open, and its first one is not", () => {
  const race = seen("race-none", 12);
  assert.equal(found("last_write", race), "open");
  assert.equal(found("end", race), "open");
  assert.equal(found("first_exit", race), "open");
  assert.equal(found("first_read", race), race.steps.find(({ op }) => op === "read"));
});

test("an arrow comes from the margin, and never through what stands before its target", () => {
  const from = { left: 600, right: 1200, top: 100, bottom: 120 };
  const around = { left: 0, right: 640, top: 150, bottom: 600 };
  const [left, right] = [{ left: 50, right: 150, top: 300, bottom: 350 }, { left: 450, right: 550, top: 300, bottom: 350 }];
  assert.match(way(from, around, left, [right])?.line ?? "", / H 9 V 325 H 38$/);
  assert.match(way(from, around, right, [left])?.line ?? "", / H 631 V 325 H 562$/);
  const between = { left: 250, right: 350, top: 300, bottom: 350 };
  assert.equal(way(from, around, between, [left, right]), null);
});

test("an answer that the code decides is judged whatever became of the run", () => {
  const program = { right: 5, result: null };
  const counted = { losses: [], complete: false };
  assert.equal(verdictOf(program, 5, [], counted)?.isRight, true);
  assert.equal(verdictOf(program, 4, [], counted)?.isRight, false);
  assert.equal(verdictOf(program, null, [], counted), null);
});

test("an answer that chance decides is held against this run, or is open", () => {
  const program = { right: null, result: "number" };
  const counted = { losses: [], complete: false };
  const { run } = caseOf("race-none");
  const final = run.summary.cells[0]?.final ?? -1;
  assert.deepEqual(verdictOf(program, final, [run], counted), { isRight: true, words: "right, this time" });
  assert.equal(verdictOf(program, final + 1, [run], counted)?.words, `not this time: it is ${final}`);
  const stopped = verdictOf(program, final, [caseOf("race-stopped").run], counted);
  assert.deepEqual(stopped, { isRight: null, words: "open: the run was stopped" });
  assert.equal(verdictOf(program, final, [], counted)?.isRight, null);
});

test("of many runs the answer is how many lost something, once all have ended", () => {
  const program = { right: null, result: "lossy_runs" };
  assert.equal(verdictOf(program, 2, [], { losses: [0, 3, 1], complete: true })?.isRight, true);
  assert.equal(verdictOf(program, 2, [], { losses: [0, 3, 1], complete: false })?.isRight, null);
});
