// What is true after some steps: `initial(run)`, then `reduce(state, step, lineage)` for each step.
// Pure: a new state each time, and the old one untouched, so that any position can be shown again.

import { nameAt } from "./process-names.js";
import { Targets } from "./targets.js";

/** @import { CellState, Effect, LockState, ProcessState, RunView, State, Step } from "./types.js" */
/** @import { Lineage } from "./lineage.js" */

/** @param {RunView} run @param {readonly {name: string, initial: number}[]} shared while the run does not say it itself @returns {State} */
export function initial(run, shared) {
  const count = Math.max(run.request.processes, run.processes.length);
  const cells = run.summary.cells.length > 0 ? run.summary.cells : shared;
  return {
    position: 0,
    names: Array.from({ length: count }, (_, index) => run.processes[index]?.name ?? nameAt(index)),
    targets: new Targets(run.targets),
    processes: Array.from({ length: count }, fresh),
    cells: cells.map(({ name, initial: value }) => newCell(name, value, count)),
    locks: [],
    effect: null,
  };
}

/** The same state, where more processes have been declared, or more of what steps are about.
 * @param {State} state @param {readonly string[]} names of all processes, those first that it has @param {Targets} targets @returns {State} */
export function widened(state, names, targets) {
  const more = Array.from({ length: names.length - state.processes.length }, fresh);
  const none = more.map(() => 0);
  const { effect } = state;
  return {
    ...state,
    names,
    targets,
    processes: [...state.processes, ...more],
    cells: state.cells.map((cell) => ({ ...cell, lostOf: [...cell.lostOf, ...none] })),
    effect: effect && wider(effect, none),
  };
}

/** @param {Effect} effect @param {readonly number[]} none @returns {Effect} */
function wider(effect, none) {
  const { erasedOf, revivedOf, settledOf } = effect;
  return { ...effect, erasedOf: [...erasedOf, ...none], revivedOf: [...revivedOf, ...none], settledOf: [...settledOf, ...none] };
}

/** @returns {ProcessState} */
function fresh() {
  return {
    op: null,
    cell: null,
    register: null,
    computed: null,
    wrote: null,
    wroteFrom: null,
    holds: null,
    waits: null,
    line: 0,
    file: null,
    done: 0,
    ended: false,
    failed: false,
  };
}

/** Field by field: with `...` this alone would take most of the time that opening a long run takes.
 * @param {ProcessState} process @returns {ProcessState} */
function copied({ op, cell, register, computed, wrote, wroteFrom, holds, waits, line, file, done, ended, failed }) {
  return { op, cell, register, computed, wrote, wroteFrom, holds, waits, line, file, done, ended, failed };
}

/** @param {string} name @param {number} value @param {number} processes @returns {CellState} */
function newCell(name, value, processes) {
  const lostOf = new Array(processes).fill(0);
  return { name, value, version: 0, writes: 0, expected: value, lost: 0, lostOf, isCertain: true };
}

/**
 * @param {State} state
 * @param {Step} step
 * @param {(cell: string) => Lineage} lineage
 * @returns {State}
 */
