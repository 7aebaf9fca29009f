// The one moment, with frames that the test draws by hand.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import { Player } from "../../static/js/core/player.js";
import { caseOf, historyOf } from "./cases.js";

const HISTORIES = ["race-none", "race-with"].map((id) => historyOf(caseOf(id)));
const LAST = Math.max(...HISTORIES.map(({ length }) => length));
const STEP_MS = 800;

/** Frames that somebody asked for. @type {((now: number) => void)[]} */
let asked = [];
/** @type {() => void} */
let shown = () => undefined;
let drawn = 0;
const races = { live: false, flows: false };

/** Draws the view that was asked for, if any. @param {number} now */
function view(now) {
  const due = asked;
  asked = [];
  for (const draw of due) draw(now);
}

function player() {
  return new Player({ histories: () => HISTORIES, live: () => races.live, flows: () => races.flows, draw: () => (drawn += 1) });
}

beforeEach(() => {
  asked = [];
  drawn = 0;
  Object.assign(races, { live: false, flows: false });
  Object.assign(globalThis, {
    document: {
      visibilityState: "visible",
      addEventListener: (/** @type {string} */ _, /** @type {() => void} */ listener) => (shown = listener),
      removeEventListener: () => (shown = () => undefined),
    },
    requestAnimationFrame: (/** @type {(now: number) => void} */ draw) => asked.push(draw),
    cancelAnimationFrame: () => (asked = []),
  });
});

test("however often something changes, it is drawn once a view", () => {
  const one = player();
  for (let times = 0; times < 5; times += 1) one.invalidate();
  view(0);
  view(16);
  assert.equal(drawn, 1);
  shown();
  view(32);
  assert.equal(drawn, 2);
});

test("who follows is at the newest step", () => {
  const one = player();
  one.invalidate();
  view(0);
  assert.deepEqual([one.moment, one.cause, one.following], [LAST, "live", true]);
});

test("playing shows the first step at once, then one a beat, and stops at the end", () => {
  const one = player();
  one.seek(0);
  one.togglePlay();
  assert.deepEqual([one.moment, one.playing], [1, true]);
  view(1000);
  view(1000 + STEP_MS);
  assert.equal(one.moment, 2);
  one.setSpeed(4);
  view(1000 + 2 * STEP_MS);
  assert.equal(one.moment, 6);
  view(1000 + 1000 * STEP_MS);
  assert.deepEqual([one.moment, one.playing, one.following], [LAST, false, false]);
  view(1000 + 1001 * STEP_MS);
  assert.equal(asked.length, 0);
});

test("who has played up to the newest step of a race that goes on, follows it", () => {
  races.live = true;
  const one = player();
  one.seek(LAST - 1);
  one.togglePlay();
  view(0);
  assert.deepEqual([one.playing, one.following], [false, true]);
});

test("playing again at the end begins at the start", () => {
  const one = player();
  one.seek(LAST);
  one.togglePlay();
  assert.equal(one.moment, 1);
});

test("a pause stays at whole steps, and what flows by itself can be paused too", () => {
  const one = player();
  one.seek(0);
  one.togglePlay();
  view(1000);
  view(1000 + STEP_MS * 1.5);
  assert.equal(one.moment, 2.5);
  one.togglePlay();
  assert.deepEqual([one.moment, one.playing], [2, false]);
  races.flows = true;
  one.follow();
  one.togglePlay();
  assert.deepEqual([one.playing, one.following], [false, false]);
});

test("nobody gets before the start or beyond the end", () => {
  const one = player();
  one.seek(-5);
  assert.equal(one.moment, 0);
  one.step(-1);
  assert.equal(one.moment, 0);
  one.seek(1e9);
  assert.equal(one.moment, LAST);
  one.step(1);
  assert.equal(one.moment, LAST);
  one.step(-3);
  assert.deepEqual([one.moment, one.cause], [LAST - 3, "jump"]);
  one.step(1);
  assert.deepEqual([one.moment, one.cause], [LAST - 2, "hand"]);
});

test("the other clock shows the same step, and says how much slower it goes than it went", () => {
  const one = player();
  one.seek(20);
  assert.equal(one.slowed, null);
  one.setClock("clock");
  const longest = HISTORIES.find(({ length }) => length === LAST);
  assert.equal(one.moment, longest?.time(19));
  const whole = (LAST * STEP_MS) / 1000;
  assert.ok(Math.abs((one.slowed ?? 0) - whole / (one.last / 1e9)) < 1e-6);
  one.setClock("steps");
  assert.equal(one.moment, 20);
});

test("once it is destroyed nothing is drawn any more", () => {
  const one = player();
  one.invalidate();
  one.destroy();
  one.seek(3);
  shown();
  view(0);
  assert.deepEqual([drawn, asked.length], [0, 0]);
});
