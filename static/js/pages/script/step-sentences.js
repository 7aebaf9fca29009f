// One plain sentence for each step of a script: what the narration says, and what a screen reader hears. Pure.

import { list, number } from "../../core/format.js";

/** @import { ScriptHistory, ScriptStep } from "../../core/script-history.js" */
/** @import { ScriptProcess } from "../../core/types.js" */

/** What the number of a signal is called. @type {Readonly<Record<number, string>>} */
const SIGNALS = { 2: "SIGINT", 9: "SIGKILL", 15: "SIGTERM" };

/** What a sentence is made of. @typedef {{history: ScriptHistory, step: ScriptStep, processes: readonly ScriptProcess[]}} Told */

/** @param {Told} told @returns {string} with `backticks` around names of the code */
export function sentence(told) {
  const say = SENTENCES[told.step.op];
  const { step } = told;
  return say ? say(told) : `${step.process}: ${step.op}${step.target === null ? "" : ` of ${what(told)}`}.`;
}

/** @type {Readonly<Record<string, (told: Told) => string>>} */
const SENTENCES = {
  start: begins,
  exit: ({ step, history }) => `${step.process} ends${stillHeld(history, step)}.`,
  fail: ({ step }) => `What ${step.process} tried here failed with an exception.`,
  launch: ({ step }) => `${step.process} starts ${step.target}.`,
  join: joins,
  kill: ({ step }) => `${step.process} kills ${step.target}${step.value === null ? "" : `, with ${SIGNALS[step.value] ?? `signal ${step.value}`}`}.`,
  read: ({ step }) => `${step.process} reads ${shown(step)} from \`${step.target}\`.`,
  modify: ({ step }) => `${step.process} has ${shown(step)} for \`${step.target}\`, and has not written it yet.`,
  write: writes,
  wait: waits,
  acquire: (told) => `${told.step.process} takes ${what(told)}${again(told)}.`,
  release: releases,
  put: (told) => `${told.step.process} puts ${object(told.step, "something")} into ${what(told)}.`,
  get: (told) => `${told.step.process} takes ${object(told.step, "what was first")} out of ${what(told)}.`,
  task_done: (told) => `${told.step.process} tells ${what(told)} that what it had taken is done.`,
  flush: (told) => `${told.step.process} has handed on all that it had put into ${what(told)}, and may end.`,
  close: (told) => `${told.step.process} closes ${what(told)}: nothing more may come.`,
  submit: (told) => `${told.step.process} hands ${task(told.step)} to ${what(told)}.`,
  task_start: (told) => `${told.step.process} begins ${task(told.step)} of ${what(told)}.`,
  task_end: (told) => `${told.step.process} has done ${task(told.step)}${result(told.step)}.`,
  callback: (told) => `${told.step.process} calls back with a result of ${what(told)}${result(told.step)}.`,
  result: (told) => `${told.step.process} has a result of ${what(told)}${result(told.step)}.`,
  set: (told) => `${told.step.process} sets ${what(told)}: whoever waits for it goes on.`,
  clear: (told) => `${told.step.process} clears ${what(told)}: from now on one waits for it.`,
  check: (told) => `${told.step.process} looks at ${what(told)}: it is ${told.step.value ? "set" : "not set"}.`,
  notify: notifies,
  wake: (told) => told.step.value === 0
    ? `${told.step.process} stops waiting for ${what(told)}: its time was up.`
    : `${told.step.process} wakes up: ${what(told)} has let it go on.`,
};

/** What a step is about, with its kind. @param {Told} told */
function what({ history, step }) {
  const { target } = step;
  const kind = history.declarationOf(target)?.kind;
  if (kind === undefined || kind === "cell") return `\`${target}\``;
  return kind === "process" ? `${target}` : `the ${kind} \`${target}\``;
}

/** The value of a step as people read it. @param {ScriptStep} step */
function shown({ value, text }) {
  if (text !== null) return `\`${text}\``;
  return value === null ? "something" : number(value);
}

/** What was moved, where it can be shown. @param {ScriptStep} step @param {string} otherwise */
function object(step, otherwise) {
  return step.value === null && step.text === null ? otherwise : shown(step);
}

/** @param {ScriptStep} step */
function task({ task: which }) {
  return which === null || which < 0 ? "a task" : `task ${number(which)}`;
}

/** @param {ScriptStep} step */
function result(step) {
  return step.value === null && step.text === null ? "" : `: ${shown(step)}`;
}

