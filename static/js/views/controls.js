// What the next race will be, the guess, and the one button that starts it. What is out of range is
// said here at once; what the server refuses is said here in its own words.

import { part, setAttribute, setText, toggle } from "../dom.js";
import { number } from "../words.js";

/** @import { Actions, Catalogue, Choice, Problem } from "../types.js" */

/** The button that starts becomes the one that stops: the second press of a double click, in ms, is neither. */
const DOUBLE_CLICK = 600;

/** @param {HTMLElement} root @param {Actions} actions @param {Catalogue} catalogue */
export function createControls(root, actions, catalogue) {
  const scenario = part(root, "scenario", HTMLSelectElement);
  const processes = part(root, "processes", HTMLInputElement);
  const iterations = part(root, "iterations", HTMLInputElement);
  const guard = part(root, "guard", HTMLSelectElement);
  const pace = part(root, "pace", HTMLSelectElement);
  const guess = part(root, "guess", HTMLInputElement);
  const message = part(root, "message", HTMLElement);
  const button = part(root, "run", HTMLButtonElement);
  let running = false;
  let pressed = 0;

  /** @returns {Choice | null} null, and a message, where something is out of range */
  function read() {
    const limits = /** @type {const} */ ([
      [processes, "processes", catalogue.limits.processes],
      [iterations, "increments each", catalogue.limits.iterations],
    ]);
    let problem = "";
    for (const [input, what, most] of limits) {
      const good = /^\d+$/.test(input.value) && Number(input.value) >= 1 && Number(input.value) <= most;
      setAttribute(input, "aria-invalid", good ? null : "true");
      if (!good && !problem) problem = `Between 1 and ${number(most)} ${what}, please.`;
    }
    if (!guess.validity.valid && !problem) problem = "A guess is a whole number; it may also be left empty.";
    setAttribute(guess, "aria-invalid", guess.validity.valid ? null : "true");
    say(problem);
    if (problem) return null;
    return {
      scenario: scenario.value,
      processes: Number(processes.value),
      iterations: Number(iterations.value),
      guard: guard.value,
      pace: pace.value,
    };
  }

  /** @param {string} text */
  function say(text) {
    setText(message, text);
    toggle(root, "has-message", text !== "");
  }

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) {
      if (performance.now() - pressed > DOUBLE_CLICK) actions.stop();
      return;
    }
    const choice = read();
    if (!choice) return;
    pressed = performance.now();
    actions.run(choice, guess.value === "" ? null : Number(guess.value));
  });
  root.addEventListener("input", (event) => {
    if (event.target === guess) return;
    const choice = read();
    if (choice) actions.choose(choice);
  });

  /** @param {{running: boolean, busy: boolean}} frame */
  function render(frame) {
    running = frame.running;
    setText(button, running ? "Stop" : "Run both");
    toggle(button, "is-stop", running);
    setAttribute(button, "aria-busy", frame.busy ? "true" : null);
  }

  return {
    render,
    /** @param {Partial<Choice>} choice */
    set(choice) {
      if (catalogue.scenarios.some(({ name }) => name === choice.scenario)) scenario.value = choice.scenario ?? scenario.value;
      if (choice.processes !== undefined) processes.value = String(choice.processes);
      if (choice.iterations !== undefined) iterations.value = String(choice.iterations);
      // A name that is not on offer leaves a select empty: keep what was chosen.
      if (catalogue.guards.some(({ name, kind }) => name === choice.guard && kind !== "none")) {
        guard.value = choice.guard ?? guard.value;
      }
      if (catalogue.paces.some(({ name }) => name === choice.pace)) pace.value = choice.pace ?? pace.value;
    },
    read,
    /** @param {Problem | null} problem */
    complain: (problem) => say(problem ? [problem.message, problem.hint].filter(Boolean).join(" ") : ""),
    /** The guess belongs to the race that has begun: the next one asks anew. */
    clearGuess: () => {
      guess.value = "";
    },
    destroy() {},
  };
}
