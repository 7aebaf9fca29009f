// What is seen before anything runs: the sentence of what would run, and under it the question. A guess is also
// the start. It says at once what is out of range.

import { guessInWords, guesses, readGuess } from "../core/guess.js";
import { question, choiceInWords } from "../core/choice-sentence.js";
import { html, part, setAttribute, setText, show, toggle } from "../shell/dom.js";
import { createSentencePickers } from "./sentence-pickers.js";

/** @import { Catalogue, Choice, ScenarioInfo } from "../core/types.js" */
/** @import { Guess } from "../core/guess.js" */

const RUN = { one: "Run", pair: "Run both", all: "Run all" };

const STARTS = { one: "the race", pair: "both races", all: "all races" };

/** Where the pickers fold away. */
const SMALL = "(max-width: 60rem)";

/** @typedef {ReturnType<typeof createStart>} Start */

/**
 * @param {HTMLElement} root
 * @param {{run: (choice: Choice, guess: Guess | null) => void, choose: (choice: Choice) => void}} actions
 * @param {Catalogue} catalogue
 */
export function createStart(root, actions, catalogue) {
  const form = part(root, "choices", HTMLFormElement);
  const sentence = createSentencePickers(form, catalogue);
  const fold = part(form, "fold", HTMLDetailsElement);
  const chips = part(form, "chips", HTMLElement);
  const message = part(form, "message", HTMLElement);
  const button = part(form, "run", HTMLButtonElement);

  /** @param {string} text */
  function say(text) {
    setText(message, text);
    // A problem must be visible.
    if (text) fold.open = true;
  }

  /** @returns {Choice | null} null, and a message, where something is out of range */
  function read() {
    const answer = sentence.read();
    say("problem" in answer ? answer.problem : "");
    if ("problem" in answer) return null;
    ask(form, catalogue, sentence.scenario, answer.choice);
    return answer.choice;
  }

  /** @param {Guess | null} guess */
  function start(guess) {
    const choice = read();
    if (choice) actions.run(choice, guess);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start(null);
  });
  chips.addEventListener("click", ({ target }) => {
    const chip = target instanceof Element ? target.closest("button") : null;
    if (chip) start(readGuess(chip.dataset["guess"] ?? null));
  });
  form.addEventListener("input", ({ target }) => {
    sentence.chosen(target);
    sentence.fit();
    const choice = read();
    if (choice) actions.choose(choice);
  });
  // Where there is room nothing folds, also once a phone has been turned or a window made larger.
  const small = window.matchMedia(SMALL);
  fold.open = !small.matches;
  small.addEventListener("change", () => (fold.open = !small.matches));
  toggle(root, "is-ready", true);
  read();

  return {
    read,
    /** @param {Partial<Choice>} choice */
    set(choice) {
      sentence.set(choice);
      read();
    },
    start: () => start(null),
    get scenario() {
      return sentence.scenario.name;
    },
    /** @param {boolean} busy */
    render(busy) {
      for (const each of [button, ...chips.children]) setAttribute(each, "aria-busy", busy ? "true" : null);
    },
    focus: () => /** @type {HTMLElement} */ (chips.hidden ? button : (chips.firstElementChild ?? button)).focus(),
    destroy() {},
  };
}

/** Asks what this choice asks. @param {HTMLElement} form @param {Catalogue} catalogue @param {ScenarioInfo} scenario @param {Choice} choice */
function ask(form, catalogue, scenario, choice) {
  const { asks, lineup } = scenario;
  const sum = part(form, "sum", HTMLElement);
  const chips = part(form, "chips", HTMLElement);
  const button = part(form, "run", HTMLButtonElement);
  const words = part(form, "run-words", HTMLElement);
  for (const each of [sum, chips, words]) show(each, asks);
  setText(words, `Your guess starts ${STARTS[lineup]}. Or`);
  setText(part(form, "choice-summary", HTMLElement), choiceInWords(catalogue, scenario, choice));
  setText(button, asks ? "just run it" : RUN[lineup]);
  toggle(button, "primary", !asks);
  if (!asks) return;
  setText(sum, question(choice));
  const offered = guesses(choice.processes * choice.iterations);
  if (offered.join() === [...chips.children].map((chip) => /** @type {HTMLElement} */ (chip).dataset["guess"]).join()) return;
  chips.replaceChildren(...offered.map(chipOf));
}

/** @param {Guess} guess */
function chipOf(guess) {
  const chip = html("button", "guess-chip", [guessInWords(guess)]);
  chip.type = "button";
  chip.dataset["guess"] = String(guess);
  return chip;
}