/** @param {Told} told */
function begins({ history, step, processes }) {
  const lane = history.lanes[step.lane];
  const pid = processes.find(({ name }) => name === step.process)?.pid;
  const runs = lane?.does ? `: it runs \`${lane.does}\`` : "";
  return `${step.process} begins${pid ? `, as process ${pid} of this machine` : ""}${runs}.`;
}

/** @param {Told} told */
function joins(told) {
  const { step } = told;
  const kind = told.history.declarationOf(step.target)?.kind;
  if (kind !== "process") return `${step.process} goes on: all that was put into ${what(told)} is done.`;
  const status = step.value === null || step.value === 0 ? "" : `, with exit status ${step.value}`;
  return `${step.process} goes on: ${step.target} has ended${status}.`;
}

/** @param {Told} told */
function writes({ history, step }) {
  const start = `${step.process} writes ${shown(step)} to \`${step.target}\``;
  if (step.base === null) return `${start}, without having read it: whatever was there is replaced.`;
  const assumed = step.assumed ? " (From which read that comes, the code does not show for certain.)" : "";
  const victims = history.victims(step.index);
  const reset = history.resetErased(step.index);
  if (victims.length === 0 && reset < 0) return `${start}.${assumed}`;
  const read = history.readOf(step.index);
  const from = read < 0 ? "" : `, made from the ${shown(history.step(read))} that it had read before`;
  if (reset >= 0) {
    const setter = history.lanes[history.lane(reset)]?.name ?? "";
    return `${start}${from}: the ${shown(history.step(reset))} that ${setter} had set meanwhile is gone.${assumed}`;
  }
  const names = [...new Set(victims.map((at) => history.lanes[history.lane(at)]?.name ?? ""))].toReversed();
  const whose = names.map((name) => (name === step.process ? "its own" : `${name}’s`));
  const updates = victims.length === 1 ? "update is" : "updates are";
  return `${start}${from}: ${list(whose)} ${updates} lost.${assumed}`;
}

/** @param {Told} told */
function waits(told) {
  const { history, step } = told;
  const kind = history.declarationOf(step.target)?.kind;
  const start = `${step.process} waits for ${what(told)}`;
  if (kind === "process") return `${start} to end.`;
  if (kind === "queue" || kind === "pipe") return `${start}.`;
  const holds = history.doingAt(step.index).holdsOf(step.target === null ? -1 : history.numberOf(step.target));
  const holders = holds.map(({ lane }) => history.lanes[lane]?.name ?? "");
  if (holders.length === 0) return `${start}.`;
  if (holders.length === 1 && holders[0] === step.process) return `${start}, which it holds itself.`;
  return `${start}, which ${list(holders)} ${holders.length === 1 ? "holds" : "hold"}.`;
}

/** @param {Told} told */
function again({ history, step }) {
  const holds = history.doingAt(step.index).holdsOf(step.target === null ? -1 : history.numberOf(step.target));
  return holds.some(({ lane }) => lane === step.lane) ? " once more" : "";
}

/** @param {Told} told */
function releases(told) {
  const { history, step } = told;
  const target = step.target === null ? -1 : history.numberOf(step.target);
  const waiting = history.lanes.flatMap(({ name }, lane) => {
    const since = history.doingAt(step.index).waitOf(lane);
    return since >= 0 && history.target(since) === target ? [name] : [];
  });
  const start = `${step.process} gives ${what(told)} back`;
  if (waiting.length === 0) return `${start}.`;
  return `${start}. ${waiting.length > 3 ? `${waiting.length} others` : list(waiting)} ${waiting.length === 1 ? "waits" : "wait"} for it.`;
}

/** @param {Told} told */
function notifies(told) {
  const { step } = told;
  const start = `${step.process} notifies ${what(told)}`;
  if (step.value === null) return `${start}.`;
  if (step.value === 0) return `${start}, and nobody waits there: nobody will ever hear it.`;
  return `${start}: ${step.value === 1 ? "one that waits there wakes" : `${step.value} that wait there wake`} up.`;
}

/** @param {ScriptHistory} history @param {ScriptStep} step */
function stillHeld(history, step) {
  const held = history.doingAt(step.index).heldBy(step.lane).map((target) => `\`${history.nameOf(target)}\``);
  return held.length === 0 ? "" : `, and still holds ${list(held)}`;
}
