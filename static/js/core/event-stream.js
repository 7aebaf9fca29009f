// One connection to the server's event stream: what comes on it, and that it is lost. No DOM.

import { placedInFull } from "./place.js";

/** The events of a stream. Those of a run, then those of a room. */
const RUN_EVENTS = /** @type {const} */ (["run", "steps", "end"]);
const ROOM_EVENTS = /** @type {const} */ (["room", "seat"]);

/** @typedef {(typeof RUN_EVENTS)[number]} RunEvent */
/** @typedef {(typeof ROOM_EVENTS)[number]} RoomEvent */

/**
 * @typedef {object} Hearer
 * @property {() => void} onOpen
 * @property {(name: RunEvent, event: MessageEvent<string>) => void} onRunEvent
 * @property {(name: RoomEvent, data: string) => void} onRoomEvent
 * @property {(isRefused: boolean) => void} onLost refused: the server answered, and not with a stream
 */

/** The server says something every five seconds. If nothing comes for so long, the connection is dead. */
const SILENCE = 15_000;

export class EventStream {
  #source;
  #hearer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watchdog;

  /** @param {URLSearchParams} query @param {Hearer} hearer */
  constructor(query, hearer) {
    this.#hearer = hearer;
    const source = (this.#source = new EventSource(placedInFull(`/api/events?${query}`)));
    this.#hear();
    source.addEventListener("open", () => {
      this.#hear();
      hearer.onOpen();
    });
    for (const name of RUN_EVENTS) {
      source.addEventListener(name, (event) => {
        this.#hear();
        hearer.onRunEvent(name, event);
      });
    }
    for (const name of ROOM_EVENTS) {
      source.addEventListener(name, ({ data }) => {
        this.#hear();
        hearer.onRoomEvent(name, data);
      });
    }
    source.addEventListener("error", () => hearer.onLost(source.readyState === EventSource.CLOSED));
  }

  close() {
    this.#source.close();
    clearTimeout(this.#watchdog);
  }

  #hear() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#hearer.onLost(false), SILENCE);
  }
}
