// What is true after some steps: `initial(run)`, then a `Replay` of it, which takes step after step in place and says at
// any of them what is true. A state never changes, so that any position can be shown again; what a replay goes through
// on the way leaves no object behind.

import { nameAt } from "./process-names.js";
import { Targets } from "./targets.js";

/** @import { Fate, Lineage } from "./lineage.js" */
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

/** Where steps are played: the lineage of each cell. Of steps that come for the first time it also hears what they do:
 * `add` with each write, then `fate` of every update that it touches, then `settle`.
 * @typedef {object} Ground
 * @property {(cell: string) => Lineage} lineage
 * @property {(cell: string, version: number, base: number | null, lost: number, writer: number, position: number) => void} [add]
 * @property {(lineage: Lineage, update: number, fate: Fate, position: number) => void} [fate]
 * @property {(position: number) => void} [settle]
 */

/** Steps taken one after the other, from a state on. */
export class Replay {
  #ground;
  #names;
  #targets;
  /** Of the last step, where that is known already. @type {Effect | null} */
  #effect;
  /** The write that was the last step. Its lineage is null where that was none. @type {{lineage: Lineage | null, version: number, base: number | null}} */
  #written = { lineage: null, version: 0, base: null };
  /** The cell that is being written. @type {ChangingCell | null} */
  #cell = null;
  /** @type {Map<string, number>} */
  #places;
  /** @type {ChangingLock[]} */
  #locks;
  position;
  /** @type {ProcessState[]} */
  processes;
  /** @type {ChangingCell[]} */
  cells;

  /** @param {State} state @param {Ground} ground */
  constructor({ position, names, targets, processes, cells, locks, effect }, ground) {
    this.#ground = ground;
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
    const { lineage, version, base } = this.#written;
    return {
      position: this.position,
      names: this.#names,
      targets: this.#targets,
      processes: this.processes.map((process) => ({ ...process })),
      cells: this.cells.map((cell) => ({ ...cell, lostOf: cell.lostOf.slice() })),
      locks: this.#locks.map((lock) => ({ ...lock, queue: lock.queue.slice() })),
      effect: lineage ? lineage.effect(version, base, this.processes.length) : this.#effect,
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
    this.#effect = this.#written.lineage = null;
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
    const builtOn = isBlind ? null : base;
    const { register } = process;
    const { position } = this;
    this.#ground.add?.(target, version, builtOn, lost, writer, position);
    const lineage = this.#ground.lineage(target);
    const cell = /** @type {ChangingCell} */ (this.cells[this.placeOf(target)]);
    // Most writes follow on the newest version, and touch nothing. Where an earlier write went unrecorded, the server says
    // no more what is lost, and neither does the page.
    if (lost !== NONE && builtOn !== version - 1) {
      this.#cell = cell;
      lineage.diverge(version, builtOn, this.#touch);
      this.#ground.settle?.(position);
    }
    this.#written.lineage = lineage;
    this.#written.version = version;
    this.#written.base = lost === NONE ? version - 1 : builtOn;
    cell.value = orZero(value);
    cell.version = version;
    cell.writes += 1;
    // After a reset what it wrote is expected, and what is added from then on.
    if (isBlind) cell.expected = cell.value;
    else if (register) cell.expected += cell.value - register.value;
    cell.isCertain = lost !== NONE;
    process.cell = target;
    process.register = null;
    process.computed = null;
    process.wrote = Number.isNaN(value) ? null : value;
    process.wroteFrom = isBlind ? null : register;
    process.done += 1;
  }

  /** An update whose fate changes by the write that is being taken. @type {(update: number, writer: number, fate: Fate) => void} */
  #touch = (update, writer, fate) => {
    const cell = /** @type {ChangingCell} */ (this.#cell);
    const more = fate === "erased" ? 1 : -1;
    cell.lost += more;
    cell.lostOf[writer] = (cell.lostOf[writer] ?? 0) + more;
    this.#ground.fate?.(this.#ground.lineage(cell.name), update, fate, this.position);
  };

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
