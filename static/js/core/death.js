// How a lost update dies, moment by moment. One write is one step, but not one instant for the eye: its number travels,
// lands, and only then is something lost. Everything that shows a loss asks here how far it is. Pure.
//
//   progress  0 ──────────── IMPACT ───── TEAR ─────────── REST ──────── 1
//             the number     it hits:     the torn +1      all lies
//             travels        now it is    falls            still
//                            lost

/** @import { State, ViewState } from "./types.js" */

/** What is on show while something is out of date or dies; "" is anything else.
 * @typedef {"" | "thread" | "stale" | "travel" | "impact" | "tear" | "rest"} Phase */

/** What the moment of a step consists of. @typedef {Pick<ViewState, "step" | "before" | "state" | "progress">} Scene */

/** A write that erases something reaches the cell at this share of the time that its step is shown. */
export const IMPACT = 0.3;
const TEAR = 0.42;
export const REST = 0.7;

/** Any other write does at this share. */
const LANDING = 0.5;

/** Whether the step on show erases an update. @param {Pick<Scene, "step" | "state">} scene */
export function kills({ step, state }) {
  return step?.op === "write" && (state.effect?.erased ?? 0) > 0;
}

/** When the write on show reaches the cell. @param {Pick<Scene, "step" | "state">} scene */
export function landsAt(scene) {
  return kills(scene) ? IMPACT : LANDING;
}

/** Whether the step on show has taken effect: a write does so only where its number lands. @param {Scene} scene */
export function landed(scene) {
  return scene.step?.op !== "write" || scene.progress >= landsAt(scene);
}

/** The state to show: a write that is still on its way has changed nothing. @param {Scene} scene @returns {State} */
export function shownState(scene) {
  return landed(scene) ? scene.state : scene.before;
}

/** @param {Scene} scene @returns {Phase} */
export function phaseOf(scene) {
  if (kills(scene)) {
    if (scene.progress < IMPACT) return "travel";
    if (scene.progress < TEAR) return "impact";
    return scene.progress < REST ? "tear" : "rest";
  }
  const state = shownState(scene);
  const holding = state.processes.filter(({ register }) => register !== null);
  if (holding.some((process) => isOutOfDate(process, state))) return "stale";
  return holding.length > 0 ? "thread" : "";
}

/** Whether what a process has read has been replaced since. @param {State["processes"][number]} process @param {State} state */
export function isOutOfDate({ register, ended }, { cells }) {
  const cell = cells.find(({ name }) => name === register?.cell);
  return !ended && register !== null && cell !== undefined && cell.version > register.version;
}

/** How far a part of the step has come, 0…1, eased: it starts and ends gently.
 * @param {number} progress @param {number} from @param {number} to */
export function part(progress, from, to) {
  const share = Math.max(0, Math.min(1, (progress - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

/** What lies in the tray: how many updates are lost, and the last of them, each as a ticket.
 * @param {State} state @param {readonly Loss[]} known those that died for good up to here, the last ones
 * @param {number} most so many tickets @returns {{total: number, tickets: readonly Loss[]}} */
export function trayOf(state, known, most) {
  const left = state.processes.map((_, process) => state.cells.reduce((sum, { lostOf }) => sum + (lostOf[process] ?? 0), 0));
  const total = left.reduce((sum, count) => sum + count, 0);
  /** @type {Loss[]} */
  const tickets = [];
  for (const loss of known) {
    if ((left[loss.process] ?? 0) <= 0) continue;
    left[loss.process] = (left[loss.process] ?? 0) - 1;
    tickets.push(loss);
  }
  // An update that is lost now and comes back later is not drawn as a loss.
  left.forEach((count, process) => {
    for (let more = 0; more < count && tickets.length < Math.min(most, total); more += 1) tickets.push({ process, position: 0 });
  });
  return { total, tickets: tickets.slice(-most) };
}

/** One update that is lost for good: its process, and the position of the write that erased it.
 * @typedef {{process: number, position: number}} Loss */
