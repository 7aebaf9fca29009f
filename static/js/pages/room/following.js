// What the race player of a phone does when the presenter goes somewhere. Pure: what was shown, what is shown now, in;
// what to do, out.

import { readAddress } from "../race/address.js";

/** @import { Shown } from "../../core/room-types.js" */
/** @import { Look } from "../../core/types.js" */

/** `open` shows other runs; `plays` from their start, since somebody has just begun them.
 * @typedef {{does: "nothing"} | {does: "open", at: number | null, clip: number | null, plays: boolean} | {does: "clip", position: number}
 *   | {does: "step", count: 1 | -1} | {does: "seek", at: number} | {does: "play"} | {does: "end"}} Move */

/** @param {Shown | null} before null for whoever has just come in, or comes back @param {Shown} now @returns {Move} */
export function moveTo(before, now) {
  const { at, clip } = now;
  if (before?.runs.join() !== now.runs.join()) {
    return { does: "open", at: clip === null ? at : null, clip, plays: before !== null && at === null && clip === null };
  }
  if (clip !== null) return clip === before.clip ? { does: "nothing" } : { does: "clip", position: clip };
  if (at !== null) return toMoment(before, at);
  if (before.clip !== null) return { does: "end" };
  return { does: before.at === null ? "nothing" : "play" };
}

/** @param {Shown} before @param {number} at @returns {Move} */
function toMoment({ at: was, clip }, at) {
  if (was === at && clip === null) return { does: "nothing" };
  if (was !== null && Math.abs(at - was) === 1) return { does: "step", count: at > was ? 1 : -1 };
  return { does: "seek", at };
}

/** How the presenter looks at it: the panel, the cell, one race alone, and by which clock.
 * @param {Shown} shown @returns {{look: Partial<Look>, clock: "steps" | "clock"}} */
export function lookAt({ path }) {
  const { pathname, search } = new URL(path, "https://room.invalid");
  const { look: { panel, solo, cell }, clock } = readAddress({ pathname, search });
  return { look: { panel, solo, cell }, clock };
}
