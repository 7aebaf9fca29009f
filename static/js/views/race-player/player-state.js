// The state of a race player: which races it shows, and how. Opening races and acting on them changes it; the drawing
// reads it. Nothing here draws or plays.

import { scenarioOf, variantOf } from "../../core/catalogue.js";
import { expectedLength } from "../../core/pacing.js";

/** @import { Guess } from "../../core/guess.js" */
/** @import { Race } from "../../core/race.js" */
/** @import { Catalogue, Look, Range, RunRequest } from "../../core/types.js" */

export class PlayerState {
  /** What would run in each race view. @type {readonly RunRequest[]} */
  requests = [];
  /** What runs, or has run; it may be fewer. @type {readonly Race[]} */
  races = [];
  /** For the first race: what will the counter show without a lock? @type {Guess | null} */
  guess = null;
  /** @type {Look} */
  look;
  /** The moments that the charts show; null is all of them. @type {Range | null} */
  range = null;
  /** What was asked for, while its steps have not come yet: a moment, or a loss of the first race as a clip.
   * @type {{at: number, isClip: boolean} | null} */
  awaited = null;
  /** What each race view showed last. @type {number[]} */
  shown = [];
  #catalogue;
  #sections;

  /** @param {Catalogue} catalogue @param {Look} look @param {number} sections how many race views there are */
  constructor(catalogue, look, sections) {
    this.#catalogue = catalogue;
    this.look = look;
    this.#sections = sections;
  }

  /** How many race views are in use. */
  get lineUp() {
    return Math.min(Math.max(this.requests.length, this.races.length), this.#sections);
  }

  /** The one race view that is shown alone, because a person chose that or because there is no other. */
  get alone() {
    if (this.lineUp === 1) return 0;
    const { solo } = this.look;
    return solo !== null && solo < this.lineUp ? solo : null;
  }

  /** All races, or the one that is shown alone: the transport is about these. */
  get played() {
    const only = this.alone;
    return this.races.filter((_, index) => only === null || index === only);
  }

  get histories() {
    return this.played.map(({ history }) => history);
  }

  /** How many steps the longest race will have, as far as can be guessed. */
  get expected() {
    return Math.max(0, ...this.played.map(({ history, run }) => expectedLength(history, run.request)));
  }

  /** What can be looked at more closely, of the races on show. */
  get panels() {
    const request = this.races[0]?.run.request ?? this.requests[0];
    return request ? scenarioOf(this.#catalogue, request.scenario).panels : [];
  }

  /** Whether something is shared that can lose updates. */
  get canLose() {
    const asked = this.races.length > 0 ? this.races.map(({ run: { request } }) => request) : this.requests;
    return asked.some((request) => this.sharedBy(request).length > 0);
  }

  /** What a run shares, before anything runs. @param {RunRequest} request */
  sharedBy(request) {
    const scenario = scenarioOf(this.#catalogue, request.scenario);
    return variantOf(scenario, request).stage === "cells" ? scenario.cells : [];
  }
}
