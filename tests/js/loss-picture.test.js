// A lost update as a picture: what stands in it is what the steps say.

import assert from "node:assert/strict";
import test from "node:test";

import { anatomy } from "../../static/js/core/anatomy.js";
import { phaseOf } from "../../static/js/core/death.js";
import { momentsOf, lossPicture, viewAt } from "../../static/js/stages/cells/loss-picture.js";
import { wrapped } from "../../static/js/stages/cells/shapes.js";
import { CASES, historyOf } from "./cases.js";

/** @import { Kind, ViewState } from "../../static/js/core/types.js" */

/** @type {Readonly<Record<string, Kind>>} */
const KINDS = { none: "none", with: "right", lock: "right", get_lock: "right" };

/** @param {typeof CASES[number]} each @returns {ViewState} */
function viewOf({ run }) {
  const history = historyOf(/** @type {typeof CASES[number]} */ (CASES.find((one) => one.run.id === run.id)));
  const guard = run.request.guard ?? "none";
  const kind = KINDS[guard] ?? "faulty";
  const variant = { name: guard, title: guard, about: "", kind, stage: "cells", locks: [], own_locks: guard === "separate_locks" };
  const pace = { name: "slow", title: "slow", badge: "slow · we pause", about: "" };
  const view = { run, history, variant, pace, side: 0, cell: "", position: history.length, progress: 1 };
  return /** @type {ViewState} */ (/** @type {unknown} */ (view));
}

for (const each of CASES) {
  const positions = each.losses.filter(({ lasting }) => lasting.length > 0).map(({ position }) => position);
  if (positions.length === 0 || each.run.id.startsWith("made-up")) continue;

  test(`${each.run.id}: each death has its moments in order, and ends with an impact and a rest`, () => {
    const view = viewOf(each);
    for (const position of positions.slice(0, 20)) {
      const moments = momentsOf(view, position);
      const times = moments.map((moment) => moment.position + moment.progress);
      assert.deepEqual(times, [...times].sort((one, other) => one - other));
      const phases = moments.map((moment) => phaseOf(viewAt(view, moment.position, moment.progress)));
      assert.deepEqual(phases.slice(-2), ["impact", "rest"]);
      // The write that is lost in the end may itself have erased another one: then it rests.
      assert.ok(phases.slice(0, -2).every((phase) => ["thread", "stale", "rest"].includes(phase)), String(phases));
    }
  });

  test(`${each.run.id}: the picture names the steps that the anatomy names, and where it can be seen`, () => {
    const view = viewOf(each);
    const [position = 0] = positions;
    const picture = lossPicture(view, position, "http://localhost/runs/x?clip=1&a=<b>");
    for (const { position: step, did } of anatomy(view.history, position).rows) {
      assert.ok(picture.includes(`>${step}</text>`), String(step));
      assert.ok(picture.includes(`>${did}`), did);
    }
    assert.ok(picture.includes("http://localhost/runs/x?clip=1&amp;a=&lt;b&gt;"));
    assert.doesNotMatch(picture, /NaN|undefined|Infinity/);
  });
}

test("a sentence is broken between words, and nothing of it is lost", () => {
  const words = "P1 writes 5, made from the 4 that it read before P2 wrote 5.";
  const lines = wrapped(words, 20);
  assert.equal(lines.join(" "), words);
  assert.ok(lines.every(({ length }) => length <= 20));
});
