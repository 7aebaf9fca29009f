// The steps of a script, and what is said of them: with steps that stand here.

import assert from "node:assert/strict";
import test from "node:test";

import "./ops.js";
import { CellTrack } from "../../static/js/core/cell-track.js";
import { clipOfSteps, stepsOfLoss } from "../../static/js/core/finding-clip.js";
import { ScriptHistory } from "../../static/js/core/script-history.js";
import { adviceParts, asText, commandLine, places } from "../../static/js/pages/script/finding-words.js";
import { sentence } from "../../static/js/pages/script/step-sentences.js";

/** @import { Columns, Finding, ScriptRunView } from "../../static/js/core/types.js" */

/** One step, in short. @typedef {[string, string, string | null, Record<string, unknown>?]} Short */

const NAMES = /** @type {const} */ (["value", "text", "version", "base", "lost", "task", "assumed"]);

/** @param {readonly Short[]} steps @param {number} [first] @returns {Columns} */
function columnsOf(steps, first = 0) {
  const column = (/** @type {string} */ name) => steps.map(([, , , more]) => more?.[name] ?? null);
  return /** @type {Columns} */ (/** @type {unknown} */ ({
    index: steps.map((_, index) => first + index),
    t_ns: steps.map((_, index) => (first + index) * 10),
    process: steps.map(([process]) => process),
    op: steps.map(([, op]) => op),
    target: steps.map(([, , target]) => target),
    line: steps.map(() => 9),
    file: steps.map(() => "votes.py"),
    ...Object.fromEntries(NAMES.map((name) => [name, column(name)])),
  }));
}

const RUN = /** @type {ScriptRunView} */ (/** @type {unknown} */ ({
  command: ["votes.py", "two words"],
  processes: ["main", "P1", "P2", "P3"].map((name, index) => ({ name, pid: 40 + index, exitcode: null, state: "running", parent: index ? "main" : null, does: index ? "teller" : "" })),
  threads: [{ name: "P1.2", process: "P1" }],
  targets: [
    { name: "tally", kind: "cell" }, { name: "ledger", kind: "lock" }, { name: "done", kind: "queue" },
    { name: "ready", kind: "event" }, { name: "turn", kind: "condition" }, { name: "P1", kind: "process" },
  ],
}));

/** @param {readonly Short[]} steps */
function historyOf(steps) {
  const history = new ScriptHistory();
  history.declare(RUN);
  assert.equal(history.append(columnsOf(steps)), true);
  return history;
}

/** P1 and P2 both read 0; P1 writes 1, P2 writes 1 over it. @type {Short[]} */
const LOSS = [
  ["P1", "read", "tally", { value: 0, version: 0 }],
  ["P2", "read", "tally", { value: 0, version: 0 }],
  ["P1", "write", "tally", { value: 1, version: 1, base: 0, lost: 0 }],
  ["P2", "write", "tally", { value: 1, version: 2, base: 0, lost: 1 }],
];

/** @param {ScriptHistory} history @param {number} index */
function said(history, index) {
  return sentence({ history, step: history.step(index), processes: RUN.processes }).replaceAll("`", "");
}

test("a step comes out as it went in, and what is no number is text", () => {
  const history = historyOf([["P1.2", "write", "tally", { text: "'new'", version: 1, base: null, assumed: true }]]);
  const step = history.step(0);
  assert.deepEqual([step.process, step.value, step.text, step.base, step.assumed, step.line, step.file], ["P1.2", null, "'new'", null, true, 9, "votes.py"]);
  assert.equal(history.lanes[step.lane]?.process, "P1");
});

test("a batch that repeats is passed over, and one that leaves a gap is refused", () => {
  const history = historyOf(LOSS);
  assert.equal(history.append(columnsOf(LOSS.slice(2), 2)), true);
  assert.equal(history.length, 4);
  assert.equal(history.append(columnsOf(LOSS, 9)), false);
});

test("a write knows its read, and whom it robs", () => {
  const history = historyOf(LOSS);
  assert.equal(history.readOf(3), 1);
  assert.deepEqual(history.victims(3), [2]);
  assert.deepEqual(history.victims(2), []);
  assert.equal(history.losses.total, 1);
  assert.equal(history.losses.next(0, 1), 4);
  assert.deepEqual(stepsOfLoss(history, 4), [0, 1, 2, 3]);
});

test("a value that was set, and erased by who had read before, is named", () => {
  const history = historyOf([
    ["P1", "read", "tally", { value: 7, version: 0 }],
    ["P2", "write", "tally", { value: 0, version: 1, base: null }],
    ["P2", "write", "tally", { value: 1, version: 2, base: 1 }],
    ["P1", "write", "tally", { value: 8, version: 3, base: 0 }],
    ["P1", "write", "tally", { value: 9, version: 4, base: 3 }],
  ]);
  assert.deepEqual([1, 2, 3, 4].map((index) => history.resetErased(index)), [-1, -1, 1, -1]);
  assert.deepEqual(history.victims(3), [2]);
  assert.equal(said(history, 3), "P1 writes 8 to tally, made from the 7 that it had read before: the 0 that P2 had set meanwhile is gone.");
});

