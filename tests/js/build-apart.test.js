// A run that a worker has built is the same run as one that the page has built; and where no worker can do it, the page does.

import assert from "node:assert/strict";
import test from "node:test";

import { createBuilders, serveBuild } from "../../static/js/core/build-apart.js";
import { follow } from "../../static/js/core/follow.js";
import { History } from "../../static/js/core/history.js";
import { CASES, caseOf, columnsOf, historyOf } from "./cases.js";
import { assertAlike, bytesOf, LONG, streamOf } from "./recordings.js";

/** @import { OpenWorker } from "../../static/js/core/build-apart.js" */
/** @import { Follower } from "../../static/js/core/follow.js" */
/** @import { Given } from "./recordings.js" */

/** What a worker does, in this thread: all between it and the page goes through a port all the same. @type {OpenWorker} */
function openHere(run, port) {
  void serveBuild(port, new History(run));
  return () => {};
}

/** The server's answers, one after the other. @param {(() => Response)[]} answers @returns {string[]} what is asked for */
function serverAnswers(...answers) {
  /** @type {string[]} */
  const asked = [];
  globalThis.fetch = async (address) => {
    asked.push(String(address).replace(/.*(?=\/api\/)/, ""));
    const answer = answers.shift();
    if (!answer) throw new Error("nothing more is to be asked for");
    return answer();
  };
  return asked;
}

/** @param {Given} given */
function recording(given) {
  return () => new Response(streamOf(bytesOf(given)));
}

/** Follows a run as a page does. @param {Given} given @param {OpenWorker} openWorker @param {number} [from] */
async function followed(given, openWorker, from = 1) {
  const history = new History(given.run);
  /** @type {string[]} */
  const heard = [];
  await new Promise((/** @type {(done: void) => void} */ done) => {
    /** @param {string} what */
    const end = (what) => {
      heard.push(what);
      done();
    };
    /** @type {Follower} */
    const follower = {
      onRun: () => end("run"),
      onSteps: () => true,
      onConnection: () => {},
      onOpening: (opening) => history.begin(opening),
      onChunk(chunk) {
        heard.push("chunk");
        history.extend(chunk);
      },
      onParts(parts) {
        heard.push("parts");
        history.adopt(parts);
      },
      onEnd: () => end("end"),
      onGone: () => end("gone"),
      onUnreadable: end,
    };
    const { build } = createBuilders(from, openWorker);
    follow({ ...given.run, status: "finished", steps: given.steps.length }, follower, { build, watch: () => (end("stream"), { close: () => {} }) });
  });
  return { history, heard };
}

for (const each of [...CASES, LONG]) {
  test(`${each.run.id}: built beside the page it is the same run`, async () => {
    serverAnswers(recording(each));
    const { history, heard } = await followed(each, openHere);
    assert.deepEqual(heard, ["parts", "end"]);
    assertAlike(history, historyOf(each), each === LONG ? 97 : 1);
  });
}

test("steps that come after those that were built apart go on from there", async () => {
  const each = caseOf("race-four-processes");
  serverAnswers(recording(each));
  const { history } = await followed(each, openHere);
  const more = each.steps.slice(-2).map((step, place) => ({ ...step, index: each.steps.length + place, t_ns: 10 ** 12 + place }));
  assert.ok(history.append(columnsOf(more)));
  assertAlike(history, historyOf({ run: each.run, steps: [...each.steps, ...more] }), 1);
});

test("what has begun early is not begun again, and is asked for once", async () => {
  const asked = serverAnswers(recording(LONG));
  let opened = 0;
  const { begin, build } = createBuilders(1, (...given) => {
    opened += 1;
    return openHere(...given);
  });
  const run = { ...LONG.run, status: /** @type {const} */ ("finished"), steps: LONG.steps.length };
  begin(run);
  begin(run);
  const report = await build(run, new AbortController().signal);
  assert.deepEqual(report?.outcome, { is: "whole" });
  assert.equal(opened, 1);
  assert.deepEqual(asked, [`/api/runs/${LONG.run.id}/columns`]);
});

test("a short run is built on the page, and so is one that still goes on", async () => {
  const { begin, build } = createBuilders(100, () => assert.fail("no worker is wanted"));
  for (const run of [{ ...LONG.run, steps: 99 }, { ...LONG.run, status: /** @type {const} */ ("running"), steps: 1000 }]) {
    begin(run);
    assert.equal(await build(run, new AbortController().signal), null);
  }
});

/** @type {[string, OpenWorker][]} */
const WITHOUT = [
  ["may not be made", () => { throw new Error("refused"); }],
  ["does not load", (_run, _port, onFailure) => (queueMicrotask(onFailure), () => {})],
  ["cannot build it", (_run, port) => (port.postMessage(null), () => {})],
];

for (const [what, openWorker] of WITHOUT) {
  test(`where a worker ${what} the page builds the run itself`, async () => {
    serverAnswers(recording(LONG), recording(LONG));
    const { history, heard } = await followed(LONG, openWorker);
    assert.deepEqual(heard.filter((each) => each !== "chunk"), ["end"]);
    assertAlike(history, historyOf(LONG), 97);
  });
}

test("a page that is left ends the worker, and hears nothing more", async () => {
  serverAnswers(() => new Response(new ReadableStream()));
  let ended = 0;
  const { build } = createBuilders(1, () => () => (ended += 1));
  const stop = new AbortController();
  const report = build({ ...LONG.run, status: "finished", steps: 1 }, stop.signal);
  stop.abort();
  assert.equal(await report, null);
  assert.ok(ended > 0);
});

for (const [what, answer, expected] of /** @type {const} */ ([
  ["is not known any more", () => new Response(null, { status: 404 }), ["gone"]],
  ["cannot be had from a busy server", () => new Response(null, { status: 429 }), ["stream"]],
  ["breaks off", () => new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("broken")) })), ["stream"]],
])) {
  test(`a run that ${what} is treated as without a worker`, async () => {
    serverAnswers(answer);
    const { history, heard } = await followed(LONG, openHere);
    assert.deepEqual(heard, expected);
    assert.equal(history.length, 0);
  });
}

test("bytes that are no steps are called so by a worker, too", async () => {
  serverAnswers(() => new Response("<!doctype html><title>Sign in</title>"));
  const { heard } = await followed(LONG, openHere);
  assert.deepEqual(heard, ["The steps of this run cannot be read: what came are no steps. Load the page again; if it stays so, the server and this page are not of one version."]);
});
