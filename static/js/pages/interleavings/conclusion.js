// The conclusion in one sentence: why a thousand good runs prove nothing. And how much of everything was worked out. Pure.

import { isEnough } from "../../core/explore.js";
import { counted as many, list, number } from "../../core/format.js";
import { paceTitle } from "../../core/observations.js";
import { about, brief } from "./big-numbers.js";

/** @import { Estimate, Explored } from "../../core/explore.js" */
/** @import { Outcome } from "./outcomes.js" */
/** @import { Observations } from "../../core/observations.js" */

/** More outcomes than these are not listed in a sentence. */
const MOST_NAMED = 3;

/** What it is a proof of. */
const MODEL = "for the steps that each process took when it was recorded alone";

/** Digits that fit into a line. */
const LONG = 24;

/** @param {readonly Outcome[]} outcomes @param {number} right @param {Explored} explored @param {Observations} observations */
export function conclusion(outcomes, right, { exhausted, interleavings }, observations) {
  const runs = observations.runs();
  const possible = outcomes.filter(({ certain }) => certain);
  const never = possible.filter(({ name }) => observations.of(name) === 0);
  const wrong = possible.filter(({ final }) => final !== right);
  const unlucky = never.filter(({ final }) => final !== right);
  if (exhausted && wrong.length === 0) {
    const all = interleavings === "1" ? "The only interleaving ends" : `All ${brief(interleavings ?? "", LONG)} interleavings end`;
    return `${all} at ${right}: that is a proof, ${MODEL}. No number of good runs would be one.`;
  }
  if (runs > 0 && unlucky.length > 0) {
    const names = unlucky.length > MOST_NAMED ? `${unlucky.length} ways to go wrong were` : `${list(unlucky.map(outcomeInWords))} ${unlucky.length > 1 ? "were" : "was"}`;
    return `In ${many(runs, "run")}, ${names} possible but never observed. That is why a thousand good runs prove nothing.`;
  }
  if (runs > 0 && exhausted) return `Everything that can go wrong was observed in ${many(runs, "run")}; a thousand good runs would not have proved that it cannot.`;
  return "Runs show what did happen, this shows all that can: a thousand good runs prove nothing.";
}

/** @param {Outcome} outcome */
function outcomeInWords({ final, name }) {
  return final === null ? "a deadlock" : name;
}

/** What was worked out, in a line. @param {Explored} explored @param {number} seconds */
export function found({ exhausted, interleavings, states, estimated_states: estimatedStates }, seconds) {
  if (!exhausted || interleavings === null) return `${number(states ?? 0)} states in ${seconds.toFixed(1)} s, and not all of them`;
  const ways = `${brief(interleavings, LONG)} ${interleavings === "1" ? "interleaving" : "interleavings"}`;
  if (estimatedStates !== undefined) return `${ways}, about ${about(estimatedStates)} states`;
  return states === null ? ways : `${ways}, ${many(states, "state")}`;
}

/** What is known where not everything could be worked out; else "". @param {Explored} explored */
export function unfinished({ exhausted, states, estimated_states: inAll, estimate, known = [] }) {
  if (exhausted) return "";
  const certain = known.length ? ` Known for certain: it can end at ${list(known.map(({ final }) => String(final)))}.` : "";
  const more = inAll === undefined ? "" : ` There are about ${about(inAll)} in all.`;
  return `Too much to work out: given up after ${many(states ?? 0, "state")}.${more}${estimate ? ` ${estimated(estimate)}` : ""}${certain}`;
}

/** @param {Estimate} estimate */
function estimated(estimate) {
  const schedules = `${many(estimate.samples, "schedule")} drawn at random`;
  if (!isEnough(estimate)) return `There was time for ${schedules} only: too few to estimate any probability.`;
  return `The probabilities are estimated from ${schedules}: what is rare is not seen there.`;
}

/** Why there is no picture of the states; "" where there is one. @param {Explored} explored */
export function undrawn({ exhausted, graph, states, outcomes, deadlocks }) {
  if (!exhausted || graph) return "";
  const start = states === null ? "There are too many states" : `${many(states, "state")} are too many`;
  const canFollow = [...outcomes, ...deadlocks].some(({ schedule }) => schedule);
  return `${start} to draw.${canFollow ? " Open any outcome: real processes can still follow its schedule." : ""}`;
}

/** @param {Observations} observations */
export function observed(observations) {
  const runs = observations.runs();
  if (runs === 0) return observations.left ? "The first run …" : "Nothing observed yet: no real run so far.";
  const paces = observations.paces.map((pace) => `${number(observations.runs(pace))} ${paceTitle(pace)}`);
  return `Observed in ${many(runs, "run")} of real processes: ${list(paces)}.`;
}
