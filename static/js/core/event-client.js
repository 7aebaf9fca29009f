// What one tab watches: runs and rooms. It asks the hub for it, wherever that is, and knows how far it is in each of its
// runs: so it can always begin again with another hub, or the same one, and misses nothing. No DOM.

import { MOST_UNANSWERED, PING_PAUSE } from "./event-hub.js";

/** @import { HubMessage, TabMessage } from "./event-hub.js" */
/** @import { OwnView, RoomView } from "./room-types.js" */
/** @import { Columns, RunView } from "./types.js" */

/**
 * @typedef {object} Listener
 * @property {(run: RunView) => void} onRun
 * @property {(columns: Columns) => boolean} onSteps returns false where steps are missing before these
 * @property {(run: RunView) => void} onEnd
 * @property {(connected: boolean) => void} onConnection
 * @property {() => void} onGone the server no longer knows the run
 */

/**
 * @typedef {object} RoomListener
 * @property {(room: RoomView) => void} onRoom the last one says that the room has ended
 * @property {(own: OwnView) => void} onSeat only where a seat is in the name
 * @property {(connected: boolean) => void} onConnection
 * @property {() => void} onGone the server does not know the room, or the room does not know the seat
 */

/** Watches a run, until it is closed or the run is over. @typedef {(run: string, listener: Listener) => {close: () => void}} WatchRun */

/** Watches a room, until it is closed or the room has ended. The name is a code, or a code with a seat: "K7F4.12.SECRET".
 * @typedef {(name: string, listener: RoomListener) => {close: () => void}} WatchRoom */

/** @typedef {{run: string, next: number, listener: Listener} | {room: string, listener: RoomListener}} Watch */

/** A way to a hub. @typedef {{post: (message: TabMessage) => void, close: () => void}} Channel */

export class EventClient {
  #openChannel;
  /** @type {Channel | null} */
  #channel = null;
  /** @type {Map<number, Watch>} */
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
  watch = (run, listener) => this.#begin({ run, next: 0, listener });

  /** @type {WatchRoom} */
  watchRoom = (room, listener) => this.#begin({ room, listener });

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

  /** @param {Watch} watch */
  #begin(watch) {
    this.#add(watch);
    return {
      close: () => {
        for (const [key, each] of this.#watches) if (each === watch) this.#drop(key);
      },
    };
  }

  /** @param {Watch} watch */
  #add(watch) {
    this.#lastKey += 1;
    this.#watches.set(this.#lastKey, watch);
    if (!this.#isPaused) this.#post(this.#lastKey, watch);
  }

  /** @param {number} key @param {Watch} watch */
  #post(key, watch) {
    this.#channel ??= this.#openChannel((message) => this.#hear(message));
    if (this.#isPaused) return; // by what was found out about the channel
    this.#channel.post("room" in watch ? { watch: key, room: watch.room } : { watch: key, run: watch.run, next: watch.next });
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
    if (message.event === "gone") {
      this.#drop(message.key);
      watch.listener.onGone();
    } else if ("room" in watch) this.#takeRoom(message.key, watch.listener, message.event, JSON.parse(message.data));
    else if (message.event === "end") {
      this.#drop(message.key);
      watch.listener.onEnd(JSON.parse(message.data));
    } else if (message.event === "run") watch.listener.onRun(JSON.parse(message.data));
    else this.#takeSteps(message.key, watch, JSON.parse(message.data));
  }

  /** @param {number} key @param {RoomListener} listener @param {string} event @param {any} view */
  #takeRoom(key, listener, event, view) {
    if (event === "room" && view.status === "ended") this.#drop(key);
    if (event === "room") listener.onRoom(view);
    else listener.onSeat(view);
  }

  /** @param {number} key @param {Extract<Watch, {run: string}>} watch @param {Columns} columns */
  #takeSteps(key, watch, columns) {
    if (watch.listener.onSteps(columns)) {
      watch.next = Math.max(watch.next, (columns.index.at(-1) ?? -1) + 1);
    } else {
      // A gap cannot be filled from here: read the run again from its first step.
      this.#drop(key);
      watch.next = 0;
      this.#add(watch);
    }
  }
}
