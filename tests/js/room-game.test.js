// What a phone shows of a game: held against recorded runs at every moment, and against runs by hand for what the next
// press does.

import assert from "node:assert/strict";
import test from "node:test";

import { number } from "../../static/js/core/format.js";
import { History } from "../../static/js/core/history.js";
import { gameView, summary } from "../../static/js/pages/room/game-view.js";
import { CASES, caseOf, columnsOf, historyOf, runOf } from "./cases.js";

/** @import { Game } from "../../static/js/core/room-types.js" */
/** @import { NextStep, RunView, Variant } from "../../static/js/core/types.js" */
/** @import { GameInput } from "../../static/js/pages/room/game-view.js" */
/** @import { RecordedStep } from "./cases.js" */

/** @type {Variant} */
const NO_LOCK = { name: "none", title: "without a lock", about: "", kind: "none", stage: "cells", locks: [], own_locks: false };

const IDLE = { isOnItsWay: false, wasNudged: false, words: "" };

/** @param {string[]} processes @param {Record<string, number>} [teams] @returns {Game} */
function gameOf(processes, teams = Object.fromEntries(processes.map((name) => [name, 1]))) {
  return { id: 1, run: "by-hand", goal: null, guard: "none", processes, teams };
}

/** What P1 sees, unless said otherwise. @param {RunView} run @param {History} history @param {Partial<GameInput>} [more] */
function viewOf(run, history, more = {}) {
  const game = gameOf(run.processes.map(({ name }) => name));
  return gameView({ game, own: "P1", run, history, variant: NO_LOCK, goal: null, complete: false, connected: true, press: IDLE, ...more });
}

/** A run that goes on, after these steps: each a process and what it does. @param {readonly [string, string, Partial<RecordedStep>?][]} steps
 * @param {NextStep[]} next @param {string[]} [names] */
function playing(steps, next, names = ["P1", "P2", "P3"]) {
  /** @type {RunView} */
  const run = { ...runOf(names, { pace: "step" }), status: "running", next, steps: steps.length };
  const history = new History(run);
  history.append(columnsOf(steps.map(([process, op, more], index) => ({ index, t_ns: index, process, op, ...more }))));
  return { run, history };
}

/** @param {string} process @param {string} op @param {string} [target] @param {string | null} [obstacle] @returns {NextStep} */
const next = (process, op, target = "number", obstacle = null) => ({ process, op, target, line: 1, obstacle });

const STARTS = /** @type {[string, string][]} */ (["P1", "P2", "P3"].map((name) => [name, "start"]));
const READ_0 = { target: "number", value: 0, version: 0 };
const MAKE_1 = { target: "number", value: 1 };
const WRITE_1 = { target: "number", value: 1, version: 1, base: 0, lost: 0 };

/** Those on one number, as games are. */
const COUNTERS = CASES.filter(({ run }) => run.request.scenario === "value" && run.summary.cells.length === 1);

for (const { run, steps, moments } of COUNTERS) {
  test(`${run.id}: at every moment the cards say what each process holds, and what is lost is what is lost`, () => {
    for (const { position, cells, processes } of moments) {
      const history = historyOf({ run, steps: steps.slice(0, position) });
      const view = viewOf(run, history);
      assert.equal(view.counter, number(cells[0]?.value ?? 0), `counter after ${position}`);
      assert.equal(view.lost, String(cells[0]?.lost), `lost after ${position}`);
      const all = [...view.others, ...(view.own ? [view.own] : [])].sort((one, other) => one.index - other.index);
      assert.equal(all.length, processes.length);
      all.forEach(({ kind, from, name }, index) => {
        const process = processes[index];
        const isStale = process?.register && process.register.version < (cells[0]?.version ?? 0);
        if (process?.ended) assert.equal(kind, "ended", `${name} after ${position}`);
        else if (run.deadlock || run.status === "stopped") return; // then more is known than the steps say
        else if (process?.register) assert.deepEqual([kind, from], [isStale ? "stale" : "holds", number(process.register.value)], `${name} after ${position}`);
        else assert.ok(!["holds", "stale"].includes(kind), `${name} after ${position}`);
      });
    }
  });
}

test("before anybody has pressed all stand still, and the button says what one will hold", () => {
  const { run, history } = playing(STARTS, [next("P1", "read"), next("P2", "read")]);
  const view = viewOf(run, history);
  assert.match(view.sentence, /Whoever presses first begins/);
  assert.deepEqual(view.others.map(({ words }) => words), ["not begun", "not begun"]);
  assert.deepEqual([view.button?.title, view.button?.note, view.button?.act, view.button?.can], ["P1 reads number", "It will hold 0.", "read", true]);
  assert.deepEqual([view.title, view.own?.own, view.help], [{ before: "You are", process: "P1" }, "nothing in hand yet", "Your process stands still until you press."]);
});

