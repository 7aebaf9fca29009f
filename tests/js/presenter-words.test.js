// The small words of a presenter's screen: the way in as one types it, who is here, and what can be played.

import assert from "node:assert/strict";
import { test } from "node:test";

import { EVERYBODY, gameChoices, gameRequest, repeated } from "../../static/js/presenter/game-choice.js";
import { answeredOf, buttonWords, phonesHere, typedAddress } from "../../static/js/presenter/join-words.js";

const GOAL = { slug: "lose-one", title: "Lose one update", text: "Let the counter end at 1.", hint: "", par: 2, request: { processes: 2, iterations: 1, guard: "none" }, reach: { final: 1, lost: null, revived: null, deadlock: false } };

test("an address is told as one types it: without http, with the short way in", () => {
  assert.equal(typedAddress("http://10.0.0.12:8000/room/K7F4"), "10.0.0.12:8000/k7f4");
  assert.equal(typedAddress("https://school.example/user/ada/proxy/8000/room/K7F4"), "school.example/user/ada/proxy/8000/k7f4");
});

test("who is here, and how many of them have answered, also where somebody has left since", () => {
  assert.deepEqual([0, 1, 27].map(phonesHere), ["no phone yet", "1 phone here", "27 phones here"]);
  assert.deepEqual([answeredOf(26, 27), answeredOf(3, 2)], ["26 of 27 answered", "3 of 3 answered"]);
});

test("the button of a page says who is here, and while they answer, how many have", () => {
  const room = { code: "K7F4", status: /** @type {const} */ ("open"), reason: null, phones: 27, seats: 27, shown: null, question: null, game: null };
  const question = { id: 3, kind: /** @type {const} */ ("number"), text: "", detail: "", least: 0, most: 40, chips: [], options: [], state: /** @type {"open" | "closed"} */ ("open"), round: /** @type {const} */ (2), answered: [27, 19], results: null, moved: null, truth: null, right: [] };
  assert.equal(buttonWords(undefined, null), "Room");
  assert.equal(buttonWords("K7F4", null), "Room K7F4");
  assert.equal(buttonWords("K7F4", room), "Room K7F4 · 27");
  assert.equal(buttonWords("K7F4", { ...room, question }), "Room K7F4 · 19 of 27");
  assert.equal(buttonWords("K7F4", { ...room, question: { ...question, state: "closed" } }), "Room K7F4 · 27");
});

test("everybody adds 1, or a goal brings its own processes and guard", () => {
  assert.deepEqual(gameRequest(EVERYBODY, [GOAL]), { processes: null, iterations: 2, guard: "none", goal: null });
  assert.deepEqual(gameRequest({ goal: "lose-one" }, [GOAL]), { processes: 2, iterations: 1, guard: "none", goal: "lose-one" });
  assert.deepEqual(gameChoices([GOAL], 27).map(({ title }) => title), ["Everybody adds 1", "Lose one update"]);
});

test("the same game again keeps its guard, unless another is asked for", () => {
  const game = { id: 1, run: "", goal: null, guard: "with", processes: [], teams: {}, presses: 0, last: null };
  assert.equal(repeated(game, [GOAL]).guard, "with");
  assert.equal(repeated({ ...game, guard: "none" }, [GOAL], "with").guard, "with");
  assert.equal(repeated({ ...game, goal: "lose-one" }, [GOAL], "with").guard, "none", "a goal is a goal with its own guard");
});
