// The one moment, and how far the step on show has come: with a clock that the test drives by hand.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import { clipOf } from "../../static/js/core/clip.js";
import { deathsAhead, pacing } from "../../static/js/core/pacing.js";
import { Player } from "../../static/js/core/player.js";
import { caseOf, columnsOf, historyOf } from "./cases.js";

/** @import { History } from "../../static/js/core/history.js" */

const [NONE, LOCKED] = /** @type {[History, History]} */ (["race-none", "race-with"].map((id) => historyOf(caseOf(id))));
const LAST = Math.max(NONE.length, LOCKED.length);
const FIRST_LOSS = NONE.losses.next(0, 1) ?? 0;
const STEP_MS = 700;
const FRAME_MS = 10;

/** The frames that somebody asked for. @type {((now: number) => void)[]} */
let asked = [];
let now = 0;
let drawn = 0;
/** @type {{live: boolean, flows: boolean, calm: boolean, histories: History[]}} */
const races = { live: false, flows: false, calm: false, histories: [] };

/** Lets time pass, and draws the frame that was asked for, if any. @param {number} [ms] */
function drawFrame(ms = 0) {
  now += ms;
  const due = asked;
  asked = [];
  for (const draw of due) draw(now);
}

/** Lets time pass frame by frame. @param {number} ms */
function pass(ms) {
  for (let left = ms; left > 0; left -= FRAME_MS) drawFrame(FRAME_MS);
}

function player() {
  return new Player({
    histories: () => races.histories,
    live: () => races.live,
    flows: () => races.flows,
    expected: () => LAST,
    calm: () => races.calm,
    draw: () => (drawn += 1),
    clock: { now: () => now, request: (draw) => asked.push(draw), cancel: () => (asked = []) },
  });
}

/** How far each of the races' steps has come. @param {Player} one */
function progress(one) {
  return races.histories.map((history) => Number(one.progressOf(history).toFixed(2)));
}

beforeEach(() => {
  asked = [];
  now = 1000;
  drawn = 0;
  Object.assign(races, { live: false, flows: false, calm: false, histories: [NONE, LOCKED] });
});

test("however often something changes, it is drawn once a frame", () => {
  const one = player();
  for (let times = 0; times < 5; times += 1) one.invalidate();
  drawFrame();
  drawFrame(16);
  assert.equal(drawn, 1);
  one.wake();
  drawFrame(16);
  assert.equal(drawn, 2);
});

test("who follows is at the newest step, at rest", () => {
  const one = player();
  one.invalidate();
  drawFrame();
  assert.deepEqual([one.moment, one.cause, one.following], [LAST, "live", true]);
  assert.deepEqual(progress(one), [1, 1]);
});

test("playing shows the first step at once, then each as long as its pace says, and stops at the end", () => {
  const one = player();
  one.seek(0);
  one.togglePlay();
  assert.deepEqual([one.moment, one.playing], [1, true]);
  assert.deepEqual(progress(one), [0, 0]);
  drawFrame(STEP_MS / 2);
  assert.equal(one.moment, 1);
  assert.deepEqual(progress(one), [0.5, 0.5]);
  drawFrame(STEP_MS / 2);
  assert.equal(one.moment, 2);
  one.setSpeed(4);
  drawFrame(STEP_MS);
  assert.equal(one.moment, 6);
  drawFrame(60_000);
  assert.deepEqual([one.moment, one.playing, one.following], [LAST, false, false]);
  assert.deepEqual(progress(one), [1, 1]);
  drawFrame();
  drawFrame();
  assert.equal(asked.length, 0);
});

test("what is played takes as long as was planned, however many frames there are", () => {
  for (const frame of [7, 16, 40]) {
    const one = player();
    one.seek(0);
    one.togglePlay();
    const began = now;
    while (one.playing) drawFrame(frame);
    const { total } = pacing({ from: 0, known: LAST, length: LAST, ends: true, deaths: deathsAhead(NONE, 0) });
    assert.ok(Math.abs(now - began - total) < 2 * frame, `${now - began} and not ${total}`);
  }
});

