// What is on a presenter's screen, and what can be done there, from the room and what the page lends.

import assert from "node:assert/strict";
import { test } from "node:test";

import { sceneOf } from "../../static/js/presenter/scene.js";

/** @import { Question, RoomView } from "../../static/js/core/room-types.js" */
/** @import { Begun, Lent } from "../../static/js/presenter/scene.js" */

/** @type {RoomView} */
const ROOM = { code: "K7F4", status: "open", reason: null, phones: 27, seats: 27, shown: null, question: null, game: null };
/** @type {Lent} */
const NOTHING = { ask: null, isItsOwn: false, needsRun: false, isKnown: false, see: null, again: null, plays: false };
/** @type {Lent} */
const RACE = { ...NOTHING, ask: "Ask: what will the counter show?", isItsOwn: true, needsRun: true, plays: true };
/** @type {Begun} */
const IDLE = { turned: null, isChoosing: false, isEnding: false };
const AT_PLAY = { isOver: false, canHandOver: false };

/** @param {Partial<Question>} [more] @returns {RoomView} */
function asking(more = {}) {
  const question = { id: 3, kind: "number", text: "", detail: "", least: 0, most: 40, chips: [], options: [], state: "open", round: 1, answered: [0, 0], results: null, moved: null, truth: null, right: [], ...more };
  return { ...ROOM, question: /** @type {Question} */ (question) };
}

/** @param {Partial<import("../../static/js/core/room-types.js").Game>} [more] @returns {RoomView} */
function playing(more = {}) {
  return { ...ROOM, game: { id: 1, run: "abc", goal: null, guard: "none", processes: ["P1", "P2"], teams: { P1: 1, P2: 1 }, ...more } };
}

/** @param {RoomView} room @param {Lent} [lent] @param {Partial<Begun>} [begun] @param {Partial<typeof AT_PLAY>} [played] */
function shown(room, lent = NOTHING, begun = {}, played = {}) {
  const { name, acts, hasNext } = sceneOf(room, lent, { ...IDLE, ...begun }, { ...AT_PLAY, ...played });
  return { name, acts: acts.map((act) => act.name), hasNext };
}

test("before anything is asked there is the way in, and what this page can ask", () => {
  assert.deepEqual(shown(ROOM, RACE), { name: "join", acts: ["ask", "choose", "end"], hasNext: true });
  assert.deepEqual(shown(ROOM), { name: "join", acts: ["hide", "end"], hasNext: true });
});

test("a question that a run answers is run next; it can be voted on twice, and no third time", () => {
  assert.deepEqual(shown(asking(), RACE).acts, ["run", "talk", "takeBack"]);
  assert.deepEqual(shown(asking({ round: 2 }), RACE).acts, ["run", "takeBack"]);
  assert.deepEqual(shown(asking({ state: "closed", round: 2 }), RACE).acts, ["run", "takeBack"]);
});

test("a question whose answer is known is closed first, and then revealed", () => {
  const lent = { ...RACE, needsRun: false, isKnown: true };
  assert.deepEqual(shown(asking(), lent).acts, ["close", "talk", "takeBack"]);
  assert.deepEqual(shown(asking({ state: "closed" }), lent), { name: "closed", acts: ["reveal", "reopen", "takeBack"], hasNext: true });
});

test("while they talk, the second vote comes next", () => {
  const room = asking({ state: "closed" });
  assert.deepEqual(shown(room, RACE, { turned: { question: 3, to: "talk" } }), { name: "talking", acts: ["reopen", "run"], hasNext: true });
  assert.equal(shown(room, RACE, { turned: { question: 2, to: "talk" } }).name, "closed", "that was another question");
});

test("while it runs there is nothing to press but to watch it", () => {
  assert.deepEqual(shown(asking({ state: "closed" }), RACE, { turned: { question: 3, to: "run" } }), { name: "running", acts: ["hide"], hasNext: true });
});

test("on a page that does not ask it, a question can still be brought to its end", () => {
  assert.deepEqual(shown(asking({ state: "closed" })).acts, ["reveal", "reopen", "takeBack"]);
});

test("a page that was loaded again while it ran reveals what it shows now", () => {
  assert.deepEqual(shown(asking({ state: "closed" }), { ...RACE, isKnown: true }).acts, ["run", "reopen", "reveal", "takeBack"]);
});

test("what is revealed leads to how one died, where one did", () => {
  const room = asking({ state: "revealed", results: [{}] });
  assert.deepEqual(shown(room, { ...RACE, see: "See how one died", again: "Run again with a lock" }), { name: "revealed", acts: ["see", "again", "done", "results"], hasNext: true });
  assert.deepEqual(shown(room).acts, ["done", "results"]);
});

test("a clicker that is pressed by mistake ends nobody's game and no room", () => {
  assert.equal(shown(playing()).hasNext, false);
  assert.equal(shown(ROOM, RACE, { isEnding: true }).hasNext, false);
});

test("a game that is over is played again with a lock, or looked at", () => {
  assert.deepEqual(shown(playing(), RACE, {}, { isOver: true }), { name: "playing", acts: ["playGuarded", "playAgain", "lookAgain", "endGame"], hasNext: true });
  assert.deepEqual(shown(playing({ goal: "lose-one" }), RACE, {}, { isOver: true }).acts, ["playAgain", "lookAgain", "endGame"]);
  assert.deepEqual(shown(playing(), RACE, {}, { canHandOver: true }).acts[0], "handOver");
});

test("a question comes before the game that goes on, and the game before a question that is over", () => {
  assert.equal(shown({ ...playing(), question: asking().question }, RACE).name, "asked");
  assert.equal(shown({ ...playing(), question: asking({ state: "revealed" }).question }, RACE).name, "playing");
});

test("each act stands there once", () => {
  for (const state of /** @type {const} */ (["open", "closed", "revealed"])) {
    for (const lent of [NOTHING, RACE, { ...RACE, isKnown: true }, { ...RACE, needsRun: false }]) {
      const { acts } = shown(asking({ state }), lent);
      assert.equal(new Set(acts).size, acts.length, `${state} ${acts}`);
    }
  }
});
