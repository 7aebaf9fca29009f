// What the list of recordings says of each, and its small picture.

import assert from "node:assert/strict";
import test from "node:test";

import { outcome, when } from "../../static/js/pages/recordings/kept.js";
import { size } from "../../static/js/core/format.js";
import { pictureOf } from "../../static/js/pages/recordings/picture.js";

/** @import { CellCard, Kept } from "../../static/js/pages/recordings/kept.js" */

/** @type {CellCard} */
const CELL = { name: "number", initial: 0, expected: 4, final: 2, lost: 2, points: [[0.5, 1], [1, 2]] };

/** @type {Kept} */
const KEPT = {
  id: "abc",
  name: null,
  title: "2 processes, twice each, without a lock",
  kind: "scenario",
  made_at: "2026-11-27T14:05:00Z",
  status: "finished",
  steps: 16,
  bytes: 2700,
  is_pinned: false,
  is_imported: false,
  is_deleted: false,
  cell: CELL,
  findings: [],
};

test("what was lost is said, and is bad", () => {
  assert.deepEqual(outcome(KEPT), { words: "expected 4 · counter 2 · lost 2", isBad: true });
  assert.deepEqual(outcome({ ...KEPT, cell: { ...CELL, final: 4, lost: 0 } }), { words: "expected 4 · counter 4 · lost 0", isBad: false });
});

test("what nobody can know is said to be unknown", () => {
  assert.deepEqual(outcome({ ...KEPT, cell: { ...CELL, expected: null, lost: null } }), { words: "Nobody can know what was lost", isBad: true });
});

test("findings that are certain come first, suspicions alone are no fault", () => {
  /** @type {Kept} */
  const script = { ...KEPT, kind: "script", findings: [
    { kind: "lost_update", certainty: "happened", count: 2 },
    { kind: "deadlock", certainty: "shown", count: 1 },
    { kind: "not_shared", certainty: "suspected", count: 1 },
  ] };
  assert.deepEqual(outcome(script), { words: "2 × lost update · deadlock, shown", isBad: true });
  assert.deepEqual(outcome({ ...script, findings: script.findings.slice(2) }), { words: "Nothing went wrong · 1 suspicion", isBad: false });
  assert.deepEqual(outcome({ ...script, status: "failed", findings: [] }), { words: "It failed", isBad: true });
});

test("a run without a shared value says how it ended", () => {
  assert.equal(outcome({ ...KEPT, cell: null }).words, "It came to its end");
  assert.equal(outcome({ ...KEPT, cell: null, status: "stopped" }).words, "It was stopped");
});

test("sizes are as people say them", () => {
  assert.deepEqual([1, 999, 2700, 999_600, 1_073_741_824, 5e12].map(size), ["1 byte", "999 bytes", "2.7 kB", "1 MB", "1.1 GB", "5\u2009000 GB"]);
});

test("days are as people say them, across midnight and the change of a year", () => {
  /** @param {string} then @param {string} now */
  const said = (then, now) => when(new Date(then).toISOString(), new Date(now));
  assert.equal(said("2026-11-27T00:05:00", "2026-11-27T23:59:00"), "today 0:05");
  assert.equal(said("2026-12-31T23:59:00", "2027-01-01T00:00:00"), "yesterday 23:59");
  assert.equal(said("2026-03-03T14:05:00", "2026-11-27T10:00:00"), "3 March 2026, 14:05");
});

test("the picture holds the value, the line of what was expected, and what is missing", () => {
  const picture = pictureOf(CELL);
  assert.match(picture, /class="kept-value" d="M3 53H88V40.5H173V28H173"/);
  assert.match(picture, /class="kept-expected" d="M3 3H173"/);
  assert.match(picture, /class="kept-gap" d="M173 28V3"/);
  assert.match(picture, /aria-label="the value ended at 2, 4 was expected"/);
});

test("where nothing is missing nothing is marked, and where nothing is known nothing is drawn", () => {
  assert.doesNotMatch(pictureOf({ ...CELL, points: [[1, 4]], final: 4, lost: 0 }), /kept-gap/);
  assert.doesNotMatch(pictureOf({ ...CELL, expected: null }), /kept-(gap|expected)/);
  assert.equal(pictureOf({ ...CELL, points: [] }), "");
  assert.equal(pictureOf(null), "");
});

test("a value that never changes is a line", () => {
  assert.match(pictureOf({ ...CELL, initial: 7, expected: 7, final: 7, lost: 0, points: [[0.2, 7], [1, 7]] }), /d="M3 53H37V53H173V53H173"/);
});
