// One outcome in words and figures: how probable it is, in how many interleavings, and whether real runs came to it. Pure.

import { DEADLOCK } from "../../core/distribution.js";
import { counted as many, number } from "../../core/format.js";
import { paceTitle, UNTRACED } from "../../core/observations.js";
import { brief, chance } from "./big-numbers.js";

/** @import { Observations } from "../../core/observations.js" */
/** @import { Outcome } from "./outcomes.js" */
/** @import { FollowedRun } from "./schedule-run.js" */

/** @param {string} name */
export function named(name) {
  return name === DEADLOCK ? "in a deadlock" : `at ${name}`;
}

/** Its figures, one after the other. @param {Outcome} outcome @param {boolean} exhausted @param {Observations} observations @returns {string[]} */
export function figuresOf(outcome, exhausted, observations) {
  return [...possible(outcome, exhausted), ...seen(outcome, observations)];
}

/** @param {Outcome} outcome @param {boolean} exhausted */
function possible({ share, counted, certain, drawn }, exhausted) {
  if (counted) {
    const ways = `${brief(counted.interleavings)} ${counted.interleavings === "1" ? "interleaving" : "interleavings"}`;
    return [`probability ${chance(counted.probability)}`, ways];
  }
  if (share !== null) return [`probability ≈ ${chance(share)}, an estimate`];
  if (drawn && drawn.times > 0) return [`in ${number(drawn.times)} of ${many(drawn.samples, "schedule")} drawn at random: too few to estimate a probability`];
  if (certain) return ["possible for certain, never drawn"];
  return [exhausted ? "observed, but not worked out: a bug of this page" : "observed, never drawn"];
}

/** @param {Outcome} outcome @param {Observations} observations */
function seen({ name, share, drawn }, observations) {
  if (observations.runs() === 0) return [];
  if (observations.of(name) === 0) return [share === null && !drawn?.times ? "possible, and never drawn or observed" : "possible, and never observed"];
  return observations.paces.map((pace) => {
    const [times, runs] = [number(observations.of(name, pace)), observations.runs(pace)];
    return pace === UNTRACED ? `observed in ${times} of ${many(runs, "run")} ${paceTitle(pace)}` : `observed in ${times} of ${many(runs, `${pace} run`)}`;
  });
}

/** The prediction compared with what real processes did. @param {FollowedRun | null} came @param {boolean} busy
 * @returns {{text: string, isBroken: boolean}} */
export function comparisonOf(came, busy) {
  if (!came) return { text: busy ? "Real processes follow it …" : "", isBroken: false };
  const really = came.really === null ? (came.run.reason ?? "in no way") : named(came.really);
  if (came.really === came.promised) return { text: `Real processes ended ${really}, as predicted.`, isBroken: false };
  return { text: `Predicted: ${named(came.promised)}. Really: ${really}. That is a bug of this page.`, isBroken: true };
}
