// The one button of a phone: each press lets its process take one step. One press is on its way at a time. A second tap
// meanwhile does nothing but say so: the button tells what the next press will do, and what comes after that is known
// only when the first one has come back; by then others may have written. Nor is a press ever sent twice: where its answer
// was lost, nobody knows whether it counted, and what the process has done by then is what counts. No DOM.

/** @import { Failure } from "../../core/api.js" */

/** @typedef {{ok: true, body: {step: {index: number}}} | Failure} Pressed */

export class Presses {
  /** Tapped again while one was on its way. */
  wasNudged = false;
  /** What was in the way of the last one. */
  words = "";
  #isSent = false;
  /** The step that the last press led to, until it has come. */
  #awaited = -1;
  #send;
  #onChange;

  /** @param {(game: number) => Promise<Pressed>} send @param {() => void} onChange */
  constructor(send, onChange) {
    this.#send = send;
    this.#onChange = onChange;
  }

  /** Whether a press is on its way: up to when its step is on the screen. @param {number} steps that are here */
  isOnItsWay(steps) {
    return this.#isSent || this.#awaited >= steps;
  }

  /** @param {number} game @param {number} steps that are here */
  async press(game, steps) {
    if (this.isOnItsWay(steps)) {
      this.wasNudged = true;
      this.#onChange();
      return;
    }
    Object.assign(this, { wasNudged: false, words: "" });
    this.#isSent = true;
    this.#onChange();
    const answer = await this.#send(game);
    this.#isSent = false;
    this.wasNudged = false;
    if (answer.ok) this.#awaited = answer.body.step.index;
    else this.words = whyNot(answer);
    this.#onChange();
  }

  /** Another game, or the same one anew. */
  reset() {
    Object.assign(this, { wasNudged: false, words: "" });
    this.#awaited = -1;
  }
}

/** @param {Failure} failure */
function whyNot({ status, problem }) {
  if (status === 0) return "The connection broke off while you pressed. What the button says now is what comes next.";
  return [problem.message, problem.hint].filter(Boolean).join(" ");
}
