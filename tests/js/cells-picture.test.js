// What moves on the stage of shared cells while a write brings back what had been lost.

import assert from "node:assert/strict";
import test from "node:test";

import { IMPACT, REST } from "../../static/js/core/death.js";
import { layOut } from "../../static/js/stages/cells/layout.js";
import { PLANES, paint } from "../../static/js/stages/cells/picture.js";
import { viewAt } from "../../static/js/stages/cells/loss-picture.js";
import { TextPen } from "../../static/js/stages/svg-text.js";
import { historyOf, runOf } from "./cases.js";

/** @import { ViewState } from "../../static/js/core/types.js" */
/** @import { Plane } from "../../static/js/stages/cells/picture.js" */
/** @import { RecordedStep } from "./cases.js" */

/** P1 loses P2's update; P2, who has read its own update before that, builds on it: its own is back, and P1's is lost. */
const TAKEN = /** @type {Omit<RecordedStep, "index" | "t_ns" | "target">[]} */ ([
  { process: "P1", op: "read", value: 0, version: 0 },
  { process: "P2", op: "read", value: 0, version: 0 },
  { process: "P2", op: "write", value: 1, version: 1, base: 0, lost: 0 },
  { process: "P2", op: "read", value: 1, version: 1 },
  { process: "P1", op: "write", value: 1, version: 2, base: 0, lost: 1 },
  { process: "P2", op: "write", value: 2, version: 3, base: 1, lost: 1 },
]);

/** The planes of the picture of one moment, as text. @param {number} position @param {number} progress */
function pictureAt(position, progress) {
  const run = runOf(["P1", "P2"]);
  const history = historyOf({ run, steps: TAKEN.map((step, index) => ({ index, t_ns: index, target: "number", ...step })) });
  const view = /** @type {ViewState} */ (/** @type {unknown} */ ({ run, history, variant: { name: "none", kind: "none" }, cell: "number" }));
  const layout = layOut(592, 200, 2, 13, 1, false);
  const pens = /** @type {Record<Plane, TextPen>} */ (Object.fromEntries(PLANES.map((plane) => [plane, new TextPen()])));
  paint(pens, viewAt(view, position, progress), layout);
  return pens;
}

test("an update that comes back leaves the tray whole, in its process's colour, and goes behind the number", () => {
  const back = TAKEN.length;
  assert.doesNotMatch(pictureAt(back, IMPACT - 0.01).knocked.text, /is-mended/);
  for (const progress of [IMPACT, 0.5, REST - 0.01]) {
    const { knocked } = pictureAt(back, progress);
    assert.match(knocked.text, /ticket-half is-mended p1/);
    assert.doesNotMatch(knocked.text, /is-mended p0/);
  }
  assert.doesNotMatch(pictureAt(back, REST).knocked.text, /is-mended/);
  assert.match(pictureAt(back, 1).ground.text, />P1’s \+1 is lost, P2’s \+1 is back</);
});

test("where nothing comes back no ticket is mended", () => {
  for (let position = 1; position < TAKEN.length; position += 1) {
    for (const plane of PLANES) assert.doesNotMatch(pictureAt(position, 0.5)[plane].text, /is-mended|is back/);
  }
});
