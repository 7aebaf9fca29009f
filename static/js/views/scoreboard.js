// Expected, counter, lost: three numbers to be read from the last row, and the guess beside them.

import { part, setText, show, toggle } from "../dom.js";
import { number } from "../words.js";

/** @import { Frame } from "../types.js" */

/** @param {HTMLElement} root */
export function createScoreboard(root) {
  const expected = part(root, "expected", HTMLElement);
  const goal = part(root, "goal", HTMLElement);
  const counter = part(root, "counter", HTMLElement);
  const lost = part(root, "lost", HTMLElement);
  const lostFigure = part(root, "lost-figure", HTMLElement);
  const guessFigure = part(root, "guess-figure", HTMLElement);
  const guessed = part(root, "guessed", HTMLElement);
  const result = part(root, "guess-result", HTMLElement);

  /** @param {Frame} frame */
  function render(frame) {
    const { run, state, atEnd, guess } = frame;
    const known = run.summary.cells[0];
    const cell = state.cells[0];
    // Without steps only the outcome is known; with steps it is counted from what is on show.
    const counted = run.request.traced !== false || !known;
    const now = {
      expected: counted ? (cell?.expected ?? 0) : known.expected,
      value: counted ? (cell?.value ?? 0) : (known.final ?? 0),
      lost: counted ? (cell?.lost ?? 0) : known.lost,
    };
    const initial = known?.initial ?? 0;
    const goalNow = initial + run.request.processes * run.request.iterations;
    setText(expected, number(now.expected));
    setText(goal, now.expected === goalNow ? "" : `of ${number(goalNow)}`);
    setText(counter, number(now.value));
    setText(lost, number(now.lost));
    toggle(lostFigure, "is-lost", now.lost > 0);
    toggle(root, "is-long", String(goalNow).length > 4);

    show(guessFigure, guess !== null);
    if (guess === null) return;
    setText(guessed, number(guess));
    setText(result, atEnd && run.status === "finished" ? verdict(guess, now.value) : "");
  }

  return { render, destroy() {} };
}

/** @param {number} guess @param {number} value */
function verdict(guess, value) {
  if (guess === value) return "right";
  return `${number(Math.abs(guess - value))} too ${guess > value ? "many" : "few"}`;
}
