// What is asked of a room: by the presenter, who holds its key, and by a phone, which holds a seat. No DOM.

import { ask as request, askForText } from "./api.js";

/** @import { Failure } from "./api.js" */
/** @import { Asked, GameRequest, Joining, OpenedRoom, OwnView, RoomHold, RoomView, Shown, TakenSeat, Turn } from "./room-types.js" */
/** @import { RunView } from "./types.js" */

/** @template T @typedef {Promise<{ok: true, body: T} | Failure>} Answered */

/** The step that a process took, and the run after it. @typedef {{process: string, step: {index: number}, run: RunView}} Pressed */

/** @typedef {{question: number, round: number, answer: string}} Vote */

/** A letter, a digit, a letter, a digit: those that nobody reads or types as another. */
const CODE = /^(?:[ACDEFGHJKLMNPQRTUVWXY][2-9]){2}$/;

/** What somebody typed, as a code; null where it cannot be one. @param {string} typed */
export function codeOf(typed) {
  const code = typed.trim().toUpperCase();
  return CODE.test(code) ? code : null;
}

/** The name by which a phone watches its room. @param {string} code @param {string} seat */
export function seatName(code, seat) {
  return `${code}.${seat}`;
}

/** @returns {Answered<OpenedRoom>} */
export function openRoom() {
  return call("POST", "/api/rooms", {}, {});
}

/** @param {string} code @returns {Answered<RoomView>} */
export function findRoom(code) {
  return call("GET", roomAt(code), {});
}

/** How phones come in. @param {string} code @returns {Answered<Joining>} */
export function joinOf(code) {
  return call("GET", `${roomAt(code)}/join`, {});
}

/** @param {RoomHold} hold @returns {Answered<RoomView>} */
export function endRoom(hold) {
  return call("DELETE", roomAt(hold.code), keyOf(hold));
}

/** The old seat is given back where the room knows it. @param {string} code @param {string | null} seat @returns {Answered<TakenSeat>} */
export function takeSeat(code, seat) {
  return call("POST", `${roomAt(code)}/seats`, seat ? { "Room-Seat": seat } : {}, {});
}

/** @param {RoomHold} hold @param {Shown} shown @returns {Answered<RoomView>} */
export function show(hold, shown) {
  return call("PUT", `${roomAt(hold.code)}/shown`, keyOf(hold), shown);
}

/** @param {RoomHold} hold @param {Asked} question @returns {Answered<RoomView>} */
export function ask(hold, question) {
  return call("POST", `${roomAt(hold.code)}/questions`, keyOf(hold), question);
}

/** Closes a question, opens it for the second vote, or reveals it. @param {RoomHold} hold @param {number} id @param {Turn} change
 * @returns {Answered<RoomView>} */
export function turn(hold, id, change) {
  return call("PATCH", `${roomAt(hold.code)}/questions/${id}`, keyOf(hold), change);
}

/** Takes a question off the screens. @param {RoomHold} hold @param {number} id @returns {Answered<RoomView>} */
export function takeAway(hold, id) {
  return call("DELETE", `${roomAt(hold.code)}/questions/${id}`, keyOf(hold));
}

/** @param {string} code @param {string} seat @param {Vote} answer
 * @returns {Answered<OwnView>} */
export function vote(code, seat, answer) {
  return call("POST", `${roomAt(code)}/votes`, { "Room-Seat": seat }, answer);
}

/** @param {RoomHold} hold @param {GameRequest} game @returns {Answered<RoomView>} */
export function play(hold, game) {
  return call("POST", `${roomAt(hold.code)}/game`, keyOf(hold), game);
}

/** @param {RoomHold} hold @returns {Answered<RoomView>} */
export function endGame(hold) {
  return call("DELETE", `${roomAt(hold.code)}/game`, keyOf(hold));
}

/** Gives the processes whose phones have left to others. @param {RoomHold} hold @returns {Answered<RoomView>} */
export function handOver(hold) {
  return call("PATCH", `${roomAt(hold.code)}/game`, keyOf(hold));
}

/** The process of this seat takes its next step. @param {string} code @param {string} seat @param {number} game
 * @returns {Answered<Pressed>} */
export function press(code, seat, game) {
  return call("POST", `${roomAt(code)}/presses`, { "Room-Seat": seat }, { game });
}

/** All answers, as CSV. @param {RoomHold} hold @returns {Answered<string>} */
export function results(hold) {
  return askForText(`${roomAt(hold.code)}/results.csv`, { headers: keyOf(hold) });
}

/** @param {string} code */
function roomAt(code) {
  return `/api/rooms/${encodeURIComponent(code)}`;
}

/** @param {RoomHold} hold */
function keyOf({ key }) {
  return { "Room-Key": key };
}

/** @template T @param {string} method @param {string} path @param {Record<string, string>} headers @param {object} [body]
 * @returns {Answered<T>} */
async function call(method, path, headers, body) {
  const answer = await request(path, {
    method,
    headers: body ? { ...headers, "Content-Type": "application/json" } : headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer.ok ? { ok: true, body: /** @type {T} */ (answer.body) } : answer;
}
