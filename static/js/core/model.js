// What is true after some steps: `initial(run)`, then a `Replay` of it, which takes step after step in place and says at
// any of them what is true. A state never changes, so that any position can be shown again; what a replay goes through
// on the way leaves no object behind.

import { nameAt } from "./process-names.js";
import { Targets } from "./targets.js";

/** @import { CellState, Effect, LockState, ProcessState, RunView, State } from "./types.js" */

/** What does not apply to a step. */
const NONE = -1;

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

/** @param {string} name @param {number} value @param {number} processes @returns {CellState} */
function newCell(name, value, processes) {
  const lostOf = new Array(processes).fill(0);
  return { name, value, version: 0, writes: 0, expected: value, lost: 0, lostOf, isCertain: true };
}

/** What changes in place. @typedef {Omit<CellState, "lostOf"> & {lostOf: number[]}} ChangingCell */
/** @typedef {Omit<LockState, "queue"> & {queue: number[]}} ChangingLock */

/** What a write does to others. `lost` is -1 where nobody can know it. @typedef {(cell: string, version: number, base: number | null, lost: number, writer: number, position: number, processes: number) => Effect} EffectOf */

/** Steps taken one after the other, from a state on. */
export class Replay {
  #effectOf;
  #names;
  #targets;
  /** @type {Effect | null} */
  #effect;
  /** @type {Map<string, number>} */
  #places;
  /** @type {ChangingLock[]} */
  #locks;
  position;
  /** @type {ProcessState[]} */
  processes;
  /** @type {ChangingCell[]} */
  cells;

  /** @param {State} state @param {EffectOf} effectOf */
  constructor({ position, names, targets, processes, cells, locks, effect }, effectOf) {
    this.#effectOf = effectOf;
    this.position = position;
    this.#names = names;
    this.#targets = targets;
    this.#effect = effect;
    this.processes = processes.map((process) => ({ ...process }));
    this.cells = cells.map(changing);
    this.#locks = locks.map((lock) => ({ ...lock, queue: [...lock.queue] }));
    this.#places = new Map(cells.map(({ name }, place) => [name, place]));
  }

  /** What is true now. @returns {State} */
  state() {
    return {
      position: this.position,
      names: this.#names,
      targets: this.#targets,
      processes: this.processes.map((process) => ({ ...process })),
      cells: this.cells.map((cell) => ({ ...cell, lostOf: cell.lostOf.slice() })),
      locks: this.#locks.map((lock) => ({ ...lock, queue: lock.queue.slice() })),
      effect: this.#effect,
    };
  }

  /**
   * One more step. What does not apply to it is -1, or NaN as a value.
   * @param {number} process @param {string} op @param {string} target @param {number} value @param {number} version
   * @param {number} base @param {number} lost @param {number} line @param {string | null} file
   */
  take(process, op, target, value, version, base, lost, line, file) {
    const next = (this.processes[process] ??= fresh());
    this.position += 1;
    this.#effect = null;
    next.op = op;
    if (line !== NONE) [next.line, next.file] = [line, file];
    if (op === "read") {
      next.cell = target;
      next.register = { cell: target, value: orZero(value), version: Math.max(0, version) };
      next.computed = null;
      next.wroteFrom = null;
    } else if (op === "modify") {
      next.computed = Number.isNaN(value) ? null : value;
    } else if (op === "write") {
      this.#write(next, process, target, value, Math.max(0, version), base, lost);
    } else if (op === "wait") {
      next.waits = target;
      if (this.#targets.is(target, "lock")) this.#lock(target).queue.push(process);
    } else if (op === "acquire") {
      this.#acquire(next, process, target);
    } else if (op === "release") {
      this.#release(next, process, target);
    } else if (op === "fail") {
      next.failed = true;
    } else if (op === "exit") {
      // A lock that it still holds stays held until another process releases it. It waits for none any more.
      for (const lock of this.#locks) leave(lock, process);
      next.ended = true;
      next.line = 0;
    }
    // Now that the process goes on, what it waited for has come. A lock comes with `acquire`.
    if (op !== "wait" && next.waits !== null && !this.#targets.is(next.waits, "lock")) next.waits = null;
  }

  /** The place of a cell among the cells. @param {string} name */
  placeOf(name) {
    let place = this.#places.get(name);
    if (place === undefined) {
      this.#places.set(name, (place = this.cells.length));
      this.cells.push(changing(newCell(name, 0, this.processes.length)));
    }
    return place;
  }

  /** @param {ProcessState} process @param {number} writer @param {string} target @param {number} value @param {number} version @param {number} base @param {number} lost */
  #write(process, writer, target, value, version, base, lost) {
    const isBlind = base === NONE;
    const { register } = process;
    const effect = this.#effectOf(target, version, isBlind ? null : base, lost, writer, this.position, this.processes.length);
    const cell = /** @type {ChangingCell} */ (this.cells[this.placeOf(target)]);
    cell.value = orZero(value);
    cell.version = version;
    cell.writes += 1;
    // After a reset what it wrote is expected, and what is added from then on.
    if (isBlind) cell.expected = cell.value;
    else if (register) cell.expected += cell.value - register.value;
    cell.isCertain = lost !== NONE;
    if (effect.erased || effect.revived || effect.settled) lose(cell, effect);
    this.#effect = effect;
    process.cell = target;
    process.register = null;
    process.computed = null;
    process.wrote = Number.isNaN(value) ? null : value;
    process.wroteFrom = isBlind ? null : register;
    process.done += 1;
  }

  /** @param {string} name */
  #lock(name) {
    const known = this.#locks.find((lock) => lock.name === name);
    if (known) return known;
    const lock = { name, holder: -1, depth: 0, queue: [] };
    this.#locks.push(lock);
    return lock;
  }

  /** @param {ProcessState} next @param {number} process @param {string} target */
  #acquire(next, process, target) {
    const lock = this.#lock(target);
    next.waits = null;
    next.holds = target;
    lock.depth = lock.holder === process ? lock.depth + 1 : 1;
    lock.holder = process;
    leave(lock, process);
  }

  /** Any process may release a lock, not only its holder: the hold ends all the same.
   * @param {ProcessState} next @param {number} process @param {string} target */
  #release(next, process, target) {
    const lock = this.#lock(target);
    const { holder } = lock;
    if (lock.depth > 1) lock.depth -= 1;
    else [lock.holder, lock.depth] = [-1, 0];
    const left = this.#locks.find((each) => each.holder === holder)?.name ?? null;
    const freed = this.processes[holder];
    if (holder === process) next.holds = left;
    else if (freed) freed.holds = left;
  }
}

/** @param {CellState} cell @returns {ChangingCell} */
function changing(cell) {
  return { ...cell, lostOf: [...cell.lostOf] };
}

/** @param {ChangingLock} lock @param {number} process */
function leave(lock, process) {
  if (lock.queue.includes(process)) lock.queue = lock.queue.filter((waiting) => waiting !== process);
}

/** @param {number} value */
function orZero(value) {
  return Number.isNaN(value) ? 0 : value;
}

/** @param {ChangingCell} cell @param {Effect} effect */
function lose(cell, { erased, revived, settled, erasedOf, revivedOf, settledOf }) {
  cell.lost += erased - revived - settled;
  for (let process = 0; process < cell.lostOf.length; process += 1) {
    cell.lostOf[process] = (cell.lostOf[process] ?? 0) + (erasedOf[process] ?? 0) - (revivedOf[process] ?? 0) - (settledOf[process] ?? 0);
  }
}
