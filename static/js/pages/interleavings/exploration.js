// What is explored, its outcomes, and which of them is open: the state of the page, without the page.

import { explore } from "../../core/explore.js";
import { Observations } from "../../core/observations.js";
import { likeliest, outcomesOf, seenOnly } from "./outcomes.js";
import { found } from "./conclusion.js";

/** @import { ExploreRequest, Explored } from "../../core/explore.js" */
/** @import { Problem, RunRequest } from "../../core/types.js" */
/** @import { Outcome } from "./outcomes.js" */

/** How often it shows for how long it has been working, in ms. */
const TICK = 1000;

export class Exploration {
  /** @type {Explored | null} */
  explored = null;
  /** What was worked out, or for how long it has been working. */
  line = "";
  /** @type {AbortController | null} */
  #asked = null;
  /** How real runs ended, for each explore request, as long as the page is open. @type {Map<string, Observations>} */
  #all = new Map();
  #onChange;

  /** @param {ExploreRequest} exploreRequest @param {string} chosen the name of the outcome that is open @param {() => void} onChange */
  constructor(exploreRequest, chosen, onChange) {
    this.exploreRequest = exploreRequest;
    this.chosen = chosen;
    this.#onChange = onChange;
  }

  /** Works out what can happen. @param {ExploreRequest} exploreRequest @param {string} chosen the outcome to open @returns {Promise<Problem | null>} */
  async ask(exploreRequest, chosen) {
    this.#asked?.abort();
    const own = new AbortController();
    this.#asked = own;
    this.observations.stop();
    this.exploreRequest = exploreRequest;
    this.chosen = chosen;
    this.explored = null;
    const began = performance.now();
    const wait = () => {
      this.line = `Working … ${Math.round((performance.now() - began) / 1000)} s`;
      this.#onChange();
    };
    wait();
    const timer = setInterval(wait, TICK);
    const answer = await explore(exploreRequest, own.signal);
    clearInterval(timer);
    if (own !== this.#asked) return null;
    this.#asked = null;
    if (answer.ok) {
      this.explored = answer.explored;
      this.line = found(answer.explored, (performance.now() - began) / 1000);
      if (!this.outcome) this.chosen = likeliest(this.outcomes)?.name ?? "";
    } else this.line = "";
    this.#onChange();
    return answer.ok ? null : answer.problem;
  }

  get working() {
    return this.#asked !== null;
  }

  /** All outcomes: those worked out, and any that only real runs have shown. @returns {Outcome[]} */
  get outcomes() {
    if (!this.explored) return [];
    const known = outcomesOf(this.explored);
    const others = [...this.observations.names].filter((name) => !known.some((each) => each.name === name));
    return [...known, ...others.map(seenOnly)];
  }

  /** The one that is open. @returns {Outcome | null} */
  get outcome() {
    return this.outcomes.find(({ name }) => name === this.chosen) ?? null;
  }

  /** What the counter shows where nothing is lost. */
  get right() {
    return this.exploreRequest.processes * this.exploreRequest.iterations;
  }

  get observations() {
    const key = JSON.stringify(this.exploreRequest);
    const found = this.#all.get(key) ?? new Observations(this.#onChange);
    this.#all.set(key, found);
    return found;
  }

  /** The outcome beside the one that is open. @param {1 | -1} direction */
  beside(direction) {
    const names = this.outcomes.map(({ name }) => name);
    return names[names.indexOf(this.chosen) + direction];
  }

  /** A run of what is explored. @param {Partial<RunRequest>} changes @returns {RunRequest} */
  request(changes) {
    return { scenario: "value", ...this.exploreRequest, pace: "step", ...changes };
  }
}
