// What is known of the lives of a run's processes after some of its steps: who launched each and when, when it
// ran its first line, how it ended, and which waited for which. Pure but for the state that it is handed to change.

/** @import { RunView, Step } from "../../core/types.js" */

import { Targets } from "../../core/targets.js";
import { processIndex } from "../drawing-helpers.js";
import { replayed } from "../replay.js";

/** One process. Times in ns since the run began; null is not yet.
 * @typedef {object} Lifetime
 * @property {number} parent who launched it; before that, main
 * @property {number | null} launched
 * @property {number | null} started its first line
 * @property {number | null} failed
 * @property {number} line where it failed
 * @property {number | null} ended
 * @property {number | null} joined
 * @property {number | null} exitcode known from its join
 */

/** A process waits for one that it launched to end. @typedef {{by: number, child: number, from: number, to: number | null}} Wait */

/**
 * @typedef {object} Lifetimes
 * @property {number} main the process that launches others, and is launched by none
 * @property {Lifetime[]} all
 * @property {Wait[]} waits
 * @property {(name: string | null) => number} indexOf where a step is about a process: its layout; else -1
 */

/** @param {RunView} run @returns {Lifetimes} */
function initial(run) {
  const targets = new Targets(run.targets);
  return {
    main: processIndex(run, "main"),
    all: run.processes.map(() => ({
      parent: processIndex(run, "main"), launched: null, started: null, failed: null, line: 0, ended: null, joined: null, exitcode: null,
    })),
    waits: [],
    indexOf: (name) => (targets.is(name, "process") ? processIndex(run, name) : -1),
  };
}

/** @param {Lifetimes} lives @param {Step} step */
function take(lives, step) {
  const own = lives.all[step.process];
  const child = lives.indexOf(step.target);
  const other = lives.all[child];
  if (step.op === "start" && own) own.started = step.t;
  if (step.op === "exit" && own) own.ended = step.t;
  if (step.op === "fail" && own) {
    own.failed = step.t;
    own.line = step.line ?? 0;
  }
  if (!other) return;
  if (step.op === "launch") [other.parent, other.launched] = [step.process, step.t];
  if (step.op === "wait") lives.waits.push({ by: step.process, child, from: step.t, to: null });
  if (step.op === "join") {
    const wait = lives.waits.findLast((one) => one.child === child);
    if (wait) wait.to = step.t;
    other.joined = step.t;
    other.exitcode = step.value;
  }
}

export const livesOf = replayed(initial, take);

/** The children, in the order in which they stand below main. @param {Lifetimes} lives */
export function children(lives) {
  return lives.all.flatMap((life, process) => (process === lives.main ? [] : [{ life, process }]));
}

/** The row of a process's lane: main's is the first. @param {Lifetimes} lives @param {number} process */
export function rowOf({ main }, process) {
  return process === main ? 0 : process + (main < 0 || process < main ? 1 : 0);
}

/** From its start() to a child's first line, on average; null before any ran. @param {Lifetimes} lives */
export function averageStart(lives) {
  const gaps = lives.all.flatMap(({ launched, started }) => (launched !== null && started !== null ? [started - launched] : []));
  return gaps.length ? gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length : null;
}
