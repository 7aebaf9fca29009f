// What a target is called follows from its declaration. Here names mislead: the lock is called queue, the queue lock, and
// the cell P1.

import assert from "node:assert/strict";
import test from "node:test";

import { lockWords } from "../../static/js/charts/map-words.js";
import { locksOf } from "../../static/js/core/program.js";
import { Targets } from "../../static/js/core/targets.js";
import { blockedWords, captionOf } from "../../static/js/stages/cells/captions.js";
import { outcome, sentence } from "../../static/js/stages/cells/step-sentences.js";
import { queueOf } from "../../static/js/stages/queue/model.js";
import { sentence as toldOfQueue } from "../../static/js/stages/queue/step-sentences.js";
import { livesOf } from "../../static/js/stages/processes/model.js";
import { nextStepOf } from "../../static/js/pages/scheduler/step-words.js";
import { historyOf, runOf } from "./cases.js";

/** @import { RunView, ViewState } from "../../static/js/core/types.js" */

/** @type {RunView["targets"]} */
const MISLEADING = [{ name: "queue", kind: "lock" }, { name: "lock", kind: "queue" }, { name: "P1.get_lock()", kind: "lock", guards: "P1" }];

/** @param {[process: string, op: string, target: string, value?: number][]} taken */
function misled(taken) {
  const run = runOf(["P1", "P2"], {}, ["P1"], MISLEADING);
  const steps = taken.map(([process, op, target, value], index) => ({ index, t_ns: index, process, op, target, ...(value !== undefined && { value }) }));
  return { run, history: historyOf({ run, steps }) };
}

/** @param {ReturnType<typeof misled>} of @param {number} position */
function at({ run, history }, position) {
  return /** @type {ViewState} */ ({
    run, history, position, progress: 1, step: history.step(position - 1),
    before: history.stateAt(position - 1), state: history.stateAt(position),
  });
}

const HOW = { isDead: false, isBrief: false, killed: null };

test("one waits for a lock and for a queue, whatever they are called", () => {
  const race = misled([["P1", "acquire", "queue"], ["P2", "wait", "queue"], ["P1", "wait", "lock"]]);
  assert.equal(sentence(at(race, 1)), "P1 takes the lock: nobody held it.");
  assert.equal(sentence(at(race, 2)), "P2 waits for the lock: held by P1.");
  assert.equal(sentence(at(race, 3)), "P1 waits for the queue.");
  const { state } = at(race, 3);
  assert.deepEqual(state.locks, [{ name: "queue", holder: 0, depth: 1, queue: [1] }]);
  assert.deepEqual([0, 1].map((process) => captionOf(state, process, HOW).words), ["waits for the queue", "waits for the lock"]);
});

test("what one waited for has come with the next step, unless it is a lock", () => {
  const race = misled([["P1", "wait", "lock"], ["P1", "get", "lock", 4], ["P2", "wait", "queue"], ["P2", "exit", ""]]);
  assert.deepEqual(at(race, 4).state.processes.map(({ waits }) => waits), [null, "queue"]);
});

test("a deadlock is described by kinds", () => {
  const race = misled([["P1", "acquire", "queue"]]);
  const blocked = [{ process: "P1", waits_for: "lock", held_by: null }, { process: "P2", waits_for: "queue", held_by: "P1" }];
  const view = at(race, 1);
  assert.deepEqual(blockedWords(blocked, 2, view.state.targets), ["P1 waits for the queue", "P2 waits for the lock, held by P1"]);
  const run = /** @type {RunView} */ ({ ...race.run, status: "failed", deadlock: [...blocked, { process: "P3", waits_for: "queue", held_by: "P1" }] });
  assert.equal(outcome({ ...view, run }), "Deadlock: P1 waits for the queue; P2 and P3 wait for the lock, which P1 holds. Nobody can go on.");
});

test("on the stage of a queue a wait for a lock is no wait for an item", () => {
  const race = misled([["P1", "wait", "queue"], ["P2", "wait", "lock"]]);
  assert.equal(queueOf(at(race, 1)).waiting, -1);
  assert.equal(toldOfQueue(at(race, 1)), "P1 waits for the lock.");
  assert.equal(queueOf(at(race, 2)).waiting, 1);
});

test("a cell that is called like a process is none", () => {
  const race = misled([["P2", "read", "P1", 0], ["P2", "wait", "P1"]]);
  assert.deepEqual(livesOf(at(race, 2)).waits, []);
});

test("a button says what its process acquires, and what it waits for", () => {
  const race = misled([["P1", "acquire", "queue"]]);
  const { state } = at(race, 1);
  const next = { process: "P2", op: "acquire", target: "queue", line: 1, obstacle: null };
  assert.deepEqual(nextStepOf({ ...race.run, next: [next] }, state, 1), { words: "acquires the lock", can: true });
  const stuck = { ...next, obstacle: "P2 waits for the lock, which P1 holds." };
  assert.equal(nextStepOf({ ...race.run, next: [stuck] }, state, 1).words, "waits for the lock, which P1 holds");
  const deadlock = [{ process: "P2", waits_for: "lock", held_by: null }];
  assert.equal(nextStepOf({ ...race.run, deadlock }, state, 1).words, "waits for the queue for ever");
});

test("several of a kind go by their names, and what each has of its own by that", () => {
  const targets = new Targets(locksOf({ guard: "crossed_locks" }));
  assert.deepEqual(["a", "b"].map((name) => targets.words(name)), ["lock a", "lock b"]);
  const own = new Targets(locksOf({ guard: "separate_locks" }));
  assert.deepEqual([own.words("locks[1]"), lockWords("locks[1]", own), own.lockOf("P2")?.name], ["the lock", "locks[1]", "locks[1]"]);
  assert.equal(new Targets(locksOf({ guard: "get_lock" })).words("number.get_lock()"), "the lock");
  assert.equal(new Targets(MISLEADING).words("P1.get_lock()"), "P1.get_lock()");
});
