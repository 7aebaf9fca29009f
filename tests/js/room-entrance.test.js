// How a phone comes into a room, loses the network, comes back, and is told that the room has ended.
//
//   Entrance ── takeSeat, watchRoom ──▶ a room that the test plays

import assert from "node:assert/strict";
import test from "node:test";

import { Entrance } from "../../static/js/pages/room/entrance.js";

/** @import { RoomListener } from "../../static/js/core/event-client.js" */
/** @import { OwnView, RoomView, TakenSeat } from "../../static/js/core/room-types.js" */

/** @type {RoomView} */
const ROOM = { code: "K7F4", status: "open", reason: null, phones: 1, seats: 1, shown: null, question: null, game: null };
/** @type {OwnView} */
const OWN = { seat: 12, process: null, game: null, question: null, answers: [null, null] };

/** What a server that is away answers. */
const AWAY = /** @type {const} */ ({ ok: false, status: 0, problem: { code: "unreachable", message: "The server does not answer." } });
const NO_ROOM = /** @type {const} */ ({ ok: false, status: 404, problem: { code: "no_such_room", message: "There is no room K7F4." } });
const FULL = /** @type {const} */ ({ ok: false, status: 429, problem: { code: "room_is_full", message: "256 phones are in this room already." } });

/** A room as the test plays it. */
class Played {
  /** What it answers next, the last one again and again. @type {({ok: true, body: TakenSeat} | typeof AWAY | typeof NO_ROOM | typeof FULL)[]} */
  answers = [{ ok: true, body: { seat: "12.SECRET", room: ROOM, own: OWN } }];
  /** The seats that it was asked for. @type {(string | null)[]} */
  asked = [];
  /** @type {number[]} */
  waited = [];
  /** @type {{name: string, listener: RoomListener, isOpen: boolean}[]} */
  watches = [];
  /** @type {Map<string, string>} */
  kept = new Map();
  changes = 0;
  entrance = new Entrance(
    "K7F4",
    {
      takeSeat: async (_code, seat) => {
        this.asked.push(seat);
        const [next] = this.answers.length > 1 ? this.answers.splice(0, 1) : this.answers;
        return next ?? AWAY;
      },
      watchRoom: (name, listener) => {
        const watch = { name, listener, isOpen: true };
        this.watches.push(watch);
        return { close: () => void (watch.isOpen = false) };
      },
      seatIn: (code) => this.kept.get(code) ?? null,
      keepSeat: (code, seat) => void this.kept.set(code, seat),
      wait: async (ms) => void this.waited.push(ms),
    },
    () => void (this.changes += 1),
  );

  get listener() {
    const watch = this.watches.at(-1);
    if (!watch) throw new Error("nothing is watched");
    return watch.listener;
  }
}

test("a phone takes a seat without a name, remembers it, and listens by it", async () => {
  const played = new Played();
  assert.equal(played.entrance.standing, "entering");
  await played.entrance.enter();
  const { standing, seat, room, own } = played.entrance;
  assert.deepEqual({ standing, seat, room, own }, { standing: "in", seat: "12.SECRET", room: ROOM, own: OWN });
  assert.deepEqual([played.asked, played.kept.get("K7F4"), played.watches[0]?.name], [[null], "12.SECRET", "K7F4.12.SECRET"]);
});

test("a phone that has been here asks for the seat that it had", async () => {
  const played = new Played();
  played.kept.set("K7F4", "12.SECRET");
  await played.entrance.enter();
  assert.deepEqual(played.asked, ["12.SECRET"]);
});

test("what the stream says of the room and of the seat is what is known", async () => {
  const played = new Played();
  await played.entrance.enter();
  played.listener.onRoom({ ...ROOM, phones: 27 });
  played.listener.onSeat({ ...OWN, process: "P3", game: 1 });
  assert.deepEqual([played.entrance.room?.phones, played.entrance.own?.process], [27, "P3"]);
});

test("while the server is away it is asked ever more rarely, and the phone says that it is connecting", async () => {
  const played = new Played();
  played.answers.unshift(...Array.from({ length: 7 }, () => AWAY));
  const entering = played.entrance.enter();
  await Promise.resolve();
  assert.equal(played.changes > 0 ? played.entrance.connected : false, false);
  await entering;
  assert.deepEqual(played.waited, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
  assert.deepEqual([played.entrance.standing, played.entrance.connected], ["in", true]);
});

test("a lost connection is said, and what the room says next ends that", async () => {
  const played = new Played();
  await played.entrance.enter();
  played.listener.onConnection(false);
  assert.equal(played.entrance.connected, false);
  played.listener.onConnection(true);
  assert.equal(played.entrance.connected, true);
  played.entrance.lose(); // the browser says that it is offline
  assert.equal(played.entrance.connected, false);
  played.listener.onRoom(ROOM);
  assert.equal(played.entrance.connected, true);
});

test("where there is no such room, that is so at once", async () => {
  const played = new Played();
  played.answers = [NO_ROOM];
  await played.entrance.enter();
  assert.deepEqual([played.entrance.standing, played.watches.length, played.waited], ["unknown", 0, []]);
});

test("a room that is full says why, and lets in who tries again later", async () => {
  const played = new Played();
  played.answers.unshift(FULL);
  await played.entrance.enter();
  assert.deepEqual([played.entrance.standing, played.entrance.problem?.code], ["refused", "room_is_full"]);
  await played.entrance.enter();
  assert.deepEqual([played.entrance.standing, played.entrance.problem], ["in", null]);
});

test("a room that ends is over for who is in it", async () => {
  const played = new Played();
  await played.entrance.enter();
  played.listener.onRoom({ ...ROOM, status: "ended", reason: "The room has ended." });
  assert.deepEqual([played.entrance.standing, played.entrance.room?.reason], ["ended", "The room has ended."]);
});

test("a stream that is refused is asked for with a seat again: the same one, and one stream", async () => {
  const played = new Played();
  await played.entrance.enter();
  played.listener.onGone();
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(played.asked, [null, "12.SECRET"]);
  assert.deepEqual(played.watches.map(({ isOpen }) => isOpen), [false, true]);
});

test("a room that is gone when the stream is refused has ended, and was not an unknown one", async () => {
  const played = new Played();
  await played.entrance.enter();
  played.answers = [NO_ROOM];
  played.listener.onGone();
  await new Promise((done) => setImmediate(done));
  assert.equal(played.entrance.standing, "ended");
});
