// The lives of processes in figures and sentences. Pure: evidence in, words out.

import { list } from "../../core/format.js";
import { averageStart, children, livesOf } from "./model.js";
import { brokenOff, milliseconds, nameOf, processIndex, recorded, took } from "../drawing-helpers.js";

/** @import { ViewState, RunView, Step } from "../../core/types.js" */
/** @import { Lifetime, Lifetimes } from "./model.js" */

/** How each start method makes a process, after "main launches P1:". @type {Readonly<Record<string, string>>} */
const MAKES = {
  fork: "the system makes a copy of main itself.",
  forkserver: "a small server process makes a copy of itself.",
  spawn: "a new Python starts and imports the program again.",
};

/** @param {ViewState} view */
export function figures(view) {
  const lives = livesOf(view);
  const below = children(lives).map(({ life }) => life);
  const start = averageStart(lives);
  const count = below.length || view.run.request.processes;
  const joined = below.filter(({ joined }) => joined !== null).length;
  const failed = below.filter(({ failed }) => failed !== null).length;
  return recorded(view.run, [
    { label: "start, ms", value: start === null ? "–" : milliseconds(start), note: start !== null && count > 1 ? "mean" : "" },
    { label: "joined", value: String(joined), note: `of ${count}` },
    { label: "failed", value: String(failed), note: "", isLoss: failed > 0 },
  ]);
}

/** What happened in the step on show. @param {ViewState} view @returns {string} */
export function sentence(view) {
  const { run, step } = view;
  if (!step) return "";
  const lives = livesOf(view);
  const own = lives.all[step.process];
  const name = nameOf(run, step.process);
  switch (step.op) {
    case "launch":
      return `${name} launches ${step.target}: ${makes(run)}`;
    case "start":
      return own?.launched === null || own?.launched === undefined
        ? `${name} starts.`
        : `${name} runs its first line, ${took(step.t - own.launched)} after ${nameOf(run, own.parent)} called its start().`;
    case "wait":
      return waits(step, lives, run);
    case "join":
      return joins(step, lives, run);
    case "fail":
      return `${name} raises an exception that nothing catches. That ends ${name}; the others go on.`;
    case "exit":
      return exits(step, lives, run);
    default:
      return `${name}: ${step.op}.`;
  }
}

/** @param {RunView} run */
function makes({ request }) {
  return MAKES[request.start_method ?? ""] ?? "a new process will run.";
}

/** @param {Step} step @param {Lifetimes} lives @param {RunView} run */
function waits(step, lives, run) {
  const child = processIndex(run, step.target);
  const ended = lives.all[child]?.ended ?? null;
  const start = `${nameOf(run, step.process)} calls join() on ${step.target}`;
  if (ended !== null) return `${start}, which ended ${took(step.t - ended)} ago: it does not have to wait.`;
  const others = endedUnjoined(lives, step.process).map((process) => nameOf(run, process));
  if (others.length === 0) return `${start} and waits until it has ended.`;
  return `${start} and waits. ${list(others)} ${others.length === 1 ? "has" : "have"} already ended, and will be joined later.`;
}

/** @param {Lifetimes} lives @param {number} parent */
function endedUnjoined(lives, parent) {
  return children(lives).flatMap(({ life, process }) => (life.parent === parent && life.ended !== null && life.joined === null ? [process] : []));
}

/** @param {Step} step @param {Lifetimes} lives @param {RunView} run */
function joins(step, lives, run) {
  const life = lives.all[processIndex(run, step.target)];
  const wait = lives.waits.findLast(({ child }) => child === processIndex(run, step.target));
  const late = life && life.ended !== null && wait && life.ended < wait.from;
  const after = late ? ` It had ended ${took(step.t - /** @type {number} */ (life.ended))} earlier.` : "";
  const name = nameOf(run, step.process);
  if (step.value === null) return `${step.target} has ended, and ${name} goes on.${after}`;
  if (step.value === 0) return `${step.target} is joined: exit code 0, so it ended well.${after}`;
  return `${step.target} is joined: ${code(step.value)}. ${name} goes on: ${why(step.value, life)}${after}`;
}

/** @param {number} exitcode */
export function code(exitcode) {
  return exitcode < 0 ? `killed by signal ${-exitcode}` : `exit code ${exitcode}`;
}

/** @param {number} exitcode @param {Lifetime | undefined} life */
function why(exitcode, life) {
  if (exitcode < 0) return "it learns of this only now.";
  return life?.failed === null ? "it learns of this only now." : "the exception stays in its own process, and only the exit code shows it.";
}

/** @param {Step} step @param {Lifetimes} lives @param {RunView} run */
function exits(step, lives, run) {
  const name = nameOf(run, step.process);
  const life = lives.all[step.process];
  if (step.process === lives.main || !life) return "main ends, after all the processes that it joined.";
  const parent = nameOf(run, life.parent);
  const waiting = lives.waits.find(({ by, to }) => by === life.parent && to === null);
  const how = life.failed === null ? "ends" : "ends because of the exception";
  if (!waiting) return `${name} ${how}. ${parent} has not called join() on it yet.`;
  if (waiting.child === step.process) return `${name} ${how}. This is what ${parent} was waiting for.`;
  return `${name} ${how}. ${parent} does not notice: it waits for ${nameOf(run, waiting.child)}.`;
}

/** @param {ViewState} view */
export function outcome(view) {
  const { run } = view;
  const broken = brokenOff(run);
  if (broken !== null) return broken;
  const lives = livesOf(view);
  const below = children(lives);
  const start = averageStart(lives);
  if (below.length === 0 || start === null) return "The run has ended.";
  const bad = below.flatMap(({ life, process }) => (life.exitcode ? [`${nameOf(run, process)} ended with ${code(life.exitcode)}`] : []));
  const ends = bad.length === 0 ? "All ended with exit code 0." : `${list(bad)}.`;
  return `${ends} Starting took ${took(start)}${below.length > 1 ? " on average" : ""}.`;
}

/** @param {ViewState} view */
export function invitation({ variant }) {
  return variant.about;
}
