// What a presenter's page tells its room: what has changed, one request at a time, the latest of many; and in which words.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createFollowing } from "../../static/js/presenter/following.js";
import { shownOf } from "../../static/js/presenter/shown.js";

/** @import { Shown } from "../../static/js/core/room-types.js" */
/** @import { Told } from "../../static/js/presenter/following.js" */

/** What is on show. @type {Shown | null} */
let now = null;
/** What was told, and how the request goes on. @type {{path: string, answer: (how: Told) => Promise<void>}[]} */
let requests = [];
/** What waits for its time. @type {(() => void)[]} */
let waiting = [];
/** @type {ReturnType<typeof createFollowing>} */
let following;

/** @param {string} path @param {number | null} [at] @returns {Shown} */
function shown(path, at = null) {
  return { path, title: "", runs: [], at, clip: null };
}

beforeEach(() => {
  requests = [];
  waiting = [];
  now = shown("/");
  following = createFollowing(
    () => now,
    ({ path }) => new Promise((settle) => void requests.push({
      path,
      async answer(how) {
        settle(how);
        await new Promise((go) => setImmediate(go));
      },
    })),
    (act) => void waiting.push(act),
  );
});

const paths = () => requests.map(({ path }) => path);

/** Time goes by. */
async function later() {
  for (const act of waiting.splice(0)) act();
  await new Promise((go) => setImmediate(go));
}

test("what has not changed is not told again", async () => {
  following.look();
  await requests[0]?.answer("told");
  await later();
  following.look();
  await later();
  assert.deepEqual(paths(), ["/"]);
});

test("of many changes during a request only the latest is told, when that is answered", async () => {
  following.look();
  for (const path of ["/a", "/b", "/c"]) {
    now = shown(path);
    following.look();
  }
  assert.deepEqual(paths(), ["/"]);
  await requests[0]?.answer("told");
  await later();
  assert.deepEqual(paths(), ["/", "/c"]);
});

test("what went wrong is told again, or what is on show by then", async () => {
  following.look();
  await requests[0]?.answer("again");
  await later();
  assert.deepEqual(paths(), ["/", "/"]);
  now = shown("/a");
  await requests[1]?.answer("again");
  await later();
  assert.deepEqual(paths(), ["/", "/", "/a"]);
});

test("a tab whose turn it is not tells nothing, and all of it when its turn comes again", async () => {
  following.look();
  await requests[0]?.answer("told");
  await later();
  now = null;
  following.look();
  now = shown("/");
  following.look();
  assert.deepEqual(paths(), ["/"]);
  following.forget();
  following.look();
  assert.deepEqual(paths(), ["/", "/"]);
});

test("a room that is over is told nothing more", async () => {
  following.look();
  await requests[0]?.answer("over");
  await later();
  now = shown("/a");
  following.look();
  assert.deepEqual(paths(), ["/"]);
});

const NO_RUNS = { runs: [], at: null, clip: null };

test("the address is told without what is said besides, and without what is the presenter's alone", () => {
  const path = "/?scenario=value&runs=a,b&at=7&clip=9&guess=20&projector=";
  assert.deepEqual(shownOf(path, "Lost Update", "Race", { runs: ["a", "b"], at: 7, clip: null }), {
    path: "/?scenario=value&runs=a,b",
    title: "Race",
    runs: ["a", "b"],
    at: 7,
    clip: null,
  });
  assert.equal(shownOf("/walkthrough/locks/with", "", "", NO_RUNS).path, "/walkthrough/locks/with");
});

test("a page is called what its title says, less our own name", () => {
  assert.equal(shownOf("/", "The lock · Walkthrough · Lost Update", "Walkthrough", NO_RUNS).title, "The lock · Walkthrough");
});
