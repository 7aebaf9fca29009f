// The question that a class is asked before a race: what will the counter show? And which answers to it are right. Pure.

import { guesses } from "./guess.js";

/** @import { Asked, Question } from "./room-types.js" */

/** A line that a thumb can slide along ends here; nobody means more than twice the sum. */
const TWICE = 2;

/** @param {string} sentence what will run @param {number} expected what all additions come to @returns {Asked} */
export function counterQuestion(sentence, expected) {
  return {
    kind: "number",
    text: "What will the counter show?",
    detail: sentence,
    least: 0,
    most: TWICE * expected,
    chips: guesses(expected).map(String),
  };
}

/** What all additions come to, read back from such a question: it is the first of its chips. Null for any other question.
 * @param {Pick<Question, "kind" | "chips">} question */
export function expectedIn({ kind, chips }) {
  const [first] = chips;
  return kind === "number" && first !== undefined && chips.includes("fewer") && /^\d+$/.test(first) ? Number(first) : null;
}

/** @param {number} value what the counter shows @param {number} expected @returns {string[]} */
export function rightAnswers(value, expected) {
  return [String(value), ...(value < expected ? ["fewer"] : []), ...(value > expected ? ["more"] : [])];
}