test("races that have just begun are played from their first step, wait for the next one, and go on", () => {
  const { run, steps } = caseOf("race-none");
  const history = historyOf({ run, steps: [] });
  Object.assign(races, { live: true, flows: true, histories: [history] });
  const one = player();
  one.begin();
  pass(1000);
  assert.deepEqual([one.moment, one.playing, asked.length], [0, true, 0]);
  history.append(columnsOf(steps.slice(0, 3)));
  one.invalidate();
  drawFrame();
  assert.deepEqual([one.moment, progress(one)], [1, [0]]);
  pass(4 * STEP_MS);
  assert.deepEqual([one.moment, one.playing, progress(one), asked.length], [3, true, [1], 0]);
  now += 60_000;
  history.append(columnsOf(steps.slice(3)));
  Object.assign(races, { live: false, flows: false });
  one.invalidate();
  drawFrame();
  // The time of waiting is not made up for.
  assert.deepEqual([one.moment, progress(one)], [4, [0]]);
  while (one.playing) drawFrame(FRAME_MS);
  assert.deepEqual([one.moment, one.following], [steps.length, false]);
});

test("going live shows the newest step and each that comes, in place", () => {
  const { run, steps } = caseOf("race-none");
  const history = historyOf({ run, steps: steps.slice(0, 30) });
  Object.assign(races, { live: true, flows: true, histories: [history] });
  const one = player();
  one.begin();
  pass(1000);
  one.follow();
  drawFrame();
  assert.deepEqual([one.moment, one.playing, progress(one)], [30, false, [1]]);
  history.append(columnsOf(steps.slice(30, 31)));
  one.invalidate();
  drawFrame();
  assert.deepEqual([one.moment, progress(one)], [31, [1]]);
});

test("a step that somebody let a process take is shown in motion", () => {
  const { run, steps } = caseOf("race-none");
  const history = historyOf({ run, steps: steps.slice(0, 30) });
  Object.assign(races, { live: true, flows: false, histories: [history] });
  const one = player();
  one.follow();
  drawFrame();
  history.append(columnsOf(steps.slice(30, 31)));
  one.invalidate();
  drawFrame();
  assert.deepEqual([one.moment, progress(one)], [31, [0]]);
  pass(STEP_MS / 2);
  assert.deepEqual(progress(one), [0.5]);
  pass(STEP_MS);
  assert.deepEqual([progress(one), one.following, asked.length], [[1], true, 0]);
});

test("who has played up to the newest step of a race whose steps are asked for, follows it", () => {
  races.live = true;
  const one = player();
  one.seek(LAST - 1);
  one.togglePlay();
  pass(STEP_MS + FRAME_MS);
  assert.deepEqual([one.playing, one.following], [false, true]);
});

test("playing again at the end begins at the start", () => {
  const one = player();
  one.seek(LAST);
  one.togglePlay();
  assert.equal(one.moment, 1);
});

test("a pause stays at the step on show and lets its motion end, and what flows by itself can be paused too", () => {
  const one = player();
  one.seek(0);
  one.togglePlay();
  pass(STEP_MS * 1.5);
  assert.deepEqual([one.moment, progress(one)], [2, [0.5, 0.5]]);
  one.togglePlay();
  assert.deepEqual([one.moment, one.playing, progress(one)], [2, false, [0.5, 0.5]]);
  pass(STEP_MS);
  assert.deepEqual([one.moment, progress(one), asked.length], [2, [1, 1], 0]);
  races.flows = true;
  one.follow();
  one.togglePlay();
  assert.deepEqual([one.playing, one.following], [false, false]);
});

test("a step by hand moves for 0.7 s and rests; a jump and a step back rest at once", () => {
  const one = player();
  one.seek(3);
  assert.deepEqual(progress(one), [1, 1]);
  one.step(1);
  assert.deepEqual([one.moment, one.cause, progress(one), one.rests], [4, "hand", [0, 0], false]);
  pass(350);
  assert.deepEqual(progress(one), [0.5, 0.5]);
  pass(350 + FRAME_MS);
  assert.deepEqual([progress(one), one.rests], [[1, 1], true]);
  drawFrame();
  assert.equal(asked.length, 0);
  one.step(-1);
  assert.deepEqual([one.moment, progress(one)], [3, [1, 1]]);
  one.step(10);
  assert.deepEqual([one.moment, one.cause, progress(one)], [13, "jump", [1, 1]]);
});

