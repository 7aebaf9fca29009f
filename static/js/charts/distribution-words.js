// What a distribution says, in sentences: what was found, and what the pace has to do with it. Pure.

import { DEADLOCK } from "../core/distribution.js";
import { UNTRACED } from "../core/observations.js";
import { counted, list, number } from "../core/format.js";

/** @import { Kind, RunRequest } from "../core/types.js" */

/** @typedef {{expected: number, kind: Kind, processes: number}} Subject */

/** Where the theory stands, it stands under these words. */
export const COIN_TOSS = "if each step were a coin toss";

/** @param {readonly string[]} ends @param {Subject} subject */
export function finding(ends, { expected, kind, processes }) {
  if (ends.length === 0) return "";
  const stuck = ends.filter((end) => end === DEADLOCK).length;
  const lossy = lossyOf(ends, expected);
  const runs = counted(ends.length, "run");
  const deadlocks = stuck > 0 ? `Ended in a deadlock in ${number(stuck)} of ${runs}.` : "";
  const start = [deadlocks, stuck > 0 && lossy === 0 ? "" : `Lost something in ${number(lossy)} of ${runs}.`].filter(Boolean).join(" ");
  if (stuck + lossy === ends.length) return start;
  if (kind === "right") return lossy === 0 ? `${start} A right lock does not depend on luck.` : start;
  if (processes === 1) return `${start} One process alone has nobody to race with.`;
  if (stuck + lossy === 0) return `${start} The bug is still there: nothing stops two increments from overlapping, only chance.`;
  return `${start} The others were lucky: the bug is the same in all of them.`;
}

/** How many of them lost something. @param {readonly string[]} ends @param {number} expected */
export function lossyOf(ends, expected) {
  return ends.filter((end) => end !== DEADLOCK && Number(end) < expected).length;
}

/** What the pace does to the result. @param {string} pace @param {Kind} kind @param {RunRequest} request @param {number} pause in ms */
export function aboutPace(pace, kind, request, pause) {
  if (kind === "right") return "Slow or fast, recorded or not: under a right lock nothing is lost.";
  if (pace === UNTRACED) {
    return request.pace === "tutorial"
      ? "Plain multiprocessing objects. The code itself still sleeps before each increment."
      : "Plain multiprocessing objects: nobody records, nobody pauses. The bug is there either way.";
  }
  if (pace === "slow") return `We pause before each step, about ${pause} ms: so increments overlap often.`;
  if (pace === "tutorial") return "The code itself sleeps before each increment: only those that coincide lose anything.";
  return "Nobody pauses, but our recording makes each increment take longer.";
}

/** The whole picture, for people who cannot see it. @param {readonly string[]} ends */
export function spoken(ends) {
  if (ends.length === 0) return "The distribution of finals. No runs yet.";
  const names = [...new Set(ends)].sort((one, other) => rank(one) - rank(other));
  const parts = names.map((name) => {
    const runs = counted(ends.filter((end) => end === name).length, "run");
    return name === DEADLOCK ? `${runs} in a deadlock` : `${runs} at ${number(Number(name))}`;
  });
  return `The distribution of finals: ${list(parts)}.`;
}

/** @param {string} name */
function rank(name) {
  return name === DEADLOCK ? Infinity : Number(name);
}
