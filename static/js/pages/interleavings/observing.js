// What real runs came to: the same request again and again, some at a press, counted for each pace. No page.

import { ended } from "../../core/run-to-end.js";
import { nameOf } from "./answer.js";

/** @import { Problem, RunRequest } from "../../core/types.js" */

/** How often each outcome came, by its name. @typedef {Map<string, number>} Counts */

export class Observations {
  /** By pace, in the order in which they were first tried. @type {Map<string, Counts>} */
  counts = new Map();
  /** How many runs are still to come of those that were asked for. */
  left = 0;
  /** Counts the presses: what an earlier one still does must not count. */
  #current = 0;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @param {RunRequest} request @param {number} times @returns {Promise<Problem | null>} */
  async gather(request, times) {
    this.#current += 1;
    const own = this.#current;
    const isWanted = () => own === this.#current;
    /** @type {Counts} */
    const counts = this.counts.get(request.pace) ?? new Map();
    this.counts.set(request.pace, counts);
    for (this.left = times; this.left > 0; this.left -= 1) {
      this.#onChange();
      const answer = await ended(request, isWanted);
      if (!isWanted()) return null;
      const name = answer.ok ? nameOf(answer.run) : null;
      if (name === null) {
        this.stop();
        if (!answer.ok) return answer.problem;
        return { code: answer.run.status, message: answer.run.reason ?? `A run ${answer.run.status}.` };
      }
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    this.#onChange();
    return null;
  }

  /** No more runs; what has been counted stays. */
  stop() {
    this.#current += 1;
    this.left = 0;
    this.#onChange();
  }

  /** How many runs have been counted, at one pace or at all. @param {string} [pace] */
  runs(pace) {
    const counted = pace === undefined ? [...this.counts.values()] : [this.counts.get(pace) ?? new Map()];
    return counted.flatMap((counts) => [...counts.values()]).reduce((sum, runs) => sum + runs, 0);
  }

  /** How many of them ended so. @param {string} name @param {string} [pace] */
  of(name, pace) {
    const counted = pace === undefined ? [...this.counts.values()] : [this.counts.get(pace) ?? new Map()];
    return counted.reduce((sum, counts) => sum + (counts.get(name) ?? 0), 0);
  }

  /** Paces at which something has been observed. */
  get paces() {
    return [...this.counts.keys()].filter((pace) => this.runs(pace) > 0);
  }

  /** The names of all that has been observed. */
  get names() {
    return new Set([...this.counts.values()].flatMap((counts) => [...counts.keys()]));
  }
}