test("a process computes what it will write, and writes what it has computed", () => {
  const read = playing([...STARTS, ["P1", "read", READ_0]], [next("P1", "modify")]);
  assert.deepEqual([viewOf(read.run, read.history).button?.title, viewOf(read.run, read.history).own?.own], ["P1 computes 0\u00a0+\u00a01", "you hold 0"]);
  const made = playing([...STARTS, ["P1", "read", READ_0], ["P1", "modify", MAKE_1]], [next("P1", "write")]);
  const view = viewOf(made.run, made.history);
  assert.deepEqual([view.button?.title, view.button?.note, view.button?.act], ["P1 writes 1", "Made from the 0 that it read.", "write"]);
  assert.deepEqual([view.own?.value, view.own?.from], ["1", "0"]);
});

test("who is about to write over something newer is told before", () => {
  const { run, history } = playing(
    [...STARTS, ["P1", "read", READ_0], ["P2", "read", READ_0], ["P1", "modify", MAKE_1], ["P2", "modify", MAKE_1], ["P2", "write", WRITE_1]],
    [next("P1", "write")],
  );
  const view = viewOf(run, history);
  assert.deepEqual([view.own?.kind, view.own?.own, view.button?.note], ["stale", "your 0 is out of date", "Made from 0, but number is 1 by now."]);
  assert.match(view.sentence, /What P1 has read is now out of date. Nothing is lost yet./);
  assert.deepEqual([view.isLoss, view.cell.isLosing], [false, false]);
  assert.match(view.picture, /^number is 1\. P2 has written\. P3 not begun\. Your 0 is out of date\.$/);
});

test("a write that erases another is said at once, and whose that was", () => {
  const { run, history } = playing(
    [...STARTS, ["P1", "read", READ_0], ["P2", "read", READ_0], ["P2", "modify", MAKE_1], ["P2", "write", WRITE_1], ["P1", "modify", MAKE_1], ["P1", "write", { ...WRITE_1, version: 2, lost: 1 }]],
    [next("P1", "read")],
  );
  const view = viewOf(run, history);
  assert.match(view.sentence, /P2’s \+1 is lost/);
  assert.deepEqual([view.lost, view.cell.isLosing, view.own?.own], ["1", true, "you wrote 1; nothing in hand now"]);
});

test("what a process does by itself hides nothing that somebody has pressed for", () => {
  const { run, history } = playing([...STARTS, ["P2", "read", READ_0], ["P2", "modify", MAKE_1], ["P2", "write", WRITE_1], ["P2", "exit"]], [next("P1", "read")]);
  const view = viewOf(run, history);
  assert.match(view.sentence, /^P2 writes 1/);
  assert.equal(view.others[0]?.words, "has ended");
});

test("who waits for a lock is told who holds it, and cannot press", () => {
  const { run, history } = playing(
    [...STARTS, ["P2", "acquire", { target: "lock" }]],
    [next("P1", "acquire", "lock", "P1 waits for lock, which P2 holds."), next("P2", "read")],
  );
  const view = viewOf(run, history);
  const { title, note, can, isBlocked } = view.button ?? {};
  assert.deepEqual({ title, note, can, isBlocked }, { title: "P1 waits for the lock", note: "P2 holds it.", can: false, isBlocked: true });
  assert.deepEqual([view.lock, view.own?.kind, view.others[0]?.words], [{ words: "P2 holds the lock", isHeld: true }, "waits", "has the lock"]);
});

test("a lock that nobody holds is there from the start, and is asked for by a press", () => {
  const { run, history } = playing(STARTS, [next("P1", "acquire", "lock")]);
  const view = viewOf(run, history);
  assert.deepEqual([view.lock, view.button?.title, view.button?.can], [{ words: "the lock is free", isHeld: false }, "P1 asks for the lock", true]);
});

test("while a press is on its way the button says what it said, and cannot be pressed", () => {
  const { run, history } = playing(STARTS, [next("P1", "read")]);
  const view = viewOf(run, history, { press: { ...IDLE, isOnItsWay: true } });
  assert.deepEqual([view.button?.title, view.button?.note, view.button?.can, view.button?.isOnItsWay], ["P1 reads number", "On its way…", false, true]);
  assert.match(viewOf(run, history, { press: { ...IDLE, isOnItsWay: true, wasNudged: true } }).help, /One step at a time/);
  assert.equal(viewOf(run, history, { press: { ...IDLE, words: "P1 has ended." } }).help, "P1 has ended.");
});

