// Which moments the charts show: never more than there are, and the playhead among them.

import assert from "node:assert/strict";
import test from "node:test";

import { followed, panned, whole, zoomed } from "../../static/js/core/range.js";
import { BY_STEPS } from "../../static/js/core/timebase.js";

/** @import { Player } from "../../static/js/core/player.js" */

/** The part of a player that the range needs. @param {number} last @param {number} [moment] */
function playerAt(last, moment = 0) {
  return /** @type {Player} */ ({ timebase: BY_STEPS, last, stepLength: 1, moment });
}

test("the whole is from the start to the last moment, and never empty", () => {
  assert.deepEqual(whole(playerAt(100)), { from: 0, to: 100 });
  assert.deepEqual(whole(playerAt(0)), { from: 0, to: 1 });
});

test("what one zooms at stays where it is", () => {
  const range = zoomed(null, playerAt(1000), 2, 300);
  assert.deepEqual(range, { from: 150, to: 650 });
  assert.deepEqual(zoomed(range, playerAt(1000), 5, 250), { from: 230, to: 330 });
});

test("nobody sees less than a few steps, and who zooms out far enough sees all", () => {
  assert.deepEqual(zoomed(null, playerAt(1000), 1e6, 500), { from: 494, to: 506 });
  assert.equal(zoomed({ from: 100, to: 700 }, playerAt(1000), 0.5, 300), null);
  assert.equal(zoomed(null, playerAt(6), 2, 3), null);
});

test("neither zooming nor panning leaves what there is", () => {
  assert.deepEqual(zoomed({ from: 0, to: 100 }, playerAt(1000), 0.5, 100), { from: 0, to: 200 });
  assert.deepEqual(panned({ from: 100, to: 200 }, playerAt(1000), 0.5), { from: 150, to: 250 });
  assert.deepEqual(panned({ from: 100, to: 200 }, playerAt(1000), -3), { from: 0, to: 100 });
  assert.deepEqual(panned({ from: 850, to: 950 }, playerAt(1000), 3), { from: 900, to: 1000 });
  assert.equal(panned(null, playerAt(1000), 1), null);
});

test("the page is turned when the playhead has moved off it, and only then", () => {
  const range = { from: 100, to: 200 };
  assert.equal(followed(range, playerAt(1000, 200)), range);
  assert.deepEqual(followed(range, playerAt(1000, 201)), { from: 191, to: 291 });
  assert.deepEqual(followed(range, playerAt(1000, 2)), { from: 0, to: 100 });
  assert.equal(followed(null, playerAt(1000, 500)), null);
});
