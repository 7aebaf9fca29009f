// One stream for all tabs, over a connection that breaks: each tab misses nothing, and nothing comes twice.
//
//   client (a tab) ── messages ── hub ── Source, a connection that the test holds in its hands

import assert from "node:assert/strict";
import test, { afterEach, beforeEach, mock } from "node:test";

import { EventClient } from "../../static/js/core/event-client.js";
import { Hub, MOST_UNANSWERED, PING_PAUSE } from "../../static/js/core/event-hub.js";

/** @import { HubMessage } from "../../static/js/core/event-hub.js" */
/** @import { OwnView, RoomView } from "../../static/js/core/room-types.js" */
/** @import { Columns, RunView } from "../../static/js/core/types.js" */

const GATHER = 10;
const SILENCE = 15_000;
const FIRST_PAUSE = 500;

/** An EventSource. It knows how far each of its runs is, as the server does. */
class Source extends EventTarget {
  static CLOSED = 2;
  /** @type {Source[]} */
  static all = [];
  readyState = 1;

  /** @param {URL} url */
  constructor(url) {
    super();
    this.asked = url.pathname.slice(url.pathname.lastIndexOf("/api/")) + url.search;
    const after = new Map((url.searchParams.get("after") ?? "").split(",").map((each) => /** @type {[string, string]} */ (each.split(/-(?=\d+$)/))));
    this.next = new Map(url.searchParams.getAll("run").map((run) => [run, Number(after.get(run) ?? 0)]));
    Source.all.push(this);
  }

  static get open() {
    return Source.all.filter(({ readyState }) => readyState !== Source.CLOSED);
  }

  close() {
    this.readyState = Source.CLOSED;
  }

  connect() {
    this.dispatchEvent(new Event("open"));
  }

  /** @param {string} name @param {string} run @param {object} data */
  send(name, run, data = {}) {
    const lastEventId = [...this.next].map(([each, next]) => `${each}-${next}`).join(",");
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify({ run, ...data }), lastEventId }));
  }

  /** What is said of a room, or of a seat in it. @param {"room" | "seat"} name @param {string} room @param {object} data */
  tell(name, room, data) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify({ room, ...data }) }));
  }

  /** The next steps of a run. @param {string} run @param {number} count */
  step(run, count) {
    const first = this.next.get(run) ?? 0;
    this.next.set(run, first + count);
    this.send("steps", run, { index: Array.from({ length: count }, (_, index) => first + index) });
  }

  /** @param {{forGood: boolean}} how */
  fail({ forGood }) {
    if (forGood) this.close();
    this.dispatchEvent(new Event("error"));
  }
}

/** What the server answers where it is asked for a run, or for a room, perhaps by a seat. @type {(name: string) => number} */
let statusOf = () => 200;

/** @type {Hub} */
let hub;

/** A hub that neither hears nor says anything any more. @type {Hub | null} */
let crashed;

function newest() {
  return /** @type {Source} */ (Source.all.at(-1));
}

/** What a tab hears of a run, and how far it is. */
class Heard {
  /** @type {string[]} */
  said = [];
  /** @type {number[]} */
  steps = [];
  follows = true;

  onRun = (/** @type {RunView} */ _run) => void this.said.push("run");
  onSteps = (/** @type {Columns} */ { index }) => {
    if (this.follows) this.steps.push(...index);
    return this.follows;
  };
  onEnd = (/** @type {RunView} */ _run) => void this.said.push("end");
  onConnection = (/** @type {boolean} */ connected) => void this.said.push(connected ? "connected" : "lost");
  onGone = () => void this.said.push("gone");
}

/** What a tab hears of a room: how many phones are here, its own process, and what becomes of it. */
class HeardOfRoom {
  /** @type {(string | number | null)[]} */
  said = [];

  onRoom = (/** @type {RoomView} */ { status, phones }) => void this.said.push(status === "ended" ? status : phones);
  onSeat = (/** @type {OwnView} */ { process }) => void this.said.push(process);
  onConnection = (/** @type {boolean} */ connected) => void this.said.push(connected ? "connected" : "lost");
  onGone = () => void this.said.push("gone");
}

