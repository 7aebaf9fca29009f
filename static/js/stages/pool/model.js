// A pool after some of a run's steps: its tasks, which worker has which, what main waits for and which
// results it has got. Pure, except that it changes the state that it gets.

/** @import { Step } from "../../core/types.js" */

import { Targets } from "../../core/targets.js";
import { processIndex } from "../drawing-helpers.js";
import { replayed } from "../replay.js";

/** One task. Times in ns since the run began; null is not yet.
 * @typedef {object} Task
 * @property {number} number
 * @property {number | null} argument
 * @property {number} worker -1 is none yet
 * @property {number | null} started
 * @property {number | null} ended
 * @property {number | null} result
 */

/** Main waits for results, or for the pool to end. @typedef {{forEnd: boolean, from: number, to: number | null}} Wait */

/** What main did, other than waiting. @typedef {{op: string, t: number, value: number | null, task: number | null, target: string | null}} MainAction */

/** @typedef {{launched: number | null, started: number | null, ended: number | null}} Worker */

/**
 * @typedef {object} Pool
 * @property {Task[]} tasks by number
 * @property {number[]} done tasks in the order in which they were done
 * @property {number} submitted
 * @property {number} running
 * @property {number} mostAtOnce
 * @property {number} early tasks that were done before one with a lower number
 * @property {number} lowest the lowest number that is not done
 * @property {number} handed results that main has been handed
 * @property {number} calledBack results that the callback has been handed
 * @property {Wait[]} waits
 * @property {MainAction[]} actions
 * @property {boolean} closed
 * @property {Worker[]} workers by process
 * @property {number | null} value of the cell, if there is one
 * @property {Targets} targets
 * @property {(name: string | null) => number} indexOf
 */

/** @param {import("../../core/types.js").RunView} run @returns {Pool} */
function initial(run) {
  return {
    tasks: [], done: [], submitted: 0, running: 0, mostAtOnce: 0, early: 0, lowest: 0, handed: 0, calledBack: 0,
    waits: [], actions: [], closed: false,
    workers: run.processes.map(() => ({ launched: null, started: null, ended: null })),
    value: run.summary.cells[0]?.initial ?? null,
    targets: new Targets(run.targets),
    indexOf: (name) => processIndex(run, name),
  };
}

/** @param {Pool} pool @param {Step} step */
function take(pool, step) {
  const { op, t, value, target, task: number } = step;
  const { targets, indexOf } = pool;
  const own = pool.workers[step.process];
  const other = targets.is(target, "process") ? pool.workers[indexOf(target)] : undefined;
  if (op === "start" && own) own.started = t;
  if (op === "exit" && own) own.ended = t;
  if (op === "launch" && other) other.launched = t;
  if (op === "write") pool.value = value;
  if (op === "close") pool.closed = true;
  if (op === "callback") pool.calledBack += value ?? 1;
  if (op === "result") pool.handed += value ?? 1;
  if (op === "wait") pool.waits.push({ forEnd: pool.closed, from: t, to: null });
  // A callback is called by a thread of the pool, while main goes on waiting.
  if (op === "result" || op === "join") {
    const wait = pool.waits.at(-1);
    if (wait && wait.to === null) wait.to = t;
  }
  if (isMainAction(pool, step)) pool.actions.push({ op, t, value, task: number ?? null, target });
  if (number === null || number === undefined) return;
  if (op === "submit") {
    pool.submitted += 1;
    taskOf(pool, number).argument = value;
  } else if (op === "task_start") {
    const task = taskOf(pool, number);
    task.worker = step.process;
    task.started = t;
    pool.running += 1;
    pool.mostAtOnce = Math.max(pool.mostAtOnce, pool.running);
  } else if (op === "task_end") {
    end(pool, taskOf(pool, number), t, value);
  }
}

/** What main does, as it is marked on its lane: it does something with the pool, or writes the result.
 * @param {Pool} pool @param {Step} step */
function isMainAction({ targets, indexOf }, { op, process, target }) {
  return op === "write" || (process === indexOf("main") && op !== "wait" && targets.is(target, "pool"));
}

/** @param {Pool} pool @param {Task} task @param {number} t @param {number | null} result */
function end(pool, task, t, result) {
  task.ended = t;
  task.result = result;
  pool.running -= 1;
  pool.done.push(task.number);
  if (task.number > pool.lowest) pool.early += 1;
  while (pool.tasks[pool.lowest]?.ended != null) pool.lowest += 1;
}

/** @param {Pool} pool @param {number} number */
function taskOf({ tasks }, number) {
  for (let next = tasks.length; next <= number; next += 1) {
    tasks.push({ number: next, argument: null, worker: -1, started: null, ended: null, result: null });
  }
  return /** @type {Task} */ (tasks[number]);
}

export const poolOf = replayed(initial, take);
