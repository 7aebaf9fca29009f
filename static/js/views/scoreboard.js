// Three numbers to be read from the last row of a classroom, such as expected, counter and lost; the stage says which. Beside
// them the guess, and how long the run took where that is compared.

import { part, setText, show, toggle } from "../shell/dom.js";
import { duration } from "../core/format.js";
import { guessInWords, verdict } from "../core/guess.js";

/** @import { Figure, ViewState } from "../core/types.js" */

const NAMES = ["expected", "counter", "lost"];

/** @type {readonly Figure[]} */
const NOTHING = NAMES.map(() => ({ label: "\u00a0", value: "–", note: "" }));

/** The three numbers of a race; dashes until the stage that knows them is here. @param {ViewState} view */
export function figuresOf(view) {
  return view.stage?.figures(view) ?? NOTHING;
}

/** Figures longer than these, in letters, are set smaller. */
const LONG = 4;
const VERY_LONG = 9;

/** @param {HTMLElement} root */
export function createScoreboard(root) {
  const columns = NAMES.map((name) => ({
    figure: part(root, `${name}-figure`, HTMLElement),
    label: part(root, `${name}-label`, HTMLElement),
    value: part(root, name, HTMLElement),
    note: part(root, `${name}-note`, HTMLElement),
  }));
  const guessFigure = part(root, "guess-figure", HTMLElement);
  const guessed = part(root, "guessed", HTMLElement);
  const result = part(root, "guess-result", HTMLElement);
  const tookFigure = part(root, "took-figure", HTMLElement);
  const took = part(root, "took", HTMLElement);

  /** @param {ViewState} view */
  function render(view) {
    const { run, scenario, state, atEnd, guess } = view;
    const figures = figuresOf(view);
    columns.forEach(({ figure, label, value, note }, index) => {
      const now = figures[index] ?? { label: "", value: "", note: "" };
      setText(label, now.label);
      setText(value, now.value);
      setText(note, now.note);
      toggle(figure, "is-lost", now.isLoss === true);
    });
    const longest = Math.max(...figures.map(({ value, note }) => Math.max(value.length, note.length - 3)));
    toggle(root, "is-long", longest > LONG && longest <= VERY_LONG);
    toggle(root, "is-very-long", longest > VERY_LONG);

    // Where variants of the same task stand side by side, what each costs is part of the answer.
    const time = scenario.lineup === "all" && atEnd ? run.summary.duration_ms : null;
    show(tookFigure, time !== null);
    if (time !== null) setText(took, time < 1000 ? `${Math.round(time)} ms` : duration(time * 1e6));

    show(guessFigure, guess !== null);
    const [cell] = state.cells;
    if (guess === null || !cell) return;
    setText(guessed, guessInWords(guess));
    setText(result, atEnd && run.status === "finished" ? verdict(guess, cell.value, cell.expected) : "");
  }

  return { render, destroy() {} };
}