class Tab {
  /** It has crashed, or sleeps: it takes nothing and says nothing. */
  isDead = false;
  /** What waits for it while it sleeps. @type {(() => void)[]} */
  waiting = [];
  channels = 0;
  client = new EventClient((hear) => {
    this.channels += 1;
    const own = hub;
    const take = own.join((message) => {
      if (own === crashed) return;
      if (this.isDead) this.waiting.push(() => hear(message));
      else hear(message);
    });
    return { post: (message) => void (this.isDead || own === crashed || take(message)), close: () => {} };
  });

  /** @param {string} run */
  watch(run) {
    const heard = new Heard();
    return Object.assign(heard, this.client.watch(run, heard));
  }

  /** @param {string} name */
  watchRoom(name) {
    const heard = new HeardOfRoom();
    return Object.assign(heard, this.client.watchRoom(name, heard));
  }

  wake() {
    this.isDead = false;
    this.waiting.splice(0).forEach((hear) => hear());
  }
}

/** Lets what was asked of the server be answered. */
async function answered() {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
}

/** @param {number} length */
function upTo(length) {
  return Array.from({ length }, (_, index) => index);
}

/** Lets time go by as the tests of pings need it: tick for tick. @param {number} pings */
function letPing(pings) {
  for (let ping = 0; ping < pings; ping += 1) mock.timers.tick(PING_PAUSE);
}

/** Time goes by, and the server is heard all the while. @param {number} pings */
function letPingOnALiveStream(pings) {
  for (let ping = 0; ping < pings; ping += 1) {
    mock.timers.tick(PING_PAUSE);
    for (const source of Source.open) for (const run of source.next.keys()) source.send("run", run);
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  Object.assign(globalThis, {
    EventSource: Source,
    fetch: (/** @type {URL} */ url, /** @type {{headers: Record<string, string>}} */ { headers }) => {
      const name = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
      const status = statusOf([name, ...Object.values(headers)].join("."));
      return status ? Promise.resolve({ status }) : Promise.reject(new Error("no server"));
    },
  });
  Source.all = [];
  statusOf = () => 200;
  hub = new Hub();
  crashed = null;
});

afterEach(() => mock.timers.reset());

test("what the server says is passed on, and the end closes the stream", () => {
  const heard = new Tab().watch("a/b");
  mock.timers.tick(GATHER);
  assert.equal(newest().asked, "/api/events?run=a%2Fb");
  newest().connect();
  newest().send("run", "a/b");
  newest().step("a/b", 3);
  newest().send("end", "a/b");
  assert.deepEqual([heard.said, heard.steps], [["connected", "run", "end"], [0, 1, 2]]);
  assert.equal(Source.open.length, 0);
});

test("all that tabs open at once is one stream, and each run goes to those who watch it", () => {
  const [one, other] = [new Tab(), new Tab()];
  const [a, b, alsoB] = [one.watch("a"), one.watch("b"), other.watch("b")];
  mock.timers.tick(GATHER);
  assert.deepEqual(Source.all.map(({ asked }) => asked), ["/api/events?run=a&run=b"]);
  newest().step("a", 2);
  newest().step("b", 5);
  assert.deepEqual([a.steps, b.steps, alsoB.steps], [upTo(2), upTo(5), upTo(5)]);
});

test("a tab that comes later is handed what it has missed, and the others nothing twice", () => {
  const first = new Tab().watch("a");
  mock.timers.tick(GATHER);
  newest().step("a", 10);
  const late = new Tab().watch("a");
  newest().step("a", 2); // on the old stream: too far for the one that is late
  assert.deepEqual(late.steps, []);
  mock.timers.tick(GATHER);
  assert.deepEqual([newest().asked, Source.open.length], ["/api/events?run=a", 1]);
  newest().step("a", 10);
  newest().step("a", 2);
  newest().step("a", 3);
  assert.deepEqual([first.steps, late.steps], [upTo(15), upTo(15)]);
});

test("a run that a tab brings, or takes away, leaves the others where they are", () => {
  const tab = new Tab();
  const a = tab.watch("a");
  mock.timers.tick(GATHER);
  newest().step("a", 4);
  const b = tab.watch("b");
  mock.timers.tick(GATHER);
  assert.equal(newest().asked, "/api/events?run=a&run=b&after=a-4");
  newest().step("a", 1);
  newest().step("b", 7);
  a.close();
  mock.timers.tick(GATHER);
  assert.deepEqual([newest().asked, Source.open.length], ["/api/events?run=b&after=b-7", 1]);
  newest().step("b", 1);
  b.close();
  mock.timers.tick(GATHER);
  assert.deepEqual([a.steps, b.steps, Source.open.length], [upTo(5), upTo(8), 0]);
});

