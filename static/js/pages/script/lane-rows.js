// Which rows the lanes have: a row a process or thread, one for the value of the chosen cell, and one for each lock,
// queue, pool and so on. Where there are many, those that matter stand alone, and the others share one row. Pure.

import { counted } from "../../core/format.js";

/** @import { ScriptView } from "./view.js" */

/** A row. Heights are in rem.
 * @typedef {{kind: "lane", lane: number, name: string, process: string, does: string, height: number}
 *   | {kind: "fold", lanes: readonly number[], name: string, height: number}
 *   | {kind: "value", cell: string, height: number}
 *   | {kind: "thing", target: number, name: string, what: string, height: number}} Row */

/** More lanes than this are folded. */
export const MOST_LANES = 10;

/** So many stand alone even then, those aside that findings are about. */
const ALWAYS = 5;

/** More rows of locks, queues, … than this are folded. */
export const MOST_THINGS = 6;

const LANE = 1.125;
const COMPACT = 0.875;
const VALUE = 2.25;
const THING = 0.9375;

/** @param {ScriptView} view @returns {{rows: Row[], hidden: number}} `hidden` rows come when they are unfolded */
export function rowsOf(view) {
  const { state, cell } = view;
  const things = thingsOf(view);
  const isFolded = view.history.lanes.length > MOST_LANES && !state.unfolded;
  const lanes = isFolded ? foldedLanes(view) : view.history.lanes.map((_, lane) => laneRow(view, lane, view.history.lanes.length > MOST_LANES ? COMPACT : LANE));
  const shownThings = state.unfolded ? things : things.slice(0, MOST_THINGS);
  const hidden = (isFolded ? view.history.lanes.length - lanes.length + 1 : 0) + things.length - shownThings.length;
  /** @type {Row[]} */
  const value = cell === null ? [] : [{ kind: "value", cell, height: VALUE }];
  return { rows: [...lanes, ...value, ...shownThings], hidden };
}

/** @param {ScriptView} view @param {number} lane @param {number} height @returns {Row} */
function laneRow({ history }, lane, height) {
  const { name, process, does } = /** @type {{name: string, process: string, does: string}} */ (history.lanes[lane]);
  return { kind: "lane", lane, name, process, does: name === process ? does : "thread", height };
}

/** @param {ScriptView} view @returns {Row[]} */
function foldedLanes(view) {
  const { history, findings, finding } = view;
  /** @type {Set<number>} */
  const alone = new Set([0]);
  for (const each of [finding, ...findings.slice(0, 2)]) {
    for (const index of each?.steps.slice(-4) ?? []) if (index < history.length) alone.add(history.lane(index));
  }
  for (let lane = 0; alone.size < ALWAYS && lane < history.lanes.length; lane += 1) alone.add(lane);
  const some = [...alone].sort((one, other) => one - other);
  const rest = history.lanes.map((_, lane) => lane).filter((lane) => !alone.has(lane));
  return [...some.map((lane) => laneRow(view, lane, LANE)), { kind: "fold", lanes: rest, name: `${counted(rest.length, "other")}`, height: 1.5 }];
}

/** @param {ScriptView} view @returns {Row[]} */
function thingsOf({ history, live }) {
  return history.declared.flatMap(({ name, kind, guards }) => {
    if (kind === "cell" || kind === "process") return [];
    const target = history.numberOf(name);
    const isUsed = history.lastAbout(target) >= 0;
    if (!isUsed && (guards !== undefined || !live)) return [];
    const what = guards === undefined ? kind : "its lock";
    return [/** @type {Row} */ ({ kind: "thing", target, name: guards ?? name, what, height: THING })];
  });
}
