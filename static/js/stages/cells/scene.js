// What the stage of shared cells has to show at one moment, worked out once: the state as the eye sees it, how far the
// step on show has come, and which process holds, waits or lost. Pure.

import { isOutOfDate, kills, landed, landsAt, part, shownState, trayOf } from "../../core/death.js";

/** @import { Loss } from "../../core/death.js" */
/** @import { CellState, LockState, Register, State, Step, ViewState } from "../../core/types.js" */
/** @import { Layout } from "./layout.js" */

/** A value that was replaced and that a process still holds. `rises` is how far its card has come out from behind the cell.
 * @typedef {{version: number, value: number, rises: number}} Behind */

/** A lock of the stage: its letter where there are several, its holder (-1 is none), the processes that wait, and its owner
 * where each has its own. @typedef {{name: string, letter: string, holder: number, queue: readonly number[], owner: number | null}} Padlock */

/**
 * @typedef {object} Scene
 * @property {State} state as the eye sees it: a write that is still on its way has changed nothing
 * @property {State} before
 * @property {Step | null} step the one that is in motion
 * @property {number} progress of it
 * @property {boolean} isKill the step erases something
 * @property {boolean} hasLanded
 * @property {number} lands at this progress
 * @property {readonly (readonly Behind[])[]} behind of each cell, the newest first
 * @property {readonly boolean[]} outOfDate by process
 * @property {readonly Padlock[]} padlocks
 * @property {boolean} hasGate one lock, or several, for all cells
 * @property {{total: number, tickets: readonly Loss[], falling: number}} tray the last `falling` tickets are still on their way
 * @property {readonly number[]} back the processes whose lost updates the write in motion brings back, one for each update
 * @property {boolean} isDead a deadlock has ended it
 */

/** At most this many tickets are drawn one by one. */
export const MOST_TICKETS = 12;

/** From this share on nothing moves any more. */
const AT_REST = 0.999;

/** More cards than these behind a cell say no more. */
const MOST_BEHIND = 3;

/** @param {ViewState} view @returns {Scene} */
export function sceneOf(view) {
  const { step, before, progress, run, atEnd } = view;
  const state = shownState(view);
  const isKill = kills(view);
  const hasLanded = landed(view);
  const position = hasLanded ? view.position : Math.max(0, view.position - 1);
  const lying = trayOf(state, view.history.deaths(position, MOST_TICKETS), MOST_TICKETS);
  return {
    state,
    before,
    step: progress < AT_REST ? step : null,
    progress,
    isKill,
    hasLanded,
    lands: landsAt(view),
    behind: state.cells.map((cell) => behind(cell, view, state)),
    outOfDate: state.processes.map((process) => isOutOfDate(process, state)),
    padlocks: padlocksOf(view, state),
    hasGate: hasGate(view),
    tray: { ...lying, falling: isKill && hasLanded ? Math.min(view.state.effect?.erased ?? 0, lying.tickets.length) : 0 },
    back: hasLanded && progress < AT_REST ? broughtBack(view) : [],
    isDead: atEnd && Boolean(run.deadlock),
  };
}

/** @param {Pick<ViewState, "state">} view */
function broughtBack({ state }) {
  const counts = state.effect?.revivedOf ?? [];
  return counts.flatMap((count, process) => new Array(count).fill(process)).slice(0, MOST_TICKETS);
}

/** Whether a lock, or several, stand around all cells. @param {Pick<ViewState, "variant">} view */
export function hasGate({ variant }) {
  return variant.kind !== "none" && !variant.own_locks;
}

/** @param {CellState} cell @param {ViewState} view @param {State} state @returns {Behind[]} */
function behind({ name, version }, { step, state: after, progress }, state) {
  /** @type {Map<number, Register>} */
  const held = new Map();
  for (const { register, ended } of state.processes) {
    if (register && !ended && register.cell === name && register.version < version) held.set(register.version, register);
  }
  // The card of what has just been replaced comes out while the write that replaced it is on show.
  const replaced = step?.op === "write" && step.target === name && (step.version ?? 0) === version ? version - 1 : -1;
  const lands = landsAt({ step, state: after });
  return [...held.values()]
    .sort((one, other) => other.version - one.version)
    .slice(0, MOST_BEHIND)
    .map((register) => ({
      version: register.version,
      value: register.value,
      rises: register.version === replaced ? part(progress, lands, lands + 0.3) : 1,
    }));
}

/** @param {ViewState} view @param {State} state @returns {Padlock[]} */
function padlocksOf({ variant, atEnd, run }, { locks, names, targets }) {
  if (variant.kind === "none") return [];
  // At the end only those still wait whom a deadlock keeps; who was killed waits for nothing.
  const stuck = (run.deadlock ?? []).map(({ process }) => process);
  const queueOf = (/** @type {LockState} */ { queue }) => (atEnd ? queue.filter((process) => stuck.includes(names[process] ?? "")) : queue);
  /** @param {LockState | undefined} lock @param {string} name @param {string} letter @param {number | null} owner */
  const padlock = (lock, name, letter, owner) => ({ name, letter, holder: lock?.holder ?? -1, queue: lock ? queueOf(lock) : [], owner });
  const named = (/** @type {string} */ name) => locks.find((lock) => lock.name === name);
  if (variant.own_locks) {
    return names.map((process, index) => {
      const { name = "" } = targets.lockOf(process) ?? {};
      return padlock(named(name), name, "", index);
    });
  }
  const declared = targets.sharedLocks.map(({ name }) => name);
  // Before there is a run the catalogue knows which there will be.
  const shared = declared.length > 0 ? declared : variant.locks;
  if (shared.length > 1) return shared.map((name) => padlock(named(name), name, name, null));
  const [only] = shared;
  const lock = only === undefined ? locks[0] : named(only);
  return [padlock(lock, lock?.name ?? only ?? "", "", null)];
}

/** The seat at which a ticket, a token or a number of that process begins. @param {Layout} layout @param {number} process */
export function seatOf(layout, process) {
  return /** @type {Layout["seats"][number]} */ (layout.seats[process] ?? layout.seats[0]);
}

/** @param {Scene} scene @param {Step} step */
export function cellOf(scene, step) {
  return Math.max(0, scene.state.cells.findIndex(({ name }) => name === step.target));
}
