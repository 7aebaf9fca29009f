// A run's events over a connection that breaks: nothing is missed, and nothing comes twice.

import assert from "node:assert/strict";
import test, { afterEach, beforeEach, mock } from "node:test";

import { placed } from "../../static/js/core/place.js";
import { Stream } from "../../static/js/core/stream.js";

/** A connection that the test holds in its hands. */
class Source extends EventTarget {
  static CLOSED = 2;
  /** @type {Source[]} */
  static all = [];
  readyState = 1;

  /** @param {string} url */
  constructor(url) {
    super();
    this.url = url;
    Source.all.push(this);
  }

  close() {
    this.readyState = Source.CLOSED;
  }

  /** @param {string} name @param {unknown} data @param {string} [lastEventId] */
  send(name, data, lastEventId = "") {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId }));
  }

  /** @param {{forGood: boolean}} how */
  fail({ forGood }) {
    if (forGood) this.close();
    this.dispatchEvent(new Event("error"));
  }
}

/** What the listener got. @type {unknown[]} */
let heard = [];
let follows = true;
let status = 200;

const listener = {
  onRun: (/** @type {unknown} */ run) => heard.push(["run", run]),
  onSteps: (/** @type {unknown} */ steps) => {
    heard.push(["steps", steps]);
    return follows;
  },
  onEnd: (/** @type {unknown} */ run) => heard.push(["end", run]),
  onConnection: (/** @type {boolean} */ connected) => heard.push(connected ? "connected" : "broken"),
  onGone: () => heard.push("gone"),
};

function newest() {
  return /** @type {Source} */ (Source.all.at(-1));
}

/** Lets what was asked of the server be answered. */
async function answered() {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, {
    EventSource: Source,
    window: { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout },
    fetch: () => (status ? Promise.resolve({ status }) : Promise.reject(new Error("no server"))),
  });
  Source.all = [];
  heard = [];
  follows = true;
  status = 200;
});

afterEach(() => mock.timers.reset());

test("what the server says is passed on, and the end closes the connection", () => {
  new Stream("a/b", listener);
  assert.equal(newest().url, placed("/api/runs/a%2Fb/events"));
  newest().dispatchEvent(new Event("open"));
  newest().send("run", 1);
  newest().send("steps", 2, "a-2");
  newest().send("end", 3);
  assert.deepEqual(heard, ["connected", ["run", 1], ["steps", 2], ["end", 3]]);
  assert.equal(newest().readyState, Source.CLOSED);
});

test("a connection that the browser mends itself is left alone", () => {
  new Stream("r", listener);
  newest().fail({ forGood: false });
  mock.timers.tick(100_000);
  assert.deepEqual([heard, Source.all.length], [["broken"], 1]);
});

test("where the browser gives up, a new connection goes on after the last event", async () => {
  new Stream("r", listener);
  newest().send("steps", 1, "r-40");
  newest().send("steps", 2, "r-80");
  newest().fail({ forGood: true });
  mock.timers.tick(500);
  await answered();
  assert.equal(newest().url, placed("/api/runs/r/events?after=r-80"));
  assert.equal(Source.all.length, 2);
});

test("after a gap the run is read again from its first step", () => {
  new Stream("r", listener);
  newest().send("steps", 1, "r-40");
  follows = false;
  newest().send("steps", 3, "r-120");
  assert.deepEqual(Source.all.map(({ url }) => url), [placed("/api/runs/r/events"), placed("/api/runs/r/events")]);
  assert.equal(Source.all[0]?.readyState, Source.CLOSED);
});

test("while the server is away it is asked ever more rarely, and at once often again when it was back", async () => {
  status = 0;
  new Stream("r", listener);
  newest().fail({ forGood: true });
  for (const pause of [500, 1000, 2000, 4000, 8000, 8000]) {
    mock.timers.tick(pause - 1);
    await answered();
    assert.equal(Source.all.length, 1);
    mock.timers.tick(1);
    await answered();
  }
  status = 200;
  mock.timers.tick(8000);
  await answered();
  assert.equal(Source.all.length, 2);
  newest().dispatchEvent(new Event("open"));
  newest().fail({ forGood: true });
  mock.timers.tick(500);
  await answered();
  assert.equal(Source.all.length, 3);
});

test("a run that the server no longer knows is not waited for", async () => {
  status = 404;
  new Stream("r", listener);
  newest().fail({ forGood: true });
  mock.timers.tick(500);
  await answered();
  mock.timers.tick(100_000);
  await answered();
  assert.deepEqual([heard, Source.all.length], [["broken", "gone"], 1]);
});

test("who closes it hears nothing any more", async () => {
  const stream = new Stream("r", listener);
  newest().fail({ forGood: true });
  stream.close();
  mock.timers.tick(100_000);
  await answered();
  assert.equal(Source.all.length, 1);
});
