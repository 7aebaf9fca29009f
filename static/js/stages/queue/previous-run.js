// What came out of the queue in the last run of the same scenario that the page has shown, to compare with this one.

import { number } from "../../core/format.js";
import { nameOf } from "../drawing-helpers.js";
import { ANYONES, queueOf } from "./model.js";

/** @import { ViewState } from "../../core/types.js" */

/** @typedef {{value: number | null, name: string}} RememberedItem an item that came out, and which process had put it */

/** The run on show and the order of the one before it, by scenario and race view. @type {Map<string, {shown: ViewState, before: readonly RememberedItem[] | null}>} */
const memory = new Map();

/** Each race view remembers its own previous run. @param {ViewState} view */
function keyOf({ run, side }) {
  return `${run.request.scenario} ${side}`;
}

/** Called with every view. @param {ViewState} view */
export function remember(view) {
  const { run } = view;
  const key = keyOf(view);
  const known = memory.get(key);
  if (run.id === "") return;
  if (!known) memory.set(key, { shown: view, before: null });
  else if (known.shown.run.id === run.id) known.shown = view;
  else memory.set(key, { shown: view, before: orderOf(known.shown) ?? known.before });
}

/** All that came out of a run; null where it did not come to its end. @param {ViewState} view @returns {readonly RememberedItem[] | null} */
function orderOf({ run, history }) {
  if (run.status !== "finished") return null;
  const { out } = queueOf({ run, history, position: history.length });
  return out.map(({ value, from }) => ({ value, name: from === ANYONES ? "" : nameOf(run, from) }));
}

/** What came out last time; null where there was no earlier run. @param {ViewState} view */
export function lastTime(view) {
  const { run } = view;
  const known = memory.get(keyOf(view));
  // At rest, the one that was shown is the last one.
  if (run.id === "") return known ? (orderOf(known.shown) ?? known.before) : null;
  return known?.before ?? null;
}

/** This time and last time, in words; null where there is nothing to compare. @param {ViewState} view */
export function comparison(view) {
  const before = lastTime(view);
  if (!before) return null;
  const now = queueOf(view).out;
  if (now.length !== before.length) return `last time ${number(before.length)} items came out.`;
  const others = now.filter((got, index) => got.value !== before[index]?.value).length;
  if (others === 0) return "last time it was the same, by chance.";
  return `last time ${number(others)} of ${number(now.length)} places were different.`;
}
