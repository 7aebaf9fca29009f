// The question of a step: a number to guess, or an option to choose. It is asked before the run and may be
// skipped; what was answered is said again beside the result.

import { html, setAttribute, setProse, setText, toggle } from "../dom.js";

/** @import { Question } from "./course.js" */

/**
 * @param {HTMLElement} step the step's article
 * @param {Question | null} question
 * @param {(direction: "next" | "previous") => void} move
 * @param {() => void} onAnswer
 */
export function createQuestion(step, question, move, onAnswer) {
  const form = step.querySelector("form");
  const guess = step.querySelector("input");
  const options = [...step.querySelectorAll("button")];
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

  /** What was answered, beside the question. With `told` also whether it is right.
   * @param {HTMLElement} root @param {boolean} told */
  function repeat(root, told) {
    root.replaceChildren();
    if (!question) return;
    const ask = html("span", "found-ask");
    setProse(ask, question.ask);
    root.append(ask, " ");
    if (question.kind === "guess") {
      const given = guess?.value ?? "";
      if (given === "") return;
      const answer = html("b", "found-answer", [given]);
      root.append("Your guess: ", answer);
      if (told && question.right !== null) root.append(verdict(Number(given) === question.right));
    } else if (chosen) {
      const answer = html("b", "found-answer");
      setProse(answer, question.options[chosen - 1] ?? "");
      root.append("You said: ", answer);
      if (told) root.append(verdict(chosen === question.right));
    }
  }

  return {
    choose,
    repeat,
    get answered() {
      return chosen > 0 || (guess?.value ?? "") !== "";
    },
  };
}

/** @param {boolean} isRight */
function verdict(isRight) {
  const mark = html("b", "verdict");
  setText(mark, isRight ? " ✓ right" : " ✕ not so");
  toggle(mark, "is-right", isRight);
  return mark;
}
