// A state of the graph in words. Pure.

import { nameAt } from "../../core/process-names.js";
import { holdOf } from "../../core/ops.js";

/** @import { Graph, GraphState, GraphStep } from "../../core/explore.js" */

/** @param {Graph} graph @param {number} number */
export function stateInWords(graph, number) {
  const state = graph.states[number];
  if (!state) return "";
  const processes = state.places.map((_, process) => placeInWords(graph, state, process));
  const start = `The counter is ${state.value}.`;
  if (state.end === "final") return `${start} All processes are done: it ends at ${state.value}.`;
  if (state.end === "deadlock") return `${start} ${processes.join(" ")} Nobody can move: a deadlock.`;
  return `${start} ${processes.join(" ")}`;
}

/** @param {Graph} graph @param {GraphState} state @param {number} process */
function placeInWords({ programs }, state, process) {
  const name = nameAt(process);
  const place = state.places[process];
  const program = programs[process] ?? [];
  const last = program[(place?.taken ?? 0) - 1];
  const next = program[place?.taken ?? 0];
  if (!next) return `${name} is done.`;
  const holds = heldBy(program.slice(0, place?.taken ?? 0));
  const takes = holdOf(next.op) > 0;
  const waits = takes && state.places.some((other, index) => index !== process && heldBy((programs[index] ?? []).slice(0, other.taken)).includes(next.target));
  const self = takes && holds.includes(next.target);
  const lock = lockWords(programs);
  const done = last ? did(last, place?.register ?? null, lock) : "has not begun";
  const then = waits || self ? `waits for ${lock(next.target)}` : `next ${does(next, lock)}`;
  return `${name} ${done} and ${then}.`;
}

/** The locks that a process holds after these steps. @param {readonly GraphStep[]} steps */
export function heldBy(steps) {
  /** @type {string[]} */
  const held = [];
  for (const { op, target } of steps) {
    if (holdOf(op) > 0) held.push(target);
    if (holdOf(op) < 0) held.splice(held.indexOf(target), 1);
  }
  return held;
}

/** @param {GraphStep} step @param {number | null} register @param {(target: string) => string} lock */
function did({ op, target }, register, lock) {
  if (op === "read") return `has read ${register}`;
  if (op === "modify") return `has ${register} ready`;
  if (op === "write") return "has written";
  return `has ${op}d ${lock(target)}`;
}

/** @param {GraphStep} step @param {(target: string) => string} lock */
function does({ op, target }, lock) {
  if (op === "modify") return "adds 1";
  return holdOf(op) === 0 ? `${op}s` : `${op}s ${lock(target)}`;
}

/** What a lock is called: the lock, where there is one. Only locks have a name in these programs.
 * @param {Graph["programs"]} programs @returns {(target: string) => string} */
function lockWords(programs) {
  const locks = new Set(programs.flat().flatMap(({ op, target }) => (holdOf(op) === 0 ? [] : [target])));
  return (target) => (locks.size === 1 ? "the lock" : target);
}
