// What a phone answers: the last choice counts, over whatever connection.

import assert from "node:assert/strict";
import test from "node:test";

import { Ballot } from "../../static/js/pages/room/ballot.js";

/** @import { Vote } from "../../static/js/core/room.js" */
/** @import { OwnView } from "../../static/js/core/room-types.js" */

/** @type {OwnView} */
const OWN = { seat: 12, process: null, game: null, question: 3, answers: [null, null] };

/** @param {string} answer @returns {Vote} */
const vote = (answer) => ({ question: 3, round: 1, answer });

/** A server that answers when the test says so. */
function createServer() {
  /** @type {Vote[]} */
  const sent = [];
  /** @type {((answer: any) => void)[]} */
  const waiting = [];
  const ballot = new Ballot((chosen) => {
    sent.push(chosen);
    return new Promise((answer) => waiting.push(answer));
  }, () => {});
  return {
    ballot,
    sent,
    /** @param {object} answer */
    async answer(answer = { ok: true, body: OWN }) {
      waiting.shift()?.(answer);
      await new Promise((done) => setImmediate(done));
    },
  };
}

const AWAY = { ok: false, status: 0, problem: { code: "unreachable", message: "The server does not answer." } };

test("a choice is marked at once, and sent", async () => {
  const { ballot, sent, answer } = createServer();
  ballot.choose(vote("20"));
  assert.deepEqual([ballot.answerIn(OWN, 3, 1), sent], ["20", [vote("20")]]);
  await answer();
  assert.deepEqual([ballot.pending, ballot.words], [null, ""]);
  assert.equal(ballot.answerIn({ ...OWN, answers: ["20", null] }, 3, 1), "20");
});

test("whoever changes their mind while one is on its way sends the last choice after it, and none between", async () => {
  const { ballot, sent, answer } = createServer();
  for (const each of ["20", "19", "fewer"]) ballot.choose(vote(each));
  assert.deepEqual(sent, [vote("20")]);
  await answer();
  assert.deepEqual([sent.at(-1), sent.length, ballot.answerIn(OWN, 3, 1)], [vote("fewer"), 2, "fewer"]);
  await answer();
  assert.equal(ballot.pending, null);
});

test("an answer that could not be sent is kept, said, and sent again when the connection is back", async () => {
  const { ballot, sent, answer } = createServer();
  ballot.choose(vote("20"));
  await answer(AWAY);
  assert.match(ballot.words, /not sent yet/);
  assert.equal(ballot.answerIn(OWN, 3, 1), "20");
  void ballot.resend();
  void ballot.resend(); // twice at once is once
  assert.equal(sent.length, 2);
  await answer();
  assert.deepEqual([ballot.pending, ballot.words], [null, ""]);
});

test("an answer that comes too late is taken back, and it is said why", async () => {
  const { ballot, answer } = createServer();
  ballot.choose(vote("20"));
  await answer({ ok: false, status: 409, problem: { code: "not_now", message: "This question takes no answers now." } });
  assert.deepEqual([ballot.answerIn(OWN, 3, 1), ballot.words], [null, "This question takes no answers now."]);
});

test("what was chosen counts for its question and its round alone", () => {
  const { ballot } = createServer();
  ballot.choose(vote("20"));
  assert.deepEqual([ballot.answerIn(OWN, 3, 2), ballot.answerIn(OWN, 4, 1)], [null, null]);
  assert.equal(ballot.answerIn({ ...OWN, question: 4, answers: ["1", null] }, 4, 1), "1");
  assert.equal(ballot.answerIn({ ...OWN, question: 4, answers: ["1", null] }, 5, 1), null);
});
