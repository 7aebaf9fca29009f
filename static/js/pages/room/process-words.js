// What a process of a game holds and waits for, and what its next step is: in words for its card and for its button. Pure.

import { isOutOfDate } from "../../core/death.js";
import { counted, list, number } from "../../core/format.js";
import { longWords } from "../../stages/cells/step-sentences.js";

/** @import { NextStep, ProcessState, RunView, State } from "../../core/types.js" */

/** @typedef {"fresh" | "holds" | "stale" | "written" | "waits" | "locked" | "ended"} Kind */

/** Where a process is. `value` is what its card shows, `from` what it has read.
 * @typedef {{index: number, name: string, kind: Kind, value: string, from: string, words: string, own: string}} Standing */

/** What the next press does. `act` is where the number will go; `can`: it can be pressed now.
 * @typedef {{title: string, note: string, act: "read" | "write" | "", can: boolean, isBlocked: boolean}} NextPress */

/** @param {RunView} run @param {State} state @param {number} index of the process @returns {Standing} */
export function standingOf(run, state, index) {
  const name = state.names[index] ?? "";
  const process = /** @type {ProcessState} */ (state.processes[index]);
  const { register, computed, wrote, ended, failed, holds } = process;
  const from = register ? number(register.value) : "";
  const held = computed === null ? from : number(computed);
  const base = { index, name, from };
  if (ended) return { ...base, kind: "ended", value: last(wrote), words: failed ? "has failed" : "has ended", own: `you ${failed ? "have failed" : "have ended"}, after ${counted(process.done, "increment")}` };
  const waits = waitsFor(run, state, index);
  if (waits) return { ...base, kind: "waits", value: held || last(wrote), words: `waits for ${waits}`, own: `you wait for ${waits}` };
  if (wasCut(run, index)) return { ...base, kind: "ended", value: held || last(wrote), words: "was stopped", own: "you were stopped" };
  if (register) {
    const isStale = isOutOfDate(process, state);
    const own = computed === null ? `you hold ${from}` : `you hold ${from} and will write ${held}`;
    return { ...base, kind: isStale ? "stale" : "holds", value: held, words: isStale ? "out of date" : `${computed === null ? "holds" : "will write"} ${held}`, own: isStale ? `your ${from} is out of date` : own };
  }
  if (holds !== null) return { ...base, kind: "locked", value: last(wrote), words: `has ${longWords(holds, state.targets)}`, own: `${longWords(holds, state.targets)} is yours; nothing in hand` };
  if (wrote !== null) return { ...base, kind: "written", value: number(wrote), words: "has written", own: `you wrote ${number(wrote)}; nothing in hand now` };
  return { ...base, kind: "fresh", value: "", words: "not begun", own: "nothing in hand yet" };
}

/** What the next press of a process does. @param {RunView} run @param {State} state @param {number} index
 * @param {number} since the index of its last step that somebody pressed for; -1 is none @returns {NextPress} */
export function nextPressOf(run, state, index, since) {
  const name = state.names[index] ?? "";
  const process = /** @type {ProcessState} */ (state.processes[index]);
  const still = { act: /** @type {const} */ (""), can: false, isBlocked: false };
  if (process.ended) return { ...still, title: `${name} has ${process.failed ? "failed" : "ended"}`, note: `It added 1 ${times(process.done)}.` };
  const waits = waitsFor(run, state, index);
  if (waits) return { ...still, title: `${name} waits for ${waits}`, note: whoHolds(run, state, index), isBlocked: true };
  if (wasCut(run, index)) return { ...still, title: `${name} was stopped`, note: "" };
  const next = nextOf(run, state, index, since);
  if (!next) return since < 0 ? { ...still, title: `${name} is starting`, note: "A real process of the server’s system." } : { ...still, title: `${name} goes on`, note: "" };
  return { ...still, ...stepWords(next, state, index), can: true };
}

/** Whether it is known what the process does next, or that it does nothing more.
 * @param {RunView} run @param {State} state @param {number} index @param {number} since */