export function reduce(state, step, lineage) {
  const process = state.processes[step.process] ?? fresh();
  const next = copied(process);
  next.op = step.op;
  if (step.line !== null) [next.line, next.file] = [step.line, step.file];
  let { cells, locks } = state;
  /** Whose lock another process has released. @type {{process: number, holds: string | null} | null} */
  let freed = null;
  /** @type {Effect | null} */
  let effect = null;
  const target = step.target ?? "";

  if (step.op === "read") {
    next.cell = target;
    next.register = { cell: target, value: step.value ?? 0, version: step.version ?? 0 };
    next.computed = null;
    next.wroteFrom = null;
  } else if (step.op === "modify") {
    next.computed = step.value;
  } else if (step.op === "write") {
    const version = step.version ?? 0;
    next.cell = target;
    // Where an earlier write went unrecorded, the server says no more what is lost, and neither does the page.
    effect = lineage(target).effect(version, step.lost === null ? version - 1 : step.base, state.processes.length);
    cells = written(cells, step, process, effect);
    next.register = null;
    next.computed = null;
    next.wrote = step.value;
    next.wroteFrom = step.base === null ? null : process.register;
    next.done += 1;
  } else if (step.op === "wait") {
    next.waits = target;
    if (state.targets.is(target, "lock")) locks = changed(locks, target, (lock) => ({ ...lock, queue: [...lock.queue, step.process] }));
  } else if (step.op === "acquire") {
    next.waits = null;
    next.holds = target;
    locks = changed(locks, target, (lock) => ({
      ...lock,
      holder: step.process,
      depth: lock.holder === step.process ? lock.depth + 1 : 1,
      queue: lock.queue.filter((waiting) => waiting !== step.process),
    }));
  } else if (step.op === "release") {
    // Any process may release a lock, not only its holder: the hold ends all the same.
    const holder = locks.find((lock) => lock.name === target)?.holder ?? -1;
    locks = changed(locks, target, (lock) => (lock.depth > 1 ? { ...lock, depth: lock.depth - 1 } : { ...lock, holder: -1, depth: 0 }));
    const left = locks.find((lock) => lock.holder === holder)?.name ?? null;
    if (holder === step.process) next.holds = left;
    else if (state.processes[holder]) freed = { process: holder, holds: left };
  } else if (step.op === "fail") {
    next.failed = true;
  } else if (step.op === "exit") {
    // A lock that it still holds stays held until another process releases it. It waits for none any more.
    locks = locks.map((lock) => (lock.queue.includes(step.process) ? { ...lock, queue: lock.queue.filter((each) => each !== step.process) } : lock));
    next.ended = true;
    next.line = 0;
  }
  // Now that the process goes on, what it waited for has come. A lock comes with `acquire`.
  if (step.op !== "wait" && next.waits !== null && !state.targets.is(next.waits, "lock")) next.waits = null;

  const processes = state.processes.slice();
  processes[step.process] = next;
  if (freed) processes[freed.process] = { ...(processes[freed.process] ?? fresh()), holds: freed.holds };
  const { position, names, targets } = state;
  return { position: position + 1, names, targets, processes, cells, locks, effect };
}

/**
 * @param {readonly CellState[]} cells
 * @param {Step} step
 * @param {ProcessState} process
 * @param {Effect} effect
 * @returns {readonly CellState[]}
 */
function written(cells, step, process, effect) {
  const target = step.target ?? "";
  const value = step.value ?? 0;
  const known = cells.findIndex((cell) => cell.name === target);
  const cell = cells[known] ?? newCell(target, 0, effect.erasedOf.length);
  const read = step.base === null ? null : process.register;
  const all = cells.slice();
  all[known < 0 ? cells.length : known] = {
    name: target,
    value,
    version: step.version ?? cell.version + 1,
    writes: cell.writes + 1,
    // After a reset what it wrote is expected, and what is added from then on.
    expected: step.base === null ? value : cell.expected + (read ? value - read.value : 0),
    lost: cell.lost + effect.erased - effect.revived - effect.settled,
    lostOf: effect.erased || effect.revived || effect.settled ? lostOf(cell, effect) : cell.lostOf,
    isCertain: step.lost !== null,
  };
  return all;
}

/** @param {CellState} cell @param {Effect} effect */
function lostOf({ lostOf: before }, { erasedOf, revivedOf, settledOf }) {
  return before.map((lost, index) => lost + (erasedOf[index] ?? 0) - (revivedOf[index] ?? 0) - (settledOf[index] ?? 0));
}

/**
 * @param {readonly LockState[]} locks
 * @param {string} name
 * @param {(lock: LockState) => LockState} change
 * @returns {readonly LockState[]}
 */
function changed(locks, name, change) {
  if (!locks.some((lock) => lock.name === name)) {
    return [...locks, change({ name, holder: -1, depth: 0, queue: [] })];
  }
  return locks.map((lock) => (lock.name === name ? change(lock) : lock));
}
