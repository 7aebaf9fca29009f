// A race: one run as the page shows it, with what the server says of the run, its steps so far, and the connection.
// A race may also be at rest, before there is a run.

import { follow } from "./follow.js";
import { History } from "./history.js";

/** @import { BuildApart } from "./build-apart.js" */
/** @import { WatchRun } from "./event-client.js" */
/** @import { RunRequest, RunView } from "./types.js" */

/** What is shared, before anything runs. @typedef {readonly {name: string, initial: number}[]} Shared */

/** @type {ReadonlySet<string>} */
const LIVE = new Set(["queued", "running"]);

/** The pause between drawings, in ms, while the steps of a run that has ended arrive: drawing each batch would slow it down. */
const REPLAY_PAUSE = 500;

export class Race {
  run;
  history;
  /** The steps have all arrived. */
  complete = false;
  connected = true;
  gone = false;
  /** Why its steps cannot be read; null where they can. @type {string | null} */
  unreadable = null;
  #shownAt = 0;
  /** @type {{close: () => void} | null} */
  #stream = null;

  /**
   * @param {RunView} run
   * @param {Shared} shared
   * @param {() => void} onChange something arrived: the page may have to be drawn again
   */
  constructor(run, shared, onChange) {
    this.run = run;
    this.shared = shared;
    this.history = new History(run, shared);
    this.onChange = onChange;
  }

  /** @param {WatchRun} watch @param {BuildApart} [build] */
  open(watch, build) {
    const changed = this.onChange;
    this.#shownAt = performance.now();
    const changedWithMany = () => {
      if (!this.running && performance.now() - this.#shownAt <= REPLAY_PAUSE) return;
      this.#shownAt = performance.now();
      changed();
    };
    this.#stream = follow(this.run, {
      onRun: (run) => {
        this.run = run;
        // A run that waited in line did not have its processes and cells yet.
        if (this.history.length === 0) this.history = new History(run, this.shared);
        else this.history.declare(run);
        changed();
      },
      onSteps: (columns) => {
        const follows = this.history.append(columns);
        changedWithMany();
        return follows;
      },
      onOpening: (opening) => this.history.begin(opening),
      onChunk: (chunk) => {
        this.history.extend(chunk);
        changedWithMany();
      },
      onParts: (parts) => this.history.adopt(parts),
      onEnd: (run) => {
        this.run = run;
        this.history.declare(run);
        this.history.rest();
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
      onUnreadable: (reason) => {
        this.unreadable = reason;
        changed();
      },
    }, { watch, build });
    return this;
  }

  close() {
    this.#stream?.close();
  }

  /** More steps may come. */
  get live() {
    return this.#stream !== null && !this.complete && !this.gone && this.unreadable === null;
  }

  /** More steps may come by themselves. */
  get flows() {
    return this.live && this.run.request.pace !== "step";
  }

  /** Processes may still be at work. */
  get running() {
    return this.live && LIVE.has(this.run.status);
  }
}

/** No race yet: its processes stand ready and its cells show what they begin with. @param {RunRequest} request @param {Shared} shared */
export function restingRace(request, shared) {
  const summary = { cells: [], duration_ms: null, unrecorded: null, consistent: null };
  return new Race({ id: "", status: "queued", request, processes: [], targets: [], steps: 0, summary }, shared, () => {});
}
