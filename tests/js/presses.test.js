// One press at a time: none is lost, none is doubled.

import assert from "node:assert/strict";
import test from "node:test";

import { Presses } from "../../static/js/pages/room/presses.js";

/** A server that answers when the test says so. */
function createServer() {
  /** @type {number[]} */
  const sent = [];
  /** @type {((answer: any) => void)[]} */
  const waiting = [];
  const presses = new Presses((game) => {
    sent.push(game);
    return new Promise((answer) => waiting.push(answer));
  }, () => {});
  return {
    presses,
    sent,
    /** @param {object} answer */
    async answer(answer) {
      waiting.shift()?.(answer);
      await new Promise((done) => setImmediate(done));
    },
  };
}

/** @param {number} index of the step that it led to */
const took = (index) => ({ ok: true, body: { step: { index } } });

test("a press is on its way at once, and until its step is on the screen", async () => {
  const { presses, sent, answer } = createServer();
  void presses.press(1, 5);
  assert.deepEqual([presses.isOnItsWay(5), sent], [true, [1]]);
  await answer(took(5));
  assert.equal(presses.isOnItsWay(5), true, "the step has not come yet");
  assert.equal(presses.isOnItsWay(6), false);
});

test("a second tap meanwhile sends nothing, and is told so; after that one can press again", async () => {
  const { presses, sent, answer } = createServer();
  void presses.press(1, 5);
  void presses.press(1, 5);
  assert.deepEqual([sent.length, presses.wasNudged], [1, true]);
  await answer(took(5));
  void presses.press(1, 5); // the answer is here, the step is not
  assert.deepEqual([sent.length, presses.wasNudged], [1, true]);
  void presses.press(1, 6);
  assert.deepEqual([sent.length, presses.wasNudged], [2, false]);
});

test("a press whose answer was lost is never sent again by itself: nobody knows whether it counted", async () => {
  const { presses, sent, answer } = createServer();
  void presses.press(1, 5);
  await answer({ ok: false, status: 0, problem: { code: "unreachable", message: "The server does not answer." } });
  assert.deepEqual([sent.length, presses.isOnItsWay(5)], [1, false]);
  assert.match(presses.words, /broke off/);
  void presses.press(1, 5);
  assert.deepEqual([sent.length, presses.words], [2, ""]);
});

test("a press that is refused says why, in the server's words", async () => {
  const { presses, answer } = createServer();
  void presses.press(1, 5);
  await answer({ ok: false, status: 409, problem: { code: "not_runnable", message: "P3 waits for lock, which P1 holds.", hint: "Press when it is free." } });
  assert.deepEqual([presses.words, presses.isOnItsWay(5)], ["P3 waits for lock, which P1 holds. Press when it is free.", false]);
});

test("another game begins with nothing on its way", async () => {
  const { presses, answer } = createServer();
  void presses.press(1, 5);
  await answer(took(40));
  assert.equal(presses.isOnItsWay(0), true);
  presses.reset();
  assert.equal(presses.isOnItsWay(0), false);
});
