// What a phone answers to the question on show. The last choice is what counts: it is sent at once, and sent again where
// the connection was lost meanwhile, which is safe, since a later vote of a seat replaces the first. No DOM.

/** @import { Failure } from "../../core/api.js" */
/** @import { Vote } from "../../core/room.js" */
/** @import { OwnView } from "../../core/room-types.js" */

export class Ballot {
  /** What was chosen and is not at the server yet. @type {Vote | null} */
  pending = null;
  /** What was in the way. */
  words = "";
  #isSending = false;
  #send;
  #onChange;

  /** @param {(vote: Vote) => Promise<{ok: true, body: OwnView} | Failure>} send it takes in what the answer says
   * @param {() => void} onChange */
  constructor(send, onChange) {
    this.#send = send;
    this.#onChange = onChange;
  }

  /** @param {Vote} vote */
  choose(vote) {
    this.pending = vote;
    this.words = "";
    this.#onChange();
    void this.resend();
  }

  /** Sends what has not arrived yet: one at a time, the latest last. */
  async resend() {
    if (this.#isSending || !this.pending) return;
    this.#isSending = true;
    while (this.pending) {
      /** @type {Vote} */
      const sent = this.pending;
      const answer = await this.#send(sent);
      if (!answer.ok && answer.status === 0) {
        this.words = "Your answer is not sent yet: the connection is lost. It goes out as soon as that is back.";
        break;
      }
      if (this.pending !== sent) continue; // another one was chosen meanwhile
      this.pending = null;
      this.words = answer.ok ? "" : [answer.problem.message, answer.problem.hint].filter(Boolean).join(" ");
    }
    this.#isSending = false;
    this.#onChange();
  }

  /** What this phone has chosen in a round of a question: at the server, or on its way. @param {OwnView | null} own @param {number} question @param {number} round */
  answerIn(own, question, round) {
    const { pending } = this;
    if (pending?.question === question && pending.round === round) return pending.answer;
    return (own?.question === question && own.answers[round - 1]) || null;
  }
}