test("a run that has ended is asked for no more, and the stream of the others is left as it is", () => {
  const tab = new Tab();
  const [a, b] = [tab.watch("a"), tab.watch("b")];
  mock.timers.tick(GATHER);
  newest().send("end", "a");
  mock.timers.tick(GATHER);
  assert.equal(Source.all.length, 1);
  newest().step("b", 2);
  newest().fail({ forGood: false });
  mock.timers.tick(FIRST_PAUSE);
  assert.equal(newest().asked, "/api/events?run=b&after=b-2");
  assert.deepEqual([a.said, b.said], [["end"], ["lost"]]);
});

test("a run that ends while a tab has still to be told its steps, ends for that tab after them", () => {
  const first = new Tab().watch("a");
  mock.timers.tick(GATHER);
  newest().step("a", 3);
  const late = new Tab().watch("a");
  newest().send("end", "a");
  assert.deepEqual([first.said, late.said], [["end"], []]);
  mock.timers.tick(GATHER);
  newest().step("a", 3);
  newest().send("end", "a");
  assert.deepEqual([late.steps, late.said, first.said], [upTo(3), ["end"], ["end"]]);
});

test("a stream that is cut says so, and goes on after the last step", () => {
  const [one, other] = [new Tab().watch("a"), new Tab().watch("b")];
  mock.timers.tick(GATHER);
  newest().connect();
  newest().step("a", 40);
  newest().step("b", 2);
  newest().fail({ forGood: false });
  assert.deepEqual([Source.open.length, one.said, other.said], [0, ["connected", "lost"], ["connected", "lost"]]);
  mock.timers.tick(FIRST_PAUSE);
  assert.equal(newest().asked, "/api/events?run=a&run=b&after=a-40%2Cb-2");
  newest().connect();
  newest().step("a", 1);
  assert.deepEqual([one.steps, one.said.at(-1), other.said.at(-1)], [upTo(41), "connected", "connected"]);
});

test("a connection on which nothing comes any more is taken for lost", () => {
  const heard = new Tab().watch("a");
  mock.timers.tick(GATHER);
  newest().connect();
  for (const wait of [SILENCE - 1, SILENCE - 1]) {
    mock.timers.tick(wait);
    newest().send("run", "a");
  }
  assert.deepEqual([heard.said, Source.all.length], [["connected", "run", "run"], 1]);
  mock.timers.tick(SILENCE);
  assert.deepEqual([heard.said.at(-1), Source.open.length], ["lost", 0]);
  mock.timers.tick(FIRST_PAUSE);
  assert.equal(Source.open.length, 1);
});

test("a server that takes the connection and says nothing is tried again", () => {
  new Tab().watch("a");
  for (const wait of [GATHER, SILENCE, FIRST_PAUSE]) mock.timers.tick(wait);
  assert.deepEqual([Source.all.length, Source.open.length], [2, 1]);
});

test("after a gap the run is read again from its first step", () => {
  const heard = new Tab().watch("a");
  mock.timers.tick(GATHER);
  newest().step("a", 5);
  heard.follows = false;
  newest().step("a", 5);
  heard.follows = true;
  heard.steps = [];
  mock.timers.tick(GATHER);
  assert.deepEqual([newest().asked, Source.open.length], ["/api/events?run=a", 1]);
  newest().step("a", 10);
  assert.deepEqual(heard.steps, upTo(10));
});

test("while the server is away it is asked ever more rarely, and at once often again when it was back", async () => {
  statusOf = () => 0;
  new Tab().watch("a");
  mock.timers.tick(GATHER);
  newest().fail({ forGood: true });
  for (const pause of [500, 1000, 2000, 4000, 8000, 8000]) {
    mock.timers.tick(pause - 1);
    await answered();
    assert.equal(Source.all.length, 1);
    mock.timers.tick(1);
    await answered();
  }
  statusOf = () => 200;
  mock.timers.tick(8000);
  await answered();
  assert.equal(Source.all.length, 2);
  newest().connect();
  newest().fail({ forGood: true });
  mock.timers.tick(FIRST_PAUSE);
  await answered();
  assert.equal(Source.all.length, 3);
});

