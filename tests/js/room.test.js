// What is asked of a room: each request as the server takes it, and its answer or its problem as it came.
// `server` notes what it was asked; what a real one does with it, the tests of its interface say.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import * as rooms from "../../static/js/core/room.js";

const HOLD = { code: "K7F4", key: "KEY" };
const SEAT = "12.SECRET";

/** @type {{method: string, path: string, headers: Record<string, string>, body: unknown}[]} */
let asked = [];
/** @type {() => Response} */
let answer;

beforeEach(() => {
  asked = [];
  answer = () => Response.json({ code: "K7F4" });
  Object.assign(globalThis, {
    fetch: async (/** @type {string} */ path, /** @type {{method?: string, headers: Record<string, string>, body?: string}} */ init) => {
      const { method = "GET", headers, body } = init;
      asked.push({ method, path: path.slice(path.indexOf("/api/")), headers, body: body === undefined ? undefined : JSON.parse(body) });
      return answer();
    },
  });
});

/** @param {Record<string, string>} headers */
function json(headers = {}) {
  return { ...headers, "Content-Type": "application/json" };
}

test("the presenter shows, asks, turns, plays and ends with the room's key", async () => {
  const shown = { path: "/?runs=a", title: "Race", runs: ["a"], at: 17, clip: null };
  await rooms.show(HOLD, shown);
  await rooms.ask(HOLD, { kind: "choice", text: "Why?", options: ["a lock", "no lock"] });
  await rooms.turn(HOLD, 3, { state: "revealed", truth: "11", right: ["11", "fewer"] });
  await rooms.takeAway(HOLD, 3);
  await rooms.play(HOLD, { processes: null, iterations: 2, guard: "none", goal: null });
  await rooms.endGame(HOLD);
  await rooms.endRoom(HOLD);
  const key = { "Room-Key": "KEY" };
  assert.deepEqual(asked, [
    { method: "PUT", path: "/api/rooms/K7F4/shown", headers: json(key), body: shown },
    { method: "POST", path: "/api/rooms/K7F4/questions", headers: json(key), body: { kind: "choice", text: "Why?", options: ["a lock", "no lock"] } },
    { method: "PATCH", path: "/api/rooms/K7F4/questions/3", headers: json(key), body: { state: "revealed", truth: "11", right: ["11", "fewer"] } },
    { method: "DELETE", path: "/api/rooms/K7F4/questions/3", headers: key, body: undefined },
    { method: "POST", path: "/api/rooms/K7F4/game", headers: json(key), body: { processes: null, iterations: 2, guard: "none", goal: null } },
    { method: "DELETE", path: "/api/rooms/K7F4/game", headers: key, body: undefined },
    { method: "DELETE", path: "/api/rooms/K7F4", headers: key, body: undefined },
  ]);
});

test("a phone votes and presses with its seat, and asks for the seat that it had", async () => {
  await rooms.takeSeat("K7F4", SEAT);
  await rooms.takeSeat("K7F4", null);
  await rooms.vote("K7F4", SEAT, { question: 3, round: 1, answer: "20" });
  await rooms.press("K7F4", SEAT, 1);
  const seat = { "Room-Seat": SEAT };
  assert.deepEqual(asked, [
    { method: "POST", path: "/api/rooms/K7F4/seats", headers: json(seat), body: {} },
    { method: "POST", path: "/api/rooms/K7F4/seats", headers: json(), body: {} },
    { method: "POST", path: "/api/rooms/K7F4/votes", headers: json(seat), body: { question: 3, round: 1, answer: "20" } },
    { method: "POST", path: "/api/rooms/K7F4/presses", headers: json(seat), body: { game: 1 } },
  ]);
});

test("anybody opens a room, finds one, and asks how phones come in", async () => {
  answer = () => Response.json({ code: "K7F4" }, { status: 201 });
  assert.deepEqual(await rooms.openRoom(), { ok: true, body: { code: "K7F4" } });
  await rooms.findRoom("K7F4");
  await rooms.joinOf("K7F4");
  assert.deepEqual(
    asked.map(({ method, path, body }) => [method, path, body]),
    [["POST", "/api/rooms", {}], ["GET", "/api/rooms/K7F4", undefined], ["GET", "/api/rooms/K7F4/join", undefined]],
  );
});

test("results come as the text that they are", async () => {
  answer = () => new Response("question,text\n3,Why?\n", { headers: { "Content-Type": "text/csv" } });
  assert.deepEqual(await rooms.results(HOLD), { ok: true, body: "question,text\n3,Why?\n" });
  assert.deepEqual(asked[0]?.headers, { "Room-Key": "KEY" });
});

test("what the server refuses comes back in its words", async () => {
  const error = { code: "not_now", message: "The question is closed.", hint: "Wait for the second vote." };
  answer = () => Response.json({ error }, { status: 409 });
  const refused = { ok: false, status: 409, problem: error };
  assert.deepEqual(await rooms.vote("K7F4", SEAT, { question: 3, round: 1, answer: "20" }), refused);
  assert.deepEqual(await rooms.results(HOLD), refused);
});

test("a server that does not answer is a problem in words", async () => {
  answer = () => {
    throw new TypeError("no network");
  };
  const failed = await rooms.press("K7F4", SEAT, 1);
  assert.deepEqual([failed.ok, !failed.ok && failed.problem.code], [false, "unreachable"]);
});

test("a code is taken in any case, and nothing else for one", () => {
  assert.deepEqual(["k7f4", " K7F4 ", "K7F", "K7F44", "K7O4", "K1F4", "7K4F", ""].map(rooms.codeOf), ["K7F4", "K7F4", null, null, null, null, null, null]);
});

test("a phone watches its room by a name with its seat in it", () => {
  assert.equal(rooms.seatName("K7F4", SEAT), "K7F4.12.SECRET");
});
