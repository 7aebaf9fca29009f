// Without a server a page answers itself: from what it brought, or by saying what a server is needed for.

import assert from "node:assert/strict";
import test from "node:test";

import { fetchRun, startRun } from "../../static/js/core/api.js";
import { addressed, pathWithin, placed } from "../../static/js/core/place.js";
import { standOnSite } from "../../static/js/shell/site.js";

const SLOW = { scenario: "value", guard: "none", processes: 2, iterations: 10, pace: "slow", step_ms: 120 };

/** @type {string[]} */
const fetched = [];
globalThis.fetch = async (address) => {
  fetched.push(String(address));
  return Response.json({ id: "from the file" }, { status: 200 });
};
standOnSite({ recorded: [{ asked: SLOW, runs: ["a1", "a2"] }] });

test("a request that was recorded is answered by its runs, in turn, whatever the order of its fields", async () => {
  const { guard, ...rest } = SLOW;
  for (const run of ["a1", "a2", "a1"]) {
    fetched.length = 0;
    const answer = await startRun({ guard, ...rest, seed: 7, chunksize: null });
    assert.ok(answer.ok);
    assert.deepEqual(fetched, [placed(`/recordings/${run}.json`)]);
  }
});

test("any other request says that it needs a server, and how to get one", async () => {
  const answer = await startRun({ ...SLOW, iterations: 11 });
  assert.ok(!answer.ok);
  assert.equal(answer.problem.code, "no_server");
  assert.match(answer.problem.hint ?? "", /lost-update/);
});

test("a run is known where it was recorded", async () => {
  assert.ok((await fetchRun("a2")).ok);
  const unknown = await fetchRun("b1");
  assert.ok(!unknown.ok);
  assert.equal(unknown.status, 404);
});

test("what is shown has the address of a file, and is found again by it", () => {
  assert.equal(addressed("/?runs=a1,a2&at=3"), placed("/index.html?runs=a1,a2&at=3"));
  assert.equal(addressed("/runs/a1?clip=14"), placed("/index.html?runs=a1&clip=14"));
  assert.equal(addressed("/walkthrough/locks/with"), placed("/walkthrough/locks/with/index.html"));
  for (const path of ["/", "/walkthrough", "/walkthrough/locks/with"]) {
    assert.equal(pathWithin(addressed(path) ?? ""), path);
    assert.equal(pathWithin(placed(`${path === "/" ? "" : path}/`)), path);
  }
});
