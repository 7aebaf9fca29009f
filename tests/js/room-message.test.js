// What a phone says in words where there is nothing to answer, to press or to look at.

import assert from "node:assert/strict";
import test from "node:test";

import { elsewhere, messageOf, noCode } from "../../static/js/pages/room/message.js";

/** @import { RoomView } from "../../static/js/core/room-types.js" */

/** @type {RoomView} */
const ROOM = { code: "K7F4", status: "open", reason: null, phones: 3, seats: 3, shown: null, question: null, game: null };
const IN = { code: "K7F4", standing: /** @type {const} */ ("in"), problem: null, room: ROOM };

test("whoever is in a room is told nothing", () => {
  assert.equal(messageOf(IN), null);
});

test("where there is no such room, its code is said, and another one can be typed", () => {
  const message = messageOf({ ...IN, standing: "unknown", room: null });
  assert.deepEqual([message?.title, message?.asks], ["There is no room K7F4.", true]);
});

test("a room that has ended leads to the start page, with the reason if there is one", () => {
  const ended = { ...IN, standing: /** @type {const} */ ("ended") };
  assert.equal(messageOf({ ...ended, room: { ...ROOM, reason: "Nobody was here for four hours." } })?.words, "Nobody was here for four hours.");
  const plain = messageOf({ ...ended, room: { ...ROOM, reason: "The room has ended." } });
  assert.deepEqual([plain?.title, plain?.link?.path], ["The room has ended.", "/"]);
  assert.doesNotMatch(plain?.words ?? "", /has ended/);
});

test("a room that is full says so as the server does, and can be tried again", () => {
  const problem = { code: "room_is_full", message: "256 phones are in this room already.", hint: "Share a phone with somebody." };
  const message = messageOf({ ...IN, standing: "refused", problem });
  assert.deepEqual([message?.words, message?.hint, message?.button], [problem.message, problem.hint, "Try again"]);
});

test("an address without a code asks for one, and one with something else says what a code is", () => {
  assert.deepEqual([noCode("").words, noCode("").asks], ["", true]);
  assert.match(noCode("hello").words, /“hello” is no code/);
  assert.ok(noCode("x".repeat(5000)).words.length < 200);
});

test("what cannot be played on a phone is named, and can be opened there", () => {
  const message = elsewhere({ path: "/walkthrough/locks", title: "Walkthrough · Lost Update", runs: [], at: null, clip: null });
  assert.deepEqual([message.title, message.link?.path], ["Walkthrough", "/walkthrough/locks"]);
  assert.equal(elsewhere(null).title, "You are in.");
});
