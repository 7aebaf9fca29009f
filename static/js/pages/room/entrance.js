// How a phone comes into a room, and stays: it takes a seat, without a name, and has the same one again after a reload or a
// lost network. No DOM.
//
//   entering ── a seat ──▶ in ── the last `room` event ──▶ ended
//      │                   ▲ │ stream refused: ask for the seat again
//      │                   └─┘
//      └─ no such room ──▶ unknown (or ended, for who has been in) · full ──▶ refused

import { seatName } from "../../core/room.js";

/** @import { Failure } from "../../core/api.js" */
/** @import { WatchRoom } from "../../core/event-client.js" */
/** @import { OwnView, RoomView, TakenSeat } from "../../core/room-types.js" */
/** @import { Problem } from "../../core/types.js" */

/** What an entrance needs of the world: the server, what this browser remembers, and time.
 * @typedef {object} World
 * @property {(code: string, seat: string | null) => Promise<{ok: true, body: TakenSeat} | Failure>} takeSeat
 * @property {WatchRoom} watchRoom
 * @property {(code: string) => string | null} seatIn
 * @property {(code: string, seat: string) => void} keepSeat
 * @property {(ms: number) => Promise<void>} wait
 */

/** @typedef {"entering" | "in" | "unknown" | "refused" | "ended"} Standing */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

export class Entrance {
  code;
  /** @type {Standing} */
  standing = "entering";
  /** Whether the server is heard. Before the first answer nobody knows. */
  connected = true;
  /** @type {string | null} */
  seat = null;
  /** @type {RoomView | null} */
  room = null;
  /** @type {OwnView | null} */
  own = null;
  /** Why it is refused. @type {Problem | null} */
  problem = null;
  #world;
  #onChange;
  /** @type {{close: () => void} | null} */
  #watching = null;

  /** @param {string} code @param {World} world @param {() => void} onChange */
  constructor(code, world, onChange) {
    this.code = code;
    this.#world = world;
    this.#onChange = onChange;
  }

  /** Comes in, or again. While the server is away it is asked again and again. */
  async enter() {
    let pause = FIRST_PAUSE;
    for (;;) {
      const answer = await this.#world.takeSeat(this.code, this.seat ?? this.#world.seatIn(this.code));
      if (answer.ok) return this.#sit(answer.body);
      if (answer.status !== 0) return this.#stand(answer);
      this.#hear(false);
      await this.#world.wait(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  /** The browser says that its network is gone. The next word of the room says that it is back. */
  lose() {
    if (this.standing === "in") this.#hear(false);
  }

  /** What the server answered about this phone, before the stream says it. @param {OwnView} own */
  take(own) {
    this.own = own;
    this.#onChange();
  }

  /** @param {TakenSeat} taken */
  #sit({ seat, room, own }) {
    this.#world.keepSeat(this.code, seat);
    Object.assign(this, { standing: "in", connected: true, seat, room, own, problem: null });
    this.#watching?.close();
    this.#watching = this.#world.watchRoom(seatName(this.code, seat), {
      onRoom: (view) => {
        this.room = view;
        if (view.status === "ended") this.standing = "ended";
        this.#hear(true);
      },
      onSeat: (view) => this.take(view),
      onConnection: (connected) => this.#hear(connected),
      onGone: () => void this.enter(),
    });
    this.#onChange();
  }

  /** @param {Failure} failure */
  #stand({ status, problem }) {
    const wasIn = this.room !== null;
    this.standing = status === 404 ? (wasIn ? "ended" : "unknown") : "refused";
    this.connected = true;
    this.problem = problem;
    this.#onChange();
  }

  /** @param {boolean} connected */
  #hear(connected) {
    this.connected = connected;
    this.#onChange();
  }
}
