// What came out of the queue in the last run of the same scenario that the page has shown, to hold beside this one.

import { number } from "../words.js";
import { nameOf } from "./parts.js";
import { ANYONES, queueOf } from "./pipe-model.js";

/** @import { Frame } from "../types.js" */

/** @typedef {{value: number | null, name: string}} Past an item that came out, and who had put it */

/** The run on show and the order of the one before it, by scenario and arena. @type {Map<string, {shown: Frame, before: readonly Past[] | null}>} */
const memory = new Map();

/** Runs side by side have no last time in common: each arena remembers its own. @param {Frame} frame */
function placeOf({ run, side }) {
  return `${run.request.scenario} ${side}`;
}

/** To be told of every frame. @param {Frame} frame */
export function remember(frame) {
  const { run } = frame;
  const place = placeOf(frame);
  const known = memory.get(place);
  if (run.id === "") return;
  if (!known) memory.set(place, { shown: frame, before: null });
  else if (known.shown.run.id === run.id) known.shown = frame;
  else memory.set(place, { shown: frame, before: orderOf(known.shown) ?? known.before });
}

/** All that came out of a run; null where it did not come to its end. @param {Frame} frame @returns {readonly Past[] | null} */
function orderOf({ run, history }) {
  if (run.status !== "finished") return null;
  const { out } = queueOf({ run, history, position: history.length });
  return out.map(({ value, from }) => ({ value, name: from === ANYONES ? "" : nameOf(run, from) }));
}

/** What came out last time; null where there was no such time. @param {Frame} frame */
export function lastTime(frame) {
  const { run } = frame;
  const known = memory.get(placeOf(frame));
  // At rest, the one that was shown is the last one.
  if (run.id === "") return known ? (orderOf(known.shown) ?? known.before) : null;
  return known?.before ?? null;
}

/** This time and last time, in words; null where there is nothing to compare. @param {Frame} frame */
export function comparison(frame) {
  const before = lastTime(frame);
  if (!before) return null;
  const now = queueOf(frame).out;
  if (now.length !== before.length) return `last time ${number(before.length)} items came out.`;
  const others = now.filter((got, index) => got.value !== before[index]?.value).length;
  if (others === 0) return "last time it was the same, by chance.";
  return `last time ${number(others)} of ${number(now.length)} places were different.`;
}
