// A recorded run, taken as binary columns, is the same run as one that came step by step; and whatever is no recording is
// said to be none.

import assert from "node:assert/strict";
import test from "node:test";

import { History } from "../../static/js/core/history.js";
import { readRecorded, Unreadable } from "../../static/js/core/recorded.js";
import { ScriptHistory } from "../../static/js/core/script-history.js";
import { CASES, caseOf, columnsOf, historyOf } from "./cases.js";
import { assertAlike, bytesOf, LONG, recordedHistoryOf, streamOf } from "./recordings.js";

for (const each of CASES) {
  test(`${each.run.id}: it makes no difference whether a run comes as a recording or step by step`, async () => {
    assertAlike(await recordedHistoryOf(each), historyOf(each), 1);
    assertAlike(await recordedHistoryOf(each, 7), historyOf(each), 13);
  });
}

test("nor does it where it comes in several chunks", async () => {
  assert.ok(LONG.steps.length > 2 * 8192);
  assertAlike(await recordedHistoryOf(LONG), historyOf(LONG), 97);
});

test("steps that come after those of a recording go on from there", async () => {
  const each = caseOf("race-four-processes");
  const history = await recordedHistoryOf(each);
  const more = each.steps.slice(-2).map((step, place) => ({ ...step, index: each.steps.length + place, t_ns: 10 ** 12 + place }));
  assert.ok(history.append(columnsOf(each.steps)));
  assert.ok(history.append(columnsOf(more)));
  assertAlike(history, historyOf({ run: each.run, steps: [...each.steps, ...more] }), 1);
});

for (const each of [...CASES, LONG]) {
  test(`${each.run.id}: to the page of a script it makes no difference either`, async () => {
    const [one, other] = [new ScriptHistory(), new ScriptHistory()];
    const processes = each.run.processes.map((process) => ({ ...process, parent: null }));
    for (const history of [one, other]) history.declare({ processes, threads: [], targets: each.run.targets });
    await readRecorded(streamOf(bytesOf(each)), (opening) => one.begin(opening), (chunk) => one.extend(chunk));
    one.rest();
    other.append(columnsOf(each.steps));
    assert.equal(one.length, other.length);
    for (let index = 0; index < other.length; index += 1) {
      assert.deepEqual(one.step(index), other.step(index));
      assert.equal(one.beforeOf(index), other.beforeOf(index));
      assert.equal(one.beforeAbout(index), other.beforeAbout(index));
    }
    assert.equal(one.losses.total, other.losses.total);
    assert.deepEqual(one.doingAt(other.length >> 1), other.doingAt(other.length >> 1));
    assert.deepEqual([...one.visits("a.py")], [...other.visits("a.py")]);
  });
}

test("what is cut off anywhere is not taken for a recording", async () => {
  const bytes = bytesOf(caseOf("race-none"));
  for (let length = 0; length < bytes.length; length += 61) await assert.rejects(read(bytes.slice(0, length)), Unreadable);
  await assert.rejects(read(new Uint8Array([...bytes, 0])), { message: /more comes than it has steps/ });
});

/** @param {Uint8Array} bytes */
function read(bytes) {
  const history = new History(caseOf("race-none").run);
  return readRecorded(streamOf(bytes), (opening) => history.begin(opening), (chunk) => history.extend(chunk));
}

test("nonsense is called so, in a sentence that says what to do", async () => {
  const page = new TextEncoder().encode("<!doctype html><title>Sign in</title>");
  await assert.rejects(read(page), { message: "The steps of this run cannot be read: what came are no steps. Load the page again; if it stays so, the server and this page are not of one version." });
});

for (const [what, from, to, reason] of /** @type {const} */ ([
  ["another version", '"version":1', '"version":2', /it is of version 2, and this page reads version 1/],
  ["another order of bytes", '"little"', '"bigger"', /another order/],
  ["a column less", '"lost"', '"cost"', /does not say its lost/],
  ["a head that is no JSON", '"first":0', '"first"=0', /not written as it must be/],
  ["steps that begin elsewhere", '"first":0', '"first":9', /steps are missing/],
  ["a process that nobody declared", '"process":["u1",-1]', '"process":["u1",98]', /a step names a process that it does not say|too short|missing/],
])) {
  test(`${what} is noticed`, async () => {
    const text = Buffer.from(bytesOf(caseOf("race-none"))).toString("latin1");
    assert.ok(text.includes(from), from);
    let changed = text.replace(from, to);
    // As long as before, so that nothing but this is wrong.
    if (to.length > from.length) changed = changed.replace('"texts":[]', '"texts":[]'.padEnd(10));
    await assert.rejects(read(Uint8Array.from(Buffer.from(changed, "latin1"))), (error) => error instanceof Unreadable && (to.length !== from.length || reason.test(error.message)));
  });
}