export function isSettled(run, state, index, since) {
  return run.status !== "running" || state.processes[index]?.ended === true || nextOf(run, state, index, since) !== undefined;
}

/** @param {NextStep} next @param {State} state @param {number} index @returns {Pick<NextPress, "title" | "note" | "act">} */
function stepWords({ process: name, op, target }, state, index) {
  const process = /** @type {ProcessState} */ (state.processes[index]);
  const { register, computed } = process;
  const cell = state.cells.find((each) => each.name === target);
  const now = cell ? `${cell.name} is ${number(cell.value)} by now.` : "";
  const isStale = isOutOfDate(process, state);
  switch (op) {
    case "read":
      return { title: `${name} reads ${target}`, note: cell ? `It will hold ${number(cell.value)}.` : "", act: "read" };
    case "modify":
      return {
        title: register ? `${name} computes ${number(register.value)}\u00a0+\u00a01` : `${name} computes the new number`,
        note: isStale && register ? `Its ${number(register.value)} is out of date: ${now}` : "Nobody else can see that.",
        act: "",
      };
    case "write":
      return {
        title: computed === null ? `${name} writes ${target}` : `${name} writes ${number(computed)}`,
        note: isStale && register ? `Made from ${number(register.value)}, but ${now}` : register ? `Made from the ${number(register.value)} that it read.` : "",
        act: "write",
      };
    case "acquire":
      return { title: `${name} asks for ${longWords(target, state.targets)}`, note: "Nobody holds it.", act: "" };
    case "release":
      return { title: `${name} releases ${longWords(target, state.targets)}`, note: waiting(state, target), act: "" };
    default:
      return { title: `${name}: ${op}`, note: "", act: "" };
  }
}

/** What keeps a process from going on, in words; "" where nothing does. @param {RunView} run @param {State} state @param {number} index */
function waitsFor(run, state, index) {
  const name = state.names[index];
  const stuck = run.deadlock?.find(({ process }) => process === name);
  if (stuck) return `${longWords(stuck.waits_for, state.targets)} for ever`;
  const next = run.next?.find(({ process }) => process === name);
  return next?.obstacle ? longWords(next.target, state.targets) : "";
}

/** @param {RunView} run @param {State} state @param {number} index */
function whoHolds(run, state, index) {
  const name = state.names[index];
  const next = run.next?.find(({ process }) => process === name);
  const target = run.deadlock?.find(({ process }) => process === name)?.waits_for ?? next?.target;
  const holder = state.locks.find((lock) => lock.name === target)?.holder ?? -1;
  if (holder < 0) return next?.obstacle ?? "";
  return holder === index ? "It holds that itself." : `${state.names[holder]} holds it.`;
}

/** Who could go on then. @param {State} state @param {string} target */
function waiting({ locks, names }, target) {
  const queue = locks.find(({ name }) => name === target)?.queue ?? [];
  if (queue.length === 0) return "Then anybody can take it.";
  return queue.length > 3 ? `${queue.length} others wait for it.` : `${list(queue.map((index) => names[index] ?? ""))} ${queue.length === 1 ? "waits" : "wait"} for it.`;
}

/** A process that was killed before its end. @param {RunView} run @param {number} index */
function wasCut({ status, processes }, index) {
  return (status === "stopped" || status === "failed") && processes[index]?.exitcode !== 0;
}

/** What a process waits to do, as far as that is still to be done: its step may have come before a view of the run that is
 * newer than that step. @param {RunView} run @param {State} state @param {number} index @param {number} since */
function nextOf(run, state, index, since) {
  return run.steps > since ? run.next?.find(({ process }) => process === state.names[index]) : undefined;
}

/** @param {number | null} value */
function last(value) {
  return value === null ? "" : number(value);
}

/** @param {number} count */
function times(count) {
  return count === 1 ? "once" : count === 2 ? "twice" : `${number(count)} times`;
}
