// One race on the page: what the server says of its run, its history, and its connection.

import { History } from "./history.js";
import { Stream } from "./stream.js";

/** @import { RunView } from "./types.js" */

/** @type {ReadonlySet<string>} */
const LIVE = new Set(["queued", "running"]);

export class Race {
  run;
  history;
  /** The steps have all arrived. */
  complete = false;
  connected = true;
  gone = false;
  /** @type {Stream | null} */
  #stream = null;

  /**
   * @param {RunView} run
   * @param {() => void} onChange something arrived: the page may have to be drawn again
   */
  constructor(run, onChange) {
    this.run = run;
    this.history = new History(run);
    this.onChange = onChange;
  }

  open() {
    const changed = this.onChange;
    this.#stream = new Stream(this.run.id, {
      onRun: (run) => {
        this.run = run;
        changed();
      },
      onSteps: (columns) => {
        const follows = this.history.append(columns);
        changed();
        return follows;
      },
      onEnd: (run) => {
        this.run = run;
        this.complete = true;
        changed();
      },
      onConnection: (connected) => {
        this.connected = connected;
        changed();
      },
      onGone: () => {
        this.gone = true;
        changed();
      },
    });
    return this;
  }

  close() {
    this.#stream?.close();
  }

  /** More steps may come. */
  get live() {
    return !this.complete && !this.gone;
  }

  /** Processes may still be at work. */
  get running() {
    return this.live && LIVE.has(this.run.status);
  }
}
