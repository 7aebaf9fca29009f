// The screen of a question: large words, answers for a thumb, and at the end how the class answered. It shows what
// question-view.js says.

import { createVoteBars } from "../../charts/vote-bars.js";
import { createVotes } from "../../charts/votes.js";
import { html, part, setAttribute, setText, show, toggle } from "../../shell/dom.js";
import { createAnswerField } from "./answer-field.js";

/** @import { Chip, QuestionView } from "./question-view.js" */

/** @param {HTMLElement} root @param {{choose: (answer: string) => void}} actions */
export function createQuestion(root, { choose }) {
  const chips = part(root, "answers", HTMLElement);
  const votes = part(root, "class-answers", HTMLElement);
  const field = createAnswerField(part(root, "answer-field", HTMLElement), choose);
  let made = "";
  let drawn = "";

  /** @param {QuestionView} view */
  function drawChips({ key, chips: wanted, isOpen, isChoice }) {
    const labels = JSON.stringify([key, wanted.map(({ label }) => label)]);
    if (labels !== made) {
      made = labels;
      chips.replaceChildren(...wanted.map((chip) => chipButton(chip, isChoice)));
    }
    toggle(chips, "is-choice", isChoice);
    show(chips, wanted.length > 0);
    wanted.forEach((chip, place) => {
      const button = /** @type {HTMLButtonElement} */ (chips.children[place]);
      setAttribute(button, "aria-pressed", String(chip.isChosen));
      button.disabled = !isOpen;
      toggle(button, "is-first", chip.isFirst);
      setText(/** @type {Element} */ (button.lastElementChild), chip.isFirst ? "your first answer" : "");
    });
  }

  /** @param {Chip} chip @param {boolean} isNumbered */
  function chipButton({ answer, label }, isNumbered) {
    const words = html("span", "answer-words", [label]);
    const button = html("button", "answer", [...(isNumbered ? [html("span", "answer-number", [answer])] : []), words, html("small", "answer-note")]);
    button.type = "button";
    button.dataset["answer"] = answer;
    button.addEventListener("click", () => choose(answer));
    return button;
  }

  /** The drawings are made anew with each result, which is once a question. @param {QuestionView} view */
  function drawVotes({ votes: wanted }) {
    show(votes, wanted !== null);
    const key = JSON.stringify(wanted);
    if (key === drawn) return;
    drawn = key;
    votes.replaceChildren();
    if (!wanted) return;
    const box = html("div", "dots" in wanted ? "class-dots" : "class-bars");
    votes.append(box);
    if ("dots" in wanted) createVotes(box).render(wanted.dots);
    else createVoteBars(box).render(wanted.bars);
  }

  /** @param {QuestionView} view @param {string} problem */
  function render(view, problem) {
    setText(part(root, "question-text", HTMLElement), view.text);
    setText(part(root, "question-detail", HTMLElement), view.detail);
    setText(part(root, "question-lead", HTMLElement), view.lead);
    setText(part(root, "question-own", HTMLElement), view.own);
    setText(part(root, "question-moved", HTMLElement), view.moved);
    setText(part(root, "question-note", HTMLElement), view.note);
    setText(part(root, "question-count", HTMLElement), view.count);
    setText(part(root, "question-problem", HTMLElement), problem);
    field.render(view.key, view.field);
    drawChips(view);
    drawVotes(view);
  }

  return { render };
}
