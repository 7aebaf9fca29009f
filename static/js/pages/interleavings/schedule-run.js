// Real processes that follow a schedule, on show, and how they ended compared with the prediction.

import { nameOf } from "../../core/observations.js";

/** @import { RacePlayer } from "../../views/race-player.js" */
/** @import { Catalogue, Look, Problem, RunRequest, RunView } from "../../core/types.js" */

/** The predicted end and the real one. @typedef {{run: RunView, promised: string, really: string | null}} FollowedRun */

/** A playback is over in this time, in ms: here it is one of many. */
const WITHIN = 15_000;

/** @type {Problem} */
const BROKEN = { code: "broken", message: "What shows the run did not come.", hint: "Load the page again." };

export class ScheduleRun {
  #root;
  #catalogue;
  #look;
  #onChange;
  /** Fetched when it is first needed. @type {Promise<RacePlayer> | null} */
  #fetched = null;
  /** @type {RacePlayer | null} */
  #player = null;
  #promised = "";
  /** The run has ended, but is not played yet. */
  #unplayed = false;
  /** Counts the starts: an answer to an earlier one is ignored. */
  #starts = 0;
  #starting = false;
  /** The status that was reported last. */
  #lastStatus = "";

  /** @param {HTMLElement} root @param {Catalogue} catalogue @param {Look} look @param {() => void} onChange */
  constructor(root, catalogue, look, onChange) {
    this.#root = root;
    this.#catalogue = catalogue;
    this.#look = look;
    this.#onChange = onChange;
  }

  get busy() {
    return this.#starting || (this.#player?.running ?? false);
  }

  get started() {
    return this.#race !== undefined;
  }

  /** Where there is a run that has ended. @returns {FollowedRun | null} */
  get result() {
    const race = this.#race;
    return race?.complete ? { run: race.run, promised: this.#promised, really: nameOf(race.run) } : null;
  }

  /** Shows what would run, before anything has run. @param {RunRequest} request */
  rest(request) {
    void this.#ready().then((player) => {
      if (player.races.length === 0) player.rest([request]);
    }, () => {});
  }

  /** @param {RunRequest} request @param {string} name how it will end @returns {Promise<Problem | null>} */
  async follow(request, name) {
    this.#starts += 1;
    const own = this.#starts;
    this.#starting = true;
    this.#onChange();
    try {
      const player = await this.#ready();
      if (own !== this.#starts) return null;
      player.actions.stop();
      player.rest([request]);
      this.#promised = name;
      this.#unplayed = request.pace === "step";
      return await player.start([request]);
    } catch {
      return BROKEN;
    } finally {
      if (own === this.#starts) this.#starting = false;
      this.#onChange();
    }
  }

  /** Nothing is on show any more. */
  clear() {
    this.#starts += 1;
    this.#starting = false;
    this.#player?.actions.stop();
    this.#player?.open([]);
  }

  /** @param {(actions: RacePlayer["actions"]) => void} act */
  act(act) {
    if (this.#player && this.started) act(this.#player.actions);
  }

  /** @param {boolean} projector */
  look(projector) {
    this.#look = { ...this.#look, projector };
    this.#player?.look({ projector });
  }

  redraw() {
    this.#player?.invalidate();
  }

  get #race() {
    return this.#player?.races[0];
  }

  /** @returns {Promise<RacePlayer>} */
  async #ready() {
    this.#fetched ??= this.#fetch();
    try {
      this.#player = await this.#fetched;
    } catch (error) {
      // The server was away: the next press tries again.
      this.#fetched = null;
      throw error;
    }
    return this.#player;
  }

  /** @returns {Promise<RacePlayer>} */
  async #fetch() {
    const { createRacePlayer } = await import("../../views/race-player.js");
    return createRacePlayer(this.#root, { catalogue: this.#catalogue, look: this.#look, onDraw: () => this.#onDraw(), within: WITHIN });
  }

  #onDraw() {
    const race = this.#race;
    if (race?.complete && this.#unplayed) this.#play();
    const now = [race?.run.id, race?.run.status, race?.complete].join(" ");
    if (now === this.#lastStatus) return;
    this.#lastStatus = now;
    this.#onChange();
  }

  /** Processes that follow a schedule are done at once: what they did is played from the start. */
  #play() {
    this.#unplayed = false;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.#player?.actions.toStart();
    this.#player?.actions.togglePlay();
  }
}
