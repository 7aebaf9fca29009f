// One run's events from the server, as they come. No DOM.
// The browser's EventSource reconnects by itself after a dropped connection, and sends the last
// event id. Where it gives up (the server was away, or refused), we start a new one after a pause
// and pass that id in the address instead, so nothing is missed and nothing comes twice.

import { placed } from "./place.js";

/** @import { Columns, RunView } from "./types.js" */

/**
 * @typedef {object} Listener
 * @property {(run: RunView) => void} onRun
 * @property {(columns: Columns) => boolean} onSteps returns false where steps are missing before these
 * @property {(run: RunView) => void} onEnd
 * @property {(connected: boolean) => void} onConnection
 * @property {() => void} onGone the server no longer knows the run
 */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

export class Stream {
  /** @type {EventSource | null} */
  #source = null;
  #lastId = "";
  #pause = FIRST_PAUSE;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #path;
  #listener;

  /** @param {string} run @param {Listener} listener */
  constructor(run, listener) {
    this.#path = placed(`/api/runs/${encodeURIComponent(run)}`);
    this.#listener = listener;
    this.#connect();
  }

  close() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timer);
  }

  #connect() {
    const after = this.#lastId && `?after=${encodeURIComponent(this.#lastId)}`;
    const source = new EventSource(`${this.#path}/events${after}`);
    this.#source = source;
    source.addEventListener("open", () => {
      this.#pause = FIRST_PAUSE;
      this.#listener.onConnection(true);
    });
    source.addEventListener("run", (event) => this.#listener.onRun(JSON.parse(event.data)));
    source.addEventListener("steps", (event) => {
      if (this.#listener.onSteps(JSON.parse(event.data))) {
        this.#lastId = event.lastEventId;
      } else {
        // A gap cannot be filled from here: read the run again from its first step.
        this.#lastId = "";
        this.close();
        this.#connect();
      }
    });
    source.addEventListener("end", (event) => {
      this.close();
      this.#listener.onEnd(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      this.#listener.onConnection(false);
      if (source.readyState === EventSource.CLOSED) this.#retry();
    });
  }

  #retry() {
    this.close();
    this.#timer = setTimeout(() => void this.#tryAgain(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  /** An EventSource does not say why it failed: ask, so that a run that is gone is not waited for. */
  async #tryAgain() {
    const status = await fetch(this.#path).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 404) this.#listener.onGone();
    else if (status === 200) this.#connect();
    else this.#retry();
  }
}
