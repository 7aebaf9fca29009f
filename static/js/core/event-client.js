// What one tab watches. It asks the hub for it, wherever that is, and knows how far it is in each of its runs: so it can
// always begin again with another hub, or the same one, and misses nothing. No DOM.

import { MOST_UNANSWERED, PING_PAUSE } from "./event-hub.js";

/** @import { HubMessage, TabMessage } from "./event-hub.js" */
/** @import { Columns, RunView } from "./types.js" */

/**
 * @typedef {object} Listener
 * @property {(run: RunView) => void} onRun
 * @property {(columns: Columns) => boolean} onSteps returns false where steps are missing before these
 * @property {(run: RunView) => void} onEnd
 * @property {(connected: boolean) => void} onConnection
 * @property {() => void} onGone the server no longer knows the run
 */

/** Watches a run, until it is closed or the run is over. @typedef {(run: string, listener: Listener) => {close: () => void}} WatchRun */

/** A way to a hub. @typedef {{post: (message: TabMessage) => void, close: () => void}} Channel */

export class EventClient {
  #openChannel;
  /** @type {Channel | null} */
  #channel = null;
  /** @type {Map<number, {run: string, next: number, listener: Listener}>} */
  #watches = new Map();
  #lastKey = 0;
  #isPaused = false;
  /** How often nothing had been heard from the hub since it was looked last. */
  #silences = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {(hear: (message: HubMessage) => void) => Channel} openChannel */
  constructor(openChannel) {
    this.#openChannel = openChannel;
  }

  /** @type {WatchRun} */
  watch = (run, listener) => {
    const watch = { run, next: 0, listener };
    this.#add(watch);
    return {
      close: () => {
        for (const [key, each] of this.#watches) if (each === watch) this.#drop(key);
      },
    };
  };

  /** Nobody looks: hold no stream. */
  pause() {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#leave();
  }

  resume() {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#watchAll();
  }

  /** The way to the hub is not one any more: take another. */
  reopen() {
    this.#leave();
    this.#channel?.close();
    this.#channel = null;
    this.#watchAll();
  }

  /** @param {{run: string, next: number, listener: Listener}} watch */
  #add(watch) {
    this.#lastKey += 1;
    this.#watches.set(this.#lastKey, watch);
    if (!this.#isPaused) this.#post(this.#lastKey, watch);
  }

  /** @param {number} key @param {{run: string, next: number}} watch */
  #post(key, { run, next }) {
    this.#channel ??= this.#openChannel((message) => this.#hear(message));
    if (this.#isPaused) return; // by what was found out about the channel
    this.#channel.post({ watch: key, run, next });
    if (this.#timer === undefined) {
      this.#silences = 0;
      this.#timer = setInterval(() => this.#look(), PING_PAUSE);
    }
  }

  /** @param {number} key */
  #drop(key) {
    this.#watches.delete(key);
    this.#channel?.post({ drop: key });
    if (this.#watches.size === 0) this.#leave();
  }

  #leave() {
    this.#channel?.post({ bye: true });
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #watchAll() {
    if (this.#isPaused) return;
    for (const [key, watch] of this.#watches) this.#post(key, watch);
  }

  /** A hub that is alive pings. The process of a shared worker may crash like any other, and no event tells of it. */
  #look() {
    this.#silences += 1;
    if (this.#silences > MOST_UNANSWERED) this.reopen();
  }

  /** @param {HubMessage} message */
  #hear(message) {
    this.#silences = 0;
    if (this.#isPaused) return;
    if (message.event === "ping") this.#channel?.post({ answer: "ping" });
    else if (message.event === "forgotten") this.#watchAll();
    else if (message.event === "connection") this.#watches.forEach(({ listener }) => listener.onConnection(message.connected));
    else this.#take(message);
  }

  /** @param {Extract<HubMessage, {key: number}>} message */
  #take(message) {
    const watch = this.#watches.get(message.key);
    if (!watch) return;
    const { listener } = watch;
    if (message.event === "gone") {
      this.#drop(message.key);
      listener.onGone();
    } else if (message.event === "end") {
      this.#drop(message.key);
      listener.onEnd(JSON.parse(message.data));
    } else if (message.event === "run") {
      listener.onRun(JSON.parse(message.data));
    } else {
      /** @type {Columns} */
      const columns = JSON.parse(message.data);
      if (listener.onSteps(columns)) {
        watch.next = Math.max(watch.next, (columns.index.at(-1) ?? -1) + 1);
      } else {
        // A gap cannot be filled from here: read the run again from its first step.
        this.#drop(message.key);
        watch.next = 0;
        this.#add(watch);
      }
    }
  }
}
