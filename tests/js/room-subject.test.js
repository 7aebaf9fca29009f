// What a phone turns to when the room changes, and what it leaves alone.

import assert from "node:assert/strict";
import test from "node:test";

import { subjectAfter, subjectsOf } from "../../static/js/pages/room/subject.js";

/** @import { Game, Question, RoomView, Shown } from "../../static/js/core/room-types.js" */
/** @import { Subject } from "../../static/js/pages/room/subject.js" */

/** @type {RoomView} */
const EMPTY = { code: "K7F4", status: "open", reason: null, phones: 3, seats: 3, shown: null, question: null, game: null };

/** @param {Partial<Question>} [more] @returns {Question} */
function question(more = {}) {
  return {
    id: 1, kind: "choice", text: "Why?", detail: "", least: 0, most: 0, chips: [], options: ["a", "b"], state: "open", round: 1,
    answered: [0, 0], results: null, moved: null, truth: null, right: [], ...more,
  };
}

/** @param {Partial<Game>} [more] @returns {Game} */
function game(more = {}) {
  return { id: 1, run: "r", goal: null, guard: "none", processes: ["P1"], teams: { P1: 1 }, ...more };
}

/** @param {Partial<Shown>} [more] @returns {Shown} */
function shown(more = {}) {
  return { path: "/?runs=a", title: "Race", runs: ["a"], at: null, clip: null, ...more };
}

/** Each change of a room in turn, from when one has come in. @param {...RoomView} rooms @returns {Subject[]} */
function turns(...rooms) {
  /** @type {Subject | null} */
  let subject = null;
  /** @type {RoomView | null} */
  let before = null;
  return rooms.map((room) => {
    subject = subjectAfter(subject, before, room);
    before = room;
    return subject;
  });
}

test("who comes in finds what is to be done: the open question, else the game, else the closed question, else the projector", () => {
  const closed = question({ state: "closed" });
  for (const [room, first] of /** @type {const} */ ([
    [{ question: question(), game: game() }, "question"],
    [{ question: closed, game: game() }, "game"],
    [{ question: closed, game: null }, "question"],
    [{ question: null, game: null }, "projected"],
  ])) assert.deepEqual(turns({ ...EMPTY, ...room }), [first]);
});

test("a lesson: asked, voted, closed, voted again, run, revealed, looked at", () => {
  const at = { ...EMPTY, shown: shown() };
  assert.deepEqual(
    turns(
      at,
      { ...at, question: question() },
      { ...at, question: question({ answered: [3, 0] }) },
      { ...at, question: question({ state: "closed" }) },
      { ...at, question: question({ round: 2 }) },
      { ...at, question: question({ round: 2, state: "closed" }) },
      { ...at, question: question({ round: 2, state: "closed" }), shown: shown({ runs: ["b"] }) },
      { ...at, question: question({ round: 2, state: "revealed" }), shown: shown({ runs: ["b"] }) },
      { ...at, question: question({ round: 2, state: "revealed" }), shown: shown({ runs: ["b"], clip: 9 }) },
    ),
    ["projected", "question", "question", "question", "question", "question", "projected", "question", "projected"],
  );
});

test("what the presenter moves takes nobody away from an open question, or from a game", () => {
  for (const more of [{ question: question() }, { game: game() }]) {
    const [first, second] = turns({ ...EMPTY, ...more, shown: shown() }, { ...EMPTY, ...more, shown: shown({ at: 17 }) });
    assert.equal(second, first);
  }
});

test("a game that begins is turned to, and a question that is closed does not call from it", () => {
  assert.deepEqual(
    turns({ ...EMPTY, question: question() }, { ...EMPTY, question: question(), game: game() }, { ...EMPTY, question: question({ state: "closed" }), game: game() }),
    ["question", "game", "game"],
  );
});

test("another game is turned to anew", () => {
  const before = { ...EMPTY, game: game(), question: question({ state: "closed" }) };
  assert.equal(subjectAfter("question", before, { ...before, game: game({ id: 2 }) }), "game");
});

test("what somebody has chosen stays until there is something new", () => {
  const before = { ...EMPTY, game: game(), question: question() };
  assert.equal(subjectAfter("projected", before, { ...before, phones: 4 }), "projected");
  assert.equal(subjectAfter("projected", before, { ...before, game: game({ teams: { P1: 2 } }) }), "projected");
});

test("where a subject is gone, there is another one", () => {
  assert.deepEqual(turns({ ...EMPTY, game: game() }, EMPTY, { ...EMPTY, question: question() }, EMPTY), ["game", "projected", "question", "projected"]);
});

test("how the presenter looks at something is no news, and where is", () => {
  const before = { ...EMPTY, question: question({ state: "closed" }), shown: shown() };
  const look = { ...before, shown: shown({ path: "/?runs=a&panel=map", title: "Map" }) };
  assert.equal(subjectAfter("question", before, look), "question");
  assert.equal(subjectAfter("question", before, { ...before, shown: shown({ path: "/scheduler" }) }), "projected");
});

test("there is always what the projector shows", () => {
  assert.deepEqual(subjectsOf(EMPTY), ["projected"]);
  assert.deepEqual(subjectsOf({ ...EMPTY, game: game(), question: question() }), ["question", "game", "projected"]);
});