test("a run that the server no longer knows is not waited for, and the others go on", async () => {
  statusOf = (run) => (run === "old" ? 404 : 200);
  const tab = new Tab();
  const [old, known] = [tab.watch("old"), tab.watch("known")];
  mock.timers.tick(GATHER);
  newest().fail({ forGood: true });
  mock.timers.tick(FIRST_PAUSE);
  await answered();
  assert.deepEqual([old.said, known.said], [["lost", "gone"], ["lost"]]);
  assert.deepEqual([newest().asked, Source.all.length], ["/api/events?run=known", 2]);
});

test("a tab that opens a run while the connection is lost is told so, and waits with the others", () => {
  new Tab().watch("a");
  mock.timers.tick(GATHER);
  newest().fail({ forGood: false });
  const late = new Tab().watch("b");
  mock.timers.tick(FIRST_PAUSE - 1);
  assert.deepEqual([late.said, Source.all.length], [["lost"], 1]);
  mock.timers.tick(1);
  assert.equal(newest().asked, "/api/events?run=a&run=b");
});

test("when the last tab closes its run, a lost connection is not tried again", async () => {
  const heard = new Tab().watch("a");
  mock.timers.tick(GATHER);
  newest().fail({ forGood: true });
  heard.close();
  mock.timers.tick(100_000);
  await answered();
  assert.equal(Source.all.length, 1);
});

test("a tab that crashes leaves no stream behind", () => {
  const tab = new Tab();
  tab.watch("a");
  mock.timers.tick(GATHER);
  tab.isDead = true;
  letPingOnALiveStream(MOST_UNANSWERED);
  assert.equal(Source.open.length, 1);
  letPingOnALiveStream(1);
  mock.timers.tick(GATHER);
  assert.equal(Source.open.length, 0);
});

test("of a tab that crashes only its own runs are dropped", () => {
  const [crashing, living] = [new Tab(), new Tab()];
  crashing.watch("a");
  const heard = living.watch("b");
  mock.timers.tick(GATHER);
  newest().step("b", 2);
  crashing.isDead = true;
  letPingOnALiveStream(MOST_UNANSWERED + 1);
  mock.timers.tick(GATHER);
  assert.deepEqual([newest().asked, Source.open.length], ["/api/events?run=b&after=b-2", 1]);
  newest().step("b", 2);
  assert.deepEqual(heard.steps, upTo(4));
});

test("a tab that was only asleep goes on where it was when it wakes", () => {
  const [sleeper, other] = [new Tab(), new Tab()];
  const asleep = sleeper.watch("a");
  other.watch("a");
  mock.timers.tick(GATHER);
  newest().step("a", 3);
  sleeper.isDead = true;
  letPingOnALiveStream(MOST_UNANSWERED);
  newest().step("a", 2);
  letPingOnALiveStream(1);
  newest().step("a", 4); // it is forgotten by now
  sleeper.wake();
  mock.timers.tick(GATHER);
  assert.equal(newest().asked, "/api/events?run=a&after=a-5");
  newest().step("a", 4);
  newest().step("a", 1);
  assert.deepEqual(asleep.steps, upTo(10));
});

test("when the process of the hub has crashed, tabs take another and go on where they were", () => {
  const tab = new Tab();
  const heard = tab.watch("a");
  mock.timers.tick(GATHER);
  newest().step("a", 5);
  crashed = hub;
  hub = new Hub();
  letPing(MOST_UNANSWERED);
  assert.equal(tab.channels, 1);
  letPing(1);
  mock.timers.tick(GATHER);
  assert.deepEqual([tab.channels, newest().asked], [2, "/api/events?run=a&after=a-5"]);
  newest().step("a", 1);
  assert.deepEqual(heard.steps, upTo(6));
});

test("a page that is not looked at holds no stream, and catches up when it is", () => {
  const tab = new Tab();
  const heard = tab.watch("a");
  mock.timers.tick(GATHER);
  newest().step("a", 5);
  tab.client.pause();
  mock.timers.tick(GATHER);
  assert.equal(Source.open.length, 0);
  const added = tab.watch("b");
  mock.timers.tick(100_000);
  assert.equal(Source.all.length, 1);
  tab.client.resume();
  mock.timers.tick(GATHER);
  assert.equal(newest().asked, "/api/events?run=a&run=b&after=a-5");
  newest().step("a", 2);
  newest().step("b", 2);
  assert.deepEqual([heard.steps, added.steps, heard.said], [upTo(7), upTo(2), []]);
});

