// A state of the graph in words. Pure.

/** @import { Graph, GraphState, GraphStep } from "../../core/exploring.js" */

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
  const name = `P${process + 1}`;
  const place = state.places[process];
  const program = programs[process] ?? [];
  const last = program[(place?.taken ?? 0) - 1];
  const next = program[place?.taken ?? 0];
  if (!next) return `${name} is done.`;
  const holds = heldBy(program.slice(0, place?.taken ?? 0));
  const waits = next.op === "acquire" && state.places.some((other, index) => index !== process && heldBy((programs[index] ?? []).slice(0, other.taken)).includes(next.target));
  const self = next.op === "acquire" && holds.includes(next.target);
  const done = last ? did(last, place?.register ?? null) : "has not begun";
  const then = waits || self ? `waits for ${lockName(next.target)}` : `next ${does(next)}`;
  return `${name} ${done} and ${then}.`;
}

/** The locks that somebody holds after these steps. @param {readonly GraphStep[]} steps */
export function heldBy(steps) {
  /** @type {string[]} */
  const held = [];
  for (const { op, target } of steps) {
    if (op === "acquire") held.push(target);
    if (op === "release") held.splice(held.indexOf(target), 1);
  }
  return held;
}

/** @param {GraphStep} step @param {number | null} register */
function did({ op, target }, register) {
  if (op === "read") return `has read ${register}`;
  if (op === "modify") return `has ${register} ready`;
  if (op === "write") return "has written";
  return `has ${op === "acquire" ? "acquired" : "released"} ${lockName(target)}`;
}

/** @param {GraphStep} step */
function does({ op, target }) {
  if (op === "modify") return "adds 1";
  if (op === "acquire" || op === "release") return `${op}s ${lockName(target)}`;
  return `${op}s`;
}

/** @param {string} target */
function lockName(target) {
  return target === "lock" ? "the lock" : target;
}
