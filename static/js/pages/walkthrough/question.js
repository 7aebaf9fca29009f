// The question of a step: a number to guess, or an option to choose. It is asked before the run and may be
// skipped; what was answered is said again beside the result.

import { html, setAttribute, setText, toggle } from "../../shell/dom.js";

/**
 * @param {HTMLElement} step the step's article
 * @param {number | null} right the right number, or the number of the right option
 * @param {(direction: "next" | "previous") => void} move
 * @param {() => void} onAnswer
 */
export function createQuestion(step, right, move, onAnswer) {
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

  /** What was answered, beside the question. With `told` also whether it is right.
   * @param {HTMLElement} root @param {boolean} told */
  function repeat(root, told) {
    root.replaceChildren();
    if (!asked) return;
    root.append(html("span", "found-ask", copied(asked)), " ");
    const option = options[chosen - 1];
    const given = guess?.value ?? "";
    if (option) root.append("You said: ", html("b", "found-answer", copied(option)));
    else if (given !== "") root.append("Your guess: ", html("b", "found-answer", [given]));
    else return;
    if (told && right !== null) root.append(verdict((option ? chosen : Number(given)) === right));
  }

  return {
    choose,
    repeat,
    get answered() {
      return chosen > 0 || (guess?.value ?? "") !== "";
    },
  };
}

/** What stands in an element, code and all. @param {Element} element */
function copied(element) {
  return [...element.cloneNode(true).childNodes];
}

/** @param {boolean} isRight */
function verdict(isRight) {
  const mark = html("b", "verdict");
  setText(mark, isRight ? " ✓ right" : " ✕ not so");
  toggle(mark, "is-right", isRight);
  return mark;
}