test("where nothing is watched, no time is spent", () => {
  const heard = new Tab().watch("a");
  mock.timers.tick(GATHER);
  newest().send("end", "a");
  /** @type {HubMessage[]} */
  const posted = [];
  hub.join((message) => posted.push(message));
  letPing(10);
  assert.deepEqual([heard.said, posted, Source.all.length], [["end"], [], 1]);
});

// Rooms

test("a room is a part of the same stream, and what is said of it goes to those who watch it", () => {
  const tab = new Tab();
  const [run, room, other] = [tab.watch("a"), tab.watchRoom("K7F4"), tab.watchRoom("AAAA")];
  mock.timers.tick(GATHER);
  assert.deepEqual(Source.all.map(({ asked }) => asked), ["/api/events?run=a&room=K7F4&room=AAAA"]);
  newest().connect();
  newest().tell("room", "K7F4", { phones: 27 });
  newest().step("a", 2);
  assert.deepEqual([room.said, other.said, run.steps], [["connected", 27], ["connected"], upTo(2)]);
});

test("a phone hears what everybody hears, and what is its own; another seat hears nothing of that", () => {
  const tab = new Tab();
  const [presenter, phone, neighbour] = ["K7F4", "K7F4.12.SECRET", "K7F4.1.OTHER"].map((name) => tab.watchRoom(name));
  mock.timers.tick(GATHER);
  newest().tell("room", "K7F4", { phones: 2 });
  newest().tell("seat", "K7F4.12.SECRET", { process: "P3" });
  assert.deepEqual([presenter?.said, phone?.said, neighbour?.said], [[2], [2, "P3"], [2]]);
});

test("who comes later to a room that is on the stream is told what was said last, and the stream stays as it is", () => {
  new Tab().watchRoom("K7F4.12.SECRET");
  mock.timers.tick(GATHER);
  newest().tell("room", "K7F4", { phones: 26 });
  newest().tell("seat", "K7F4.12.SECRET", { process: null });
  newest().tell("room", "K7F4", { phones: 27 });
  const late = new Tab().watchRoom("K7F4.12.SECRET");
  mock.timers.tick(GATHER);
  assert.deepEqual([late.said, Source.all.length], [[27, null], 1]);
});

test("a run that comes or goes leaves the room on the stream, and one that goes on stays where it is", () => {
  const tab = new Tab();
  const room = tab.watchRoom("K7F4");
  const a = tab.watch("a");
  mock.timers.tick(GATHER);
  newest().step("a", 4);
  tab.watch("b");
  mock.timers.tick(GATHER);
  assert.deepEqual([newest().asked, Source.open.length], ["/api/events?run=a&run=b&room=K7F4&after=a-4", 1]);
  a.close();
  mock.timers.tick(GATHER);
  assert.equal(newest().asked, "/api/events?run=b&room=K7F4");
  newest().tell("room", "K7F4", { phones: 3 });
  assert.deepEqual(room.said, [3]);
});

test("a room keeps the stream open though all its runs have ended", () => {
  const tab = new Tab();
  const [run, room] = [tab.watch("a"), tab.watchRoom("K7F4")];
  mock.timers.tick(GATHER);
  newest().send("end", "a");
  mock.timers.tick(GATHER);
  newest().tell("room", "K7F4", { phones: 5 });
  assert.deepEqual([run.said, room.said, Source.all.length, Source.open.length], [["end"], [5], 1, 1]);
});

test("a room that has ended says so last, and what nobody needs any more is closed", () => {
  const [presenter, phone] = [new Tab().watchRoom("K7F4"), new Tab().watchRoom("K7F4.12.SECRET")];
  mock.timers.tick(GATHER);
  newest().tell("room", "K7F4", { status: "ended" });
  assert.deepEqual([presenter.said, phone.said, Source.open.length], [["ended"], ["ended"], 0]);
  mock.timers.tick(100_000);
  assert.equal(Source.all.length, 1);
});

test("a room that ends leaves its runs where they are", () => {
  const tab = new Tab();
  const run = tab.watch("a");
  tab.watchRoom("K7F4");
  mock.timers.tick(GATHER);
  newest().tell("room", "K7F4", { status: "ended" });
  newest().step("a", 2);
  mock.timers.tick(GATHER);
  assert.deepEqual([run.steps, Source.all.length, Source.open.length], [upTo(2), 1, 1]);
});