test("an update that comes back is lost no more", () => {
  const history = historyOf([...LOSS, ["P3", "write", "tally", { value: 2, version: 3, base: 1, lost: 0 }]]);
  assert.equal(history.losses.total, 0);
  assert.equal(history.losses.next(0, 1), null);
});

test("the gutter counts who was where", () => {
  const visits = historyOf(LOSS).visits("votes.py").get(9);
  assert.deepEqual(visits && [...visits.values()], [2, 2]);
});

test("what everybody does is the same whether it is followed or asked for", () => {
  /** @type {Short[]} */
  const steps = [];
  for (let round = 0; round < 3000; round += 1) {
    steps.push(["P1", "acquire", "ledger"], ["P2", "wait", "ledger"], ["P1", "release", "ledger"], ["P1", "put", "done", { value: round }]);
  }
  const history = historyOf(steps);
  const lock = history.numberOf("ledger");
  for (const position of [0, 1, 2, 4095, 4096, 4097, 8193, 11_999]) {
    const doing = history.doingAt(position);
    assert.equal(doing.holdsOf(lock).length, position % 4 === 1 || position % 4 === 2 ? 1 : 0, `at ${position}`);
    assert.equal(doing.content.get(history.numberOf("done")) ?? 0, Math.floor(position / 4));
  }
  assert.ok(history.doingAt(steps.length).waitOf(2) >= 0);
});

test("the value of a cell, and what was expected of it", () => {
  const history = historyOf([...LOSS, ["P3", "write", "tally", { value: 0, version: 3, base: null, lost: 1 }]]);
  const track = new CellTrack(history, history.numberOf("tally"), 0);
  track.follow();
  assert.deepEqual([0, 1, 2].map((write) => [track.position(write), track.value(write), track.expected(write)]), [[3, 1, 1], [4, 1, 2], [5, 0, 0]]);
  history.append(columnsOf([["P1", "write", "tally", { value: 7, version: 4, base: null, lost: 1 }]], 5));
  track.follow();
  assert.equal(track.length, 4);
});

test("a clip has the steps of its evidence, in order, the last one longest", () => {
  const { positions, times } = clipOfSteps([7, 3, 3, 5]);
  assert.deepEqual(positions, [4, 6, 8]);
  assert.ok((times[2] ?? 0) > (times[1] ?? 0));
  assert.ok(clipOfSteps(Array.from({ length: 90 }, (_, index) => index)).positions.length < 20);
});

test("sentences are plain", () => {
  const history = historyOf([
    ...LOSS,
    ["P1", "acquire", "ledger"],
    ["P2", "wait", "ledger"],
    ["P1", "release", "ledger"],
    ["P1", "put", "done"],
    ["P2", "check", "ready", { value: 0 }],
    ["P2", "notify", "turn", { value: 0 }],
    ["P2", "wake", "turn", { value: 0 }],
    ["main", "kill", "P1", { value: 9 }],
    ["main", "join", "P1", { value: -9 }],
    ["main", "join", "done"],
    ["P2", "write", "tally", { value: 0, version: 3, base: null, lost: 1 }],
    ["P2", "acquire", "ledger"],
    ["P2", "exit", null],
  ]);
  assert.deepEqual(
    [3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16].map((index) => said(history, index)),
    [
      "P2 writes 1 to tally, made from the 0 that it had read before: P1’s update is lost.",
      "P2 waits for the lock ledger, which P1 holds.",
      "P1 gives the lock ledger back. P2 waits for it.",
      "P1 puts something into the queue done.",
      "P2 looks at the event ready: it is not set.",
      "P2 notifies the condition turn, and nobody waits there: nobody will ever hear it.",
      "P2 stops waiting for the condition turn: its time was up.",
      "main kills P1, with SIGKILL.",
      "main goes on: P1 has ended, with exit status -9.",
      "main goes on: all that was put into the queue done is done.",
      "P2 writes 0 to tally, without having read it: whatever was there is replaced.",
      "P2 ends, and still holds ledger.",
    ],
  );
});

test("a finding as text holds its evidence, its advice and its command", () => {
  const history = historyOf(LOSS);
  const finding = /** @type {Finding} */ ({
    kind: "lost_update", certainty: "happened", target: "tally", count: 1, steps: [0, 1, 2, 3],
    lines: [{ file: "votes.py", line: 9, process: "P1" }, { file: "votes.py", line: 9, process: "P2" }, { file: "a.py", line: 2, process: "P2" }],
    message: "1 of 2 updates was lost here.", advice: "Hold the lock.\n\nwith tally.get_lock():\n    tally.value += 1",
  });
  assert.equal(places(finding), "votes.py:9 · a.py:2");
  assert.deepEqual(adviceParts(finding.advice), [{ text: "Hold the lock.", isCode: false }, { text: "with tally.get_lock():\n    tally.value += 1", isCode: true }]);
  const text = asText(finding, RUN, history);
  for (const wanted of ["Lost update: tally (happened)", "votes.py:9", "P1’s update is lost", "    with tally.get_lock():", "$ lost-update trace votes.py 'two words'"]) {
    assert.ok(text.includes(wanted), wanted);
  }
  assert.equal(commandLine(["-m", "it's"]), "-m 'it'\\''s'");
});
