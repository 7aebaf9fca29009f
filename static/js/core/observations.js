// How real runs of one request ended: run again and again, and kept for each pace. No page.

import { DEADLOCK } from "./distribution.js";
import { counted } from "./format.js";
import { ended } from "./run-to-end.js";

/** @import { Problem, RunRequest, RunView } from "./types.js" */

/** The pace of runs without our recording: no pace of the server's, but one that a person chooses among the others. */
export const UNTRACED = "untraced";

/** Where there are pauses, two runs do not disturb each other. */
const AT_ONCE = 2;

/** How a run ended, by name: the sum of its finals, or a deadlock; null where it did not end by itself.
 * @param {RunView} run */
export function nameOf({ status, deadlock, summary }) {
  if (deadlock) return DEADLOCK;
  const finals = summary.cells.map(({ final }) => final);
  return status === "finished" && finals.length > 0 && finals.every((final) => final !== null)
    ? String(finals.reduce((sum, final) => (sum ?? 0) + (final ?? 0), 0))
    : null;
}

export class Observations {
  /** How each run ended, by pace, in the order in which they came. @type {Map<string, string[]>} */
  #ends = new Map();
  /** How many runs are still to come of those that were asked for, and at which pace. */
  left = 0;
  pace = "";
  /** What a run is waiting for, in words; "" where it only runs. */
  waiting = "";
  /** Counts the presses: what an earlier one still does must not count. */
  #current = 0;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Until all have ended, or one could not. @param {string} pace by which they are kept @param {RunRequest} request @param {number} times @returns {Promise<Problem | null>} */
  async gather(pace, request, times) {
    this.#current += 1;
    const own = this.#current;
    const isWanted = () => own === this.#current;
    const ends = this.#ends.get(pace) ?? [];
    this.#ends.set(pace, ends);
    this.left = times;
    this.pace = pace;
    this.waiting = "";
    /** @type {Problem | null} */
    let problem = null;
    let begun = 0;
    const lane = async () => {
      while (begun < times && isWanted()) {
        begun += 1;
        const answer = await ended(request, isWanted, (words) => this.#wait(words, isWanted));
        if (!isWanted()) return;
        const name = answer.ok ? nameOf(answer.run) : null;
        if (name === null) {
          problem = answer.ok ? { code: answer.run.status, message: answer.run.reason ?? `A run ${answer.run.status}.` } : answer.problem;
          this.stop();
          return;
        }
        ends.push(name);
        this.left -= 1;
        this.waiting = "";
        this.#onChange();
      }
    };
    this.#onChange();
    await Promise.all(Array.from({ length: request.pace === "free" ? 1 : AT_ONCE }, lane));
    return problem;
  }

  /** @param {string} words @param {() => boolean} isWanted */
  #wait(words, isWanted) {
    if (!isWanted() || words === this.waiting) return;
    this.waiting = words;
    this.#onChange();
  }

  /** No more runs; what has been counted stays. */
  stop() {
    this.#current += 1;
    this.left = 0;
    this.waiting = "";
    this.#onChange();
  }

  /** How each ended, at one pace or at all, in order. @param {string} [pace] @returns {readonly string[]} */
  ends(pace) {
    return pace === undefined ? [...this.#ends.values()].flat() : (this.#ends.get(pace) ?? []);
  }

  /** How many runs have been counted. @param {string} [pace] */
  runs(pace) {
    return this.ends(pace).length;
  }

  /** How many of them ended so. @param {string} name @param {string} [pace] */
  of(name, pace) {
    return this.ends(pace).filter((end) => end === name).length;
  }

  /** Paces at which something has been observed, in the order in which they were first tried. */
  get paces() {
    return [...this.#ends.keys()].filter((pace) => this.runs(pace) > 0);
  }

  /** The names of all that has been observed. */
  get names() {
    return new Set(this.ends());
  }
}

/** The request, to run at a pace. Chance decides again each time. Nothing of ours is in a run without our
 * recording, so nothing can pause it. @param {RunRequest} request @param {string} pace @param {number} pause between steps at the pace `slow`, in ms @returns {RunRequest} */
export function requestAt(request, pace, pause) {
  /** @type {RunRequest} */
  const wanted = { ...request };
  delete wanted.seed;
  delete wanted.step_ms;
  delete wanted.schedule;
  if (pace === UNTRACED) return { ...wanted, traced: false, pace: request.pace === "tutorial" ? "tutorial" : "free" };
  return { ...wanted, traced: true, pace, ...(pace === "slow" ? { step_ms: pause } : {}) };
}

/** A pace as a person calls it. @param {string} pace */
export function paceTitle(pace) {
  return pace === UNTRACED ? "without our recording" : pace;
}

/** What is still to come, in words; "" where nothing is. @param {Observations} observations @param {number} times */
export function progressOf({ left, waiting }, times) {
  if (left === 0) return "";
  return waiting || `${times - left} of ${counted(times, "run")} …`;
}