test("between a step and the next gate of its process nothing can be pressed", () => {
  // The step has come, what comes next has not.
  const { run, history } = playing([...STARTS, ["P1", "read", READ_0]], [next("P2", "read")]);
  assert.deepEqual([viewOf(run, history).button?.can, viewOf(run, history).button?.isOnItsWay], [false, true]);
  // A view of the run that is older than the step speaks of what has been done.
  const old = { ...run, steps: 3, next: [next("P1", "read")] };
  assert.equal(viewOf(old, history).button?.can, false);
});

test("a view of the run that is older than steps of others still says what one does next", () => {
  // Steps alone are no change of the run: while others start, no new view comes.
  const { run, history } = playing([...STARTS, ["P2", "read", READ_0]], [next("P1", "read"), next("P2", "modify")]);
  assert.deepEqual([viewOf({ ...run, steps: 1 }, history).button?.title, viewOf({ ...run, steps: 1 }, history).button?.can], ["P1 reads number", true]);
});

test("without a connection nothing can be pressed, and that is said", () => {
  const { run, history } = playing(STARTS, [next("P1", "read")]);
  const { button } = viewOf(run, history, { connected: false });
  assert.deepEqual([button?.can, button?.isOnItsWay], [false, false]);
  assert.match(button?.note ?? "", /Connecting/);
});

test("several who share a process are told so, and one who has none looks on", () => {
  const { run, history } = playing(STARTS, [next("P1", "read")]);
  assert.deepEqual(viewOf(run, history, { game: gameOf(["P1"], { P1: 7 }) }).title, { before: "You and 6 others are", process: "P1" });
  assert.deepEqual(viewOf(run, history, { game: gameOf(["P1"], { P1: 2 }) }).title, { before: "You and 1 other are", process: "P1" });
  const looking = viewOf(run, history, { own: "" });
  assert.deepEqual([looking.title.before, looking.own, looking.button, looking.others.length], ["You look on", null, null, 3]);
});

test("at the end one is told what is lost, and how much of it was one's own", () => {
  const { run, steps } = caseOf("race-none");
  const { moments } = caseOf("race-none");
  const lostOf = moments.find(({ position }) => position === steps.length)?.cells[0]?.lostOf ?? historyOf({ run, steps }).stateAt(steps.length).cells[0]?.lostOf ?? [];
  const total = lostOf.reduce((sum, one) => sum + one, 0);
  for (const [index, name] of ["P1", "P2"].entries()) {
    const { end, button } = viewOf(run, historyOf({ run, steps }), { own: name, complete: true });
    assert.deepEqual([end?.expected, end?.lost, button], ["20", String(total), null]);
    const mine = lostOf[index] ?? 0;
    const words = mine === 0 ? "None of them was yours." : mine === total ? "All of them were yours." : `${mine} of them ${mine === 1 ? "was" : "were"} yours.`;
    assert.equal(end?.own, words);
  }
  assert.match(viewOf(run, historyOf({ run, steps }), { game: gameOf(["P1"], { P1: 3 }), complete: true }).end?.own ?? "", /your team’s/);
});

test("a goal is said while it goes on, and at the end whether it is reached", () => {
  const { run, steps } = caseOf("race-none");
  const history = historyOf({ run, steps });
  const final = history.stateAt(steps.length).cells[0]?.value ?? 0;
  const goal = { slug: "g", title: "Lose some", text: "Let it end low.", hint: "", par: 1, request: { processes: 2, iterations: 10, guard: "none" }, reach: { final, lost: null, revived: null, deadlock: false } };
  assert.deepEqual([viewOf(run, history, { goal }).goal, viewOf(run, history, { goal }).end], ["Lose some: Let it end low.", null]);
  assert.equal(viewOf(run, history, { goal, complete: true }).end?.goal, "The goal is reached.");
  const other = { ...goal, reach: { ...goal.reach, final: final + 1 } };
  assert.equal(viewOf(run, history, { goal: other, complete: true }).end?.goal, "The goal is not reached this time.");
});

test("a deadlock is said of each who waits for ever", () => {
  const { run, steps } = caseOf("crossed-locks");
  const view = viewOf(run, historyOf({ run, steps }), { complete: true });
  assert.match(view.own?.words ?? "", /for ever/);
  assert.match(view.end?.words ?? "", /Deadlock/);
});

test("where there is no room for a word each, it is counted how many are how", () => {
  const { run, history } = playing(
    [...STARTS, ["P1", "read", READ_0], ["P2", "read", READ_0], ["P2", "modify", MAKE_1], ["P2", "write", WRITE_1], ["P3", "read", { target: "number", value: 1, version: 1 }]],
    [],
  );
  assert.equal(summary(viewOf(run, history, { own: "" }).others), "1 out of date · 1 up to date");
});
