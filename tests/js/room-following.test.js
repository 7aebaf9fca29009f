// Where a phone's race player goes when the presenter goes somewhere.

import assert from "node:assert/strict";
import test from "node:test";

import { lookAt, moveTo } from "../../static/js/pages/room/following.js";

/** @import { Shown } from "../../static/js/core/room-types.js" */

/** @param {Partial<Shown>} [more] @returns {Shown} */
function shown(more = {}) {
  return { path: "/?runs=a,b", title: "Race", runs: ["a", "b"], at: null, clip: null, ...more };
}

test("who comes in sees the runs at the moment on the projector, or the loss that is played there", () => {
  assert.deepEqual(moveTo(null, shown({ at: 17 })), { does: "open", at: 17, clip: null, plays: false });
  assert.deepEqual(moveTo(null, shown({ at: 3, clip: 9 })), { does: "open", at: null, clip: 9, plays: false });
  assert.deepEqual(moveTo(null, shown()), { does: "open", at: null, clip: null, plays: false });
});

test("runs that begin while one is there are played from their start, as on the projector", () => {
  assert.deepEqual(moveTo(shown(), shown({ runs: ["c"] })), { does: "open", at: null, clip: null, plays: true });
  assert.deepEqual(moveTo(shown(), shown({ runs: ["c"], at: 4 })), { does: "open", at: 4, clip: null, plays: false });
});

test("a step of the presenter is a step here, and a jump is a jump", () => {
  assert.deepEqual(moveTo(shown({ at: 16 }), shown({ at: 17 })), { does: "step", count: 1 });
  assert.deepEqual(moveTo(shown({ at: 17 }), shown({ at: 16 })), { does: "step", count: -1 });
  assert.deepEqual(moveTo(shown({ at: 2 }), shown({ at: 17 })), { does: "seek", at: 17 });
  assert.deepEqual(moveTo(shown(), shown({ at: 17 })), { does: "seek", at: 17 });
  assert.deepEqual(moveTo(shown({ at: 17 }), shown({ at: 17, path: "/?runs=a,b&panel=map" })), { does: "nothing" });
});

test("a loss is played once, and what comes after it is followed", () => {
  assert.deepEqual(moveTo(shown({ at: 17 }), shown({ clip: 9 })), { does: "clip", position: 9 });
  assert.deepEqual(moveTo(shown({ clip: 9 }), shown({ clip: 9, at: 5 })), { does: "nothing" });
  assert.deepEqual(moveTo(shown({ clip: 9 }), shown({ clip: 21 })), { does: "clip", position: 21 });
  assert.deepEqual(moveTo(shown({ clip: 9 }), shown({ at: 9 })), { does: "seek", at: 9 });
  assert.deepEqual(moveTo(shown({ clip: 9 }), shown()), { does: "end" });
});

test("a presenter who plays on from a moment is followed from there", () => {
  assert.deepEqual(moveTo(shown({ at: 17 }), shown()), { does: "play" });
  assert.deepEqual(moveTo(shown(), shown()), { does: "nothing" });
});

test("who comes back goes to where the presenter is, wherever one was", () => {
  const lost = { at: NaN, clip: NaN };
  assert.deepEqual(moveTo(shown(lost), shown({ at: 17 })), { does: "seek", at: 17 });
  assert.deepEqual(moveTo(shown(lost), shown({ clip: 9 })), { does: "clip", position: 9 });
  assert.deepEqual(moveTo(shown(lost), shown()), { does: "end" });
});

test("it is looked at as on the projector: the panel, one race alone, the clock", () => {
  assert.deepEqual(lookAt(shown({ path: "/?runs=a,b&panel=map&alone=right&clock=clock&projector=" })), {
    look: { panel: "map", solo: 1, cell: null },
    clock: "clock",
  });
  assert.deepEqual(lookAt(shown({ path: "/scheduler?goal=x" })).look, { panel: "value", solo: null, cell: null });
});
