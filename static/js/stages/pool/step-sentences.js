// A pool in figures and sentences. Pure: evidence in, words out.

import { counted, number } from "../../core/format.js";
import { brokenOff, nameOf, recorded, shown } from "../drawing-helpers.js";
import { poolOf } from "./model.js";

/** @import { ViewState, RunView, Step } from "../../core/types.js" */
/** @import { Pool } from "./model.js" */

/** @param {ViewState} view */
export function figures(view) {
  const pool = poolOf(view);
  const workers = view.run.request.processes;
  const done = { label: "done", value: number(pool.done.length), note: pool.submitted ? `of ${number(pool.submitted)}` : "" };
  const atOnce = { label: "at once", value: String(pool.mostAtOnce), note: `of ${workers}` };
  const early = { label: "out of order", value: number(pool.early), note: pool.done.length ? `of ${number(pool.done.length)}` : "" };
  const goal = workers * view.run.request.iterations;
  const counter = { label: "counter", value: number(pool.value ?? 0), note: `of ${number(goal)}` };
  return recorded(view.run, hasCell(view) ? [counter, done, atOnce] : [done, atOnce, early]);
}

/** @param {ViewState} view */
function hasCell({ run }) {
  return run.summary.cells.length > 0 || run.request.scenario === "sharing";
}

/** What happened in the step on show. @param {ViewState} view @returns {string} */
export function sentence(view) {
  const { run, step } = view;
  if (!step) return "";
  const pool = poolOf(view);
  const name = nameOf(run, step.process);
  const target = step.target ?? "the number";
  switch (step.op) {
    case "launch":
      return `main makes the pool: it launches ${step.target}.`;
    case "start":
      return name === "main" ? "main starts." : `${name} starts and asks the pool for tasks.`;
    case "submit":
      return submits(step, run);
    case "task_start":
      return starts(step, pool, name);
    case "task_end":
      return ends(step, pool, name);
    case "wait":
      return waits(pool, run);
    case "callback":
      return `A thread of the pool in main calls the callback with ${counted(step.value ?? 1, "result")}. main itself ${waitsNow(pool) ? "is still waiting" : "goes on"}.${finished(pool, run)}`;
    case "result":
      return result(step, pool);
    case "close":
      return "main closes the pool: no more tasks may be submitted. The workers end when nothing is left to do.";
    case "join":
      return pool.targets.is(step.target, "pool") ? "The pool has ended, and main goes on." : `${step.target} is joined: exit code ${step.value ?? 0}.`;
    case "fail":
      return `${name} raises an exception that nothing catches.`;
    case "read":
      return `main reads ${shown(step.value)} from ${target}. No other process has it.`;
    case "modify":
      return `main adds up what the workers returned: ${shown(step.value)}.`;
    case "write":
      return `main writes ${shown(step.value)} to ${target}: one write for the whole count.`;
    case "exit":
      return `${name} ends.`;
    default:
      return `${name}: ${step.op}.`;
  }
}

/** The call that submits the tasks, where the run has one. @param {RunView} run */
function callOf({ request }) {
  return request.call ?? null;
}

/** @param {Step} step @param {RunView} run */
function submits({ task, value }, run) {
  const start = `main submits task ${number(task ?? 0)}${given(value)}`;
  const call = callOf(run);
  if (call === "apply") return `${start}. It submits the next one only when this result has come.`;
  if (call === "map" || call === "map_async") return `${start}: ${call} submits all of them at once.`;
  return call === "apply_async" ? `${start}, and goes on at once.` : `${start}.`;
}

/** @param {number | null} argument */
function given(argument) {
  return argument === null ? "" : `, for ${shown(argument)}`;
}

/** @param {Step} step @param {Pool} pool @param {string} name */
function starts({ task, value }, pool, name) {
  const others = pool.running - 1;
  const beside = others > 0 ? `${counted(others, "other task")} ${others === 1 ? "is" : "are"} running at this moment.` : "No other task is running.";
  return `${name} takes task ${number(task ?? 0)}${given(value)}. ${beside}`;
}

/** @param {Step} step @param {Pool} pool @param {string} name */
function ends({ task, value }, pool, name) {
  const what = value === null ? "" : `: the result is ${shown(value)}`;
  const start = `${name} has finished task ${number(task ?? 0)}${what}`;
  const lower = (task ?? 0) > pool.lowest ? ` Task ${number(pool.lowest)} is not done yet, so the work is out of order. The results will still be in order.` : "";
  return `${start}.${lower}`;
}

/** @param {Pool} pool */
function waitsNow(pool) {
  return pool.waits.at(-1)?.to === null;
}

/** What main waits in, or for. @param {boolean} forEnd @param {RunView} run */
export function waitingWords(forEnd, run) {
  if (forEnd) return "waits in join()";
  const call = callOf(run);
  if (call === null) return "waits for results";
  return call === "map" || call === "apply" ? `waits in ${call}()` : "waits in get()";
}

/** @param {Pool} pool @param {RunView} run */
function waits(pool, run) {
  const wait = pool.waits.at(-1);
  if (wait?.forEnd) return "main waits in join() until every worker has ended.";
  const open = pool.submitted - pool.done.length;
  const left = open > 0 ? `${counted(open, "task")} ${open === 1 ? "is" : "are"} not done yet.` : "All tasks are done, and their results are on the way.";
  return `main ${waitingWords(false, run)}. ${left}`;
}

/** More tasks than these make no sentence. */
const MOST_LISTED = 12;

/** Each result has a callback of its own only with `apply_async`: then the order matters. @param {Pool} pool @param {RunView} run */
function finished({ done }, run) {
  if (callOf(run) !== "apply_async" || done.length === 0) return "";
  const rest = done.length > MOST_LISTED ? ", …" : "";
  return ` The tasks finished in this order: ${done.slice(0, MOST_LISTED).map(number).join(", ")}${rest}.`;
}

/** @param {Step} step @param {Pool} pool */
function result({ value }, pool) {
  const count = value ?? 1;
  if (count === 1) return `main gets its ${ordinal(pool.handed)} result, in the order of the tasks.`;
  return `main gets ${number(count)} results at once, in the order of the tasks${pool.early > 0 ? ", although the work was not done in that order" : ""}.`;
}

/** @param {number} count */
function ordinal(count) {
  const last = count % 100 >= 11 && count % 100 <= 13 ? 0 : count % 10;
  return `${number(count)}${["th", "st", "nd", "rd"][last] ?? "th"}`;
}

/** @param {ViewState} view */
export function outcome(view) {
  const { run } = view;
  const broken = brokenOff(run);
  if (broken !== null) return broken;
  const pool = poolOf(view);
  const [cell] = run.summary.cells;
  if (cell) {
    return `Counter ${number(cell.final ?? pool.value ?? 0)}: each worker counted alone, and main added up.`;
  }
  if (pool.done.length === 0) return "The run has ended.";
  const start = `${counted(pool.done.length, "task")}, up to ${number(pool.mostAtOnce)} at once.`;
  if (callOf(run) === "apply") return `${start} apply waits for each result, so the other workers had nothing to do.`;
  const listed = finished(pool, run);
  if (pool.early === 0) return `${start} This time they were done in order. Nothing promises that. Only the order of the results is promised.`;
  return `${start} ${number(pool.early)} ${pool.early === 1 ? "was" : "were"} done before a task with a lower number. The results are still in order.${listed}`;
}

/** @param {ViewState} view */
export function invitation({ variant }) {
  return variant.about;
}
