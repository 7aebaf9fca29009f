// The question of a step: a number to guess, or an option to choose. It is asked before the run and may be
// skipped; the answer is repeated beside the result.

import { html, setAttribute } from "../../shell/dom.js";

/** @import { Verdict } from "./verdict.js" */

/** @typedef {ReturnType<typeof createQuestion>} Question */

/**
 * @param {HTMLElement} step the step's article
 * @param {(direction: "next" | "previous") => void} move
 * @param {() => void} onAnswer
 */
export function createQuestion(step, move, onAnswer) {
  const form = step.querySelector("form");
  const guess = step.querySelector("input");
  const options = [...step.querySelectorAll("button")];
  const asked = step.querySelector(".question-ask");
  /** The option that was chosen, from 1; 0 is none. */
  let chosen = 0;

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    move("next");
  });
  guess?.addEventListener("keydown", (event) => {
    // A clicker must not get stuck in a field.
    if (event.key !== "PageDown" && event.key !== "PageUp") return;
    event.preventDefault();
    move(event.key === "PageDown" ? "next" : "previous");
  });
  guess?.addEventListener("input", onAnswer);
  options.forEach((option, index) => option.addEventListener("click", () => choose(index + 1)));

  /** @param {number} number from 1 */
  function choose(number) {
    if (number > options.length) return;
    chosen = number;
    options.forEach((option, index) => setAttribute(option, "aria-pressed", String(index + 1 === number)));
    onAnswer();
  }

  /** What was answered, beside the question, and whether it is right. @param {Verdict | null} verdict */
  function repeated(verdict) {
    if (!asked) return [];
    const option = options[chosen - 1];
    const given = guess?.value ?? "";
    const answer = option ? copied(option) : given === "" ? null : [given];
    return [
      html("span", "found-ask", copied(asked)),
      " ",
      ...(answer ? [option ? "You said: " : "Your guess: ", html("b", "found-answer", answer)] : []),
      ...(verdict ? [judged(verdict)] : []),
    ];
  }

  return {
    choose,
    repeated,
    /** The number that was guessed, or that of the option; null where nobody answered. */
    get given() {
      if (chosen > 0) return chosen;
      return guess && guess.value !== "" ? Number(guess.value) : null;
    },
  };
}

/** A copy of what is in an element, with its code. @param {Element} element */
function copied(element) {
  return [...element.cloneNode(true).childNodes];
}

/** @param {Verdict} verdict */
function judged({ isRight, words }) {
  const kind = isRight === null ? "is-open" : isRight ? "is-right" : "is-wrong";
  const mark = isRight === null ? "" : isRight ? "✓ " : "✕ ";
  return html("b", `verdict ${kind}`, [` ${mark}${words}`]);
}