test("a room whose stream is cut is watched again, after ever longer pauses, and is told anew", () => {
  const heard = new Tab().watchRoom("K7F4.12.SECRET");
  mock.timers.tick(GATHER);
  newest().connect();
  newest().tell("room", "K7F4", { phones: 27 });
  newest().fail({ forGood: false });
  mock.timers.tick(FIRST_PAUSE);
  newest().fail({ forGood: false });
  mock.timers.tick(2 * FIRST_PAUSE - 1);
  assert.equal(Source.all.length, 2);
  mock.timers.tick(1);
  assert.deepEqual([newest().asked, Source.all.length], ["/api/events?room=K7F4.12.SECRET", 3]);
  newest().connect();
  newest().tell("room", "K7F4", { phones: 26 });
  assert.deepEqual(heard.said, ["connected", 27, "lost", "lost", "connected", 26]);
});

test("who comes to a room while the connection is lost is told so, and nothing that may be old", () => {
  new Tab().watchRoom("K7F4");
  mock.timers.tick(GATHER);
  newest().tell("room", "K7F4", { phones: 27 });
  newest().fail({ forGood: false });
  assert.deepEqual(new Tab().watchRoom("K7F4").said, ["lost"]);
});

test("a room that the server does not know is not waited for, and runs and other rooms go on", async () => {
  statusOf = (name) => (name === "GGGG" ? 404 : 200);
  const tab = new Tab();
  const [run, gone, known] = [tab.watch("a"), tab.watchRoom("GGGG"), tab.watchRoom("K7F4")];
  mock.timers.tick(GATHER);
  newest().fail({ forGood: true });
  mock.timers.tick(FIRST_PAUSE);
  await answered();
  assert.deepEqual([run.said, gone.said, known.said], [["lost"], ["lost", "gone"], ["lost"]]);
  assert.equal(newest().asked, "/api/events?run=a&room=K7F4");
});

test("a seat that the room does not know is gone, and the presenter of that room goes on", async () => {
  statusOf = (name) => (name === "K7F4.12.SECRET" ? 403 : 200);
  const [presenter, phone] = [new Tab().watchRoom("K7F4"), new Tab().watchRoom("K7F4.12.SECRET")];
  mock.timers.tick(GATHER);
  newest().fail({ forGood: true });
  mock.timers.tick(FIRST_PAUSE);
  await answered();
  assert.deepEqual([presenter.said, phone.said, newest().asked], [["lost"], ["lost", "gone"], "/api/events?room=K7F4"]);
});

test("a phone that was only asleep is in its room again when it wakes", () => {
  const [sleeper, other] = [new Tab(), new Tab()];
  const asleep = sleeper.watchRoom("K7F4.12.SECRET");
  const run = other.watch("a");
  mock.timers.tick(GATHER);
  sleeper.isDead = true;
  letPingOnALiveStream(MOST_UNANSWERED + 1);
  mock.timers.tick(GATHER);
  assert.equal(newest().asked, "/api/events?run=a");
  sleeper.wake();
  mock.timers.tick(GATHER);
  assert.equal(newest().asked, "/api/events?run=a&room=K7F4.12.SECRET");
  newest().tell("seat", "K7F4.12.SECRET", { process: "P3" });
  assert.deepEqual([asleep.said, run.said.includes("lost")], [["P3"], false]);
});

test("a page of a room that is not looked at holds no stream, and is told all when it is", () => {
  const tab = new Tab();
  const heard = tab.watchRoom("K7F4");
  mock.timers.tick(GATHER);
  newest().tell("room", "K7F4", { phones: 1 });
  tab.client.pause();
  mock.timers.tick(GATHER);
  assert.equal(Source.open.length, 0);
  tab.client.resume();
  mock.timers.tick(GATHER);
  newest().tell("room", "K7F4", { phones: 2 });
  assert.deepEqual(heard.said, [1, 2]);
});

test("whoever closes a room hears no more of it", () => {
  const tab = new Tab();
  const [closed, kept] = [tab.watchRoom("K7F4"), tab.watchRoom("K7F4")];
  mock.timers.tick(GATHER);
  closed.close();
  newest().tell("room", "K7F4", { phones: 1 });
  mock.timers.tick(GATHER);
  assert.deepEqual([closed.said, kept.said, Source.all.length], [[], [1], 1]);
  kept.close();
  mock.timers.tick(GATHER);
  assert.equal(Source.open.length, 0);
});
