// What is kept of each request, as long as the page is open: its runs, and its possible outcomes.
// Runs that differ only in their pace and in chance count as the same.

import { explore } from "../core/explore.js";
import { Observations, requestAt } from "../core/observations.js";
import { counted } from "../core/format.js";

/** @import { RunRequest } from "../core/types.js" */
/** @import { Explored } from "../core/explore.js" */

export const RUNS = 20;

/** The longest pause between steps, in ms: twenty runs must not take a lesson. */
export const PAUSE = 20;

/** More combinations of places than these are not worked out here: it would take the server more than a moment. */
const MOST_PLACES = 4_096;

/** `trouble` is why no more runs came. @typedef {{observations: Observations, explored: Explored | null, asked: boolean, trouble: string}} CachedRuns */

/** @param {() => void} onChange */
export function createDistributionCache(onChange) {
  /** @type {Map<string, CachedRuns>} */
  const all = new Map();
  const closing = new AbortController();

  /** @param {RunRequest} request @returns {CachedRuns} */
  function of(request) {
    const key = keyOf(request);
    const found = all.get(key) ?? { observations: new Observations(onChange), explored: null, asked: false, trouble: "" };
    all.set(key, found);
    return found;
  }

  return {
    of,
    /** Twenty runs more, or none of those that are still to come. @param {RunRequest} request @param {string} pace */
    press(request, pace) {
      const own = of(request);
      const { observations } = own;
      own.trouble = observations.left > 0 ? `Stopped after ${counted(RUNS - observations.left, "run")}.` : "";
      if (observations.left > 0) {
        observations.stop();
        return;
      }
      void observations.gather(pace, requestAt(request, pace, pauseOf(request)), RUNS).then((problem) => {
        if (problem) own.trouble = [problem.message, problem.hint].filter(Boolean).join(" ");
        onChange();
      });
    },
    /** No more runs of this race; what has been counted stays. @param {RunRequest} request */
    stop(request) {
      const own = of(request);
      own.trouble = "";
      if (own.observations.left > 0) own.observations.stop();
    },
    /** What could come of it, where that is soon worked out. @param {RunRequest} request */
    async askFor(request) {
      const own = of(request);
      const { scenario, processes, iterations, guard = "none" } = request;
      if (own.asked || scenario !== "value" || (3 * iterations + 1) ** processes > MOST_PLACES) return;
      own.asked = true;
      const answer = await explore({ processes, iterations, guard }, closing.signal);
      if (!answer.ok) return;
      own.explored = answer.explored;
      onChange();
    },
    close() {
      closing.abort();
      for (const { observations } of all.values()) if (observations.left > 0) observations.stop();
    },
  };
}

/** @param {RunRequest} request */
export function keyOf({ scenario, processes, iterations, guard = "none", start_method = null, call = null }) {
  return JSON.stringify([scenario, processes, iterations, guard, start_method, call]);
}

/** Our pauses in the runs at the pace `slow`, in ms. @param {RunRequest} request */
export function pauseOf({ pace, step_ms = PAUSE }) {
  return pace === "slow" ? Math.min(step_ms, PAUSE) : PAUSE;
}
