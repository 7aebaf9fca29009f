// The run of the game that is on: its steps as they come. No DOM.

import { scenarioOf } from "../../core/catalogue.js";
import { Race } from "../../core/race.js";

/** @import { Answer } from "../../core/api.js" */
/** @import { WatchRun } from "../../core/event-client.js" */
/** @import { Game } from "../../core/room-types.js" */
/** @import { Catalogue } from "../../core/types.js" */

/** How a run is had: asked for once, then watched; and time.
 * @typedef {{fetchRun: (id: string) => Promise<Answer>, watch: WatchRun, wait: (ms: number) => Promise<void>}} RunSource */

/** After so long, in ms, a server that was away is asked again. */
const PAUSE = 2000;

export class GameRun {
  /** @type {Race | null} */
  race = null;
  /** Why it cannot be shown. */
  words = "";
  #asked = "";
  #catalogue;
  #source;
  #onChange;

  /** @param {Catalogue} catalogue @param {RunSource} source @param {() => void} onChange */
  constructor(catalogue, source, onChange) {
    this.#catalogue = catalogue;
    this.#source = source;
    this.#onChange = onChange;
  }

  /** Follows the run of this game, and no other any more. @param {Game | null} game */
  async follow(game) {
    const wanted = game?.run ?? "";
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    this.race?.close();
    Object.assign(this, { race: null, words: "" });
    if (!wanted) return;
    await this.#open(wanted);
  }

  /** @param {string} wanted */
  async #open(wanted) {
    const { fetchRun, watch, wait } = this.#source;
    for (;;) {
      const answer = await fetchRun(wanted);
      if (this.#asked !== wanted) return;
      if (answer.ok) {
        const { cells } = scenarioOf(this.#catalogue, answer.run.request.scenario);
        this.words = "";
        this.race = new Race(answer.run, cells, this.#onChange).open(watch);
      } else this.words = answer.problem.message;
      this.#onChange();
      if (answer.ok || answer.status !== 0) return;
      await wait(PAUSE);
      if (this.#asked !== wanted) return;
    }
  }
}