test("a race that is over rests while the other goes on", () => {
  const one = player();
  one.seek(NONE.length);
  one.step(1);
  assert.deepEqual(progress(one), [1, 0]);
});

test("by the clock each race's step is as far as its time has passed", () => {
  const one = player();
  one.setClock("clock");
  one.seek(0);
  one.togglePlay();
  drawFrame(STEP_MS);
  assert.equal(one.cause, "play");
  for (const history of races.histories) {
    const position = history.countUpTo(one.moment);
    const [from, to] = [history.time(position - 1), history.time(position)];
    assert.ok(Math.abs(one.progressOf(history) - (one.moment - from) / (to - from)) < 1e-9);
  }
  one.seek(one.moment);
  assert.deepEqual(progress(one), [1, 1]);
});

test("without motion every step is at rest as soon as it is shown, and is shown as long", () => {
  races.calm = true;
  const one = player();
  one.begin();
  pass(STEP_MS + 2 * FRAME_MS);
  assert.deepEqual([one.moment, progress(one)], [2, [1, 1]]);
  one.step(1);
  assert.deepEqual(progress(one), [1, 1]);
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
});

test("a clip shows the steps that matter and rests on the death, and from there one can step on", () => {
  const one = player();
  const clip = clipOf(NONE, FIRST_LOSS);
  one.playClip({ ...clip, history: NONE });
  /** @type {number[]} */
  const seen = [];
  const began = now;
  while (one.playing) {
    if (seen.at(-1) !== one.moment) seen.push(one.moment);
    drawFrame(FRAME_MS);
  }
  assert.deepEqual(seen, clip.positions);
  assert.ok(now - began >= 4000 && now - began <= 6000, `${now - began}`);
  assert.deepEqual([one.moment, progress(one)[0], one.clip?.positions], [FIRST_LOSS, 1, clip.positions]);
  one.step(1);
  assert.deepEqual([one.moment, one.clip], [FIRST_LOSS + 1, null]);
});

test("by the clock a clip is the same, and rests on its death too", () => {
  const one = player();
  one.setClock("clock");
  const clip = clipOf(NONE, FIRST_LOSS);
  one.playClip({ ...clip, history: NONE });
  while (one.playing) drawFrame(FRAME_MS);
  assert.deepEqual([one.moment, progress(one)[0]], [NONE.time(FIRST_LOSS - 1), 1]);
  one.togglePlay();
  one.togglePlay();
  assert.equal(one.clip, null);
});

test("whatever else is done ends a clip where it is", () => {
  const one = player();
  const clip = { ...clipOf(NONE, FIRST_LOSS), history: NONE };
  for (const act of [() => one.togglePlay(), () => one.seek(3), () => one.follow(), () => one.begin(), () => one.setClock("clock")]) {
    one.playClip(clip);
    act();
    assert.equal(one.clip, null);
  }
});

test("the other clock shows the same step, and says how much slower it goes than it went", () => {
  const one = player();
  one.seek(20);
  const planned = pacing({ from: 0, known: LAST, length: LAST, ends: true, deaths: deathsAhead(NONE, 0) }).total;
  assert.ok(Math.abs((one.slowed ?? 0) - (planned * 1e6) / one.recorded) < 1e-6);
  one.setClock("clock");
  assert.equal(one.moment, LOCKED.time(19));
  assert.equal(one.recorded, one.last);
  assert.ok(Math.abs((one.slowed ?? 0) - (LAST * STEP_MS * 1e6) / one.last) < 1e-6);
  one.setClock("steps");
  assert.equal(one.moment, 20);
});

test("once it is destroyed nothing is drawn any more", () => {
  const one = player();
  one.invalidate();
  one.destroy();
  one.seek(3);
  one.wake();
  drawFrame();
  assert.deepEqual([drawn, asked.length], [0, 0]);
});
