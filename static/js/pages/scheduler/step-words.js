// What a process would do next, in words for its button. Pure.

import { number } from "../../core/format.js";

/** @import { NextStep, RunView, State } from "../../core/types.js" */

/** Up to this many processes have a wide button each. */
export const FEW = 4;

/** The text of a button after the process's name, and whether the process can take a step.
 * @typedef {{words: string, can: boolean}} NextStepWords */

/** @param {RunView} run @param {State} state after its newest step @param {number} index of the process @returns {NextStepWords} */
export function nextStepOf(run, state, index) {
  const name = state.names[index];
  const process = state.processes[index];
  const stuck = run.deadlock?.find((blocked) => blocked.process === name);
  if (stuck) return { words: `waits for ${lockWords(stuck.waits_for, state)} for ever`, can: false };
  const next = run.next?.find((each) => each.process === name);
  if (next?.obstacle) return { words: obstacleWords(next, state), can: false };
  if (next) return { words: stepWords(next, state, index), can: true };
  const isCut = run.status === "stopped" || run.status === "failed";
  if (isCut && run.processes[index]?.exitcode !== 0) return { words: "was stopped", can: false };
  if (isCut || process?.ended) return { words: process?.failed ? "has failed" : "has ended", can: false };
  return { words: process?.op ? "takes its step" : "is starting", can: false };
}

/** @param {NextStep} next @param {State} state @param {number} index */
function stepWords({ op, target }, state, index) {
  const { register = null, computed = null } = state.processes[index] ?? {};
  if (op === "read") return `reads ${target}`;
  if (op === "modify") return register ? `computes ${number(register.value)} + 1` : "computes the new value";
  if (op === "write" && computed !== null) {
    const from = register ? ` (it computed ${number(computed)} from\u00a0${number(register.value)})` : "";
    return `writes ${number(computed)}${from}`;
  }
  if (op === "acquire") return `acquires ${lockWords(target, state)}`;
  if (op === "release") return `releases ${lockWords(target, state)}`;
  return op;
}

/** The server's sentence begins with the name, which the button has already. @param {NextStep} next @param {State} state */
function obstacleWords({ process, target, obstacle }, state) {
  const holder = state.locks.find((lock) => lock.name === target)?.holder ?? -1;
  if (holder < 0) return (obstacle ?? "").replace(`${process} `, "").replace(/\.$/, "");
  // More than a few buttons are narrow.
  if (state.names.length > FEW) return `waits: ${state.names[holder] === process ? "it" : state.names[holder]} holds ${lockWords(target, state)}`;
  const whose = state.names[holder] === process ? "it holds itself" : `${state.names[holder]} holds`;
  return `waits for ${lockWords(target, state)}, which ${whose}`;
}

/** A lock inside a shared object goes by its name, as in the code. @param {string} target @param {State} state */
function lockWords(target, { targets }) {
  const { owner, guards } = targets.of(target) ?? {};
  if (owner) return "its own lock";
  return guards ? target : targets.words(target);
}
