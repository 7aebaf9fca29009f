// The buttons of the processes: each says what its process would do next, or why it cannot move.

import { nameAt } from "../../core/process-names.js";
import { html, setAttribute, setText, toggle } from "../../shell/dom.js";
import { inlineMark } from "../../shell/marks.js";
import { FEW } from "./step-words.js";

/** @import { NextStepWords } from "./step-words.js" */

/** @param {HTMLElement} root @param {(index: number) => void} take */
export function createStepButtons(root, take) {
  /** @type {{button: HTMLButtonElement, name: HTMLElement, words: HTMLElement}[]} */
  let buttons = [];

  /** @param {number} count */
  function lay(count) {
    buttons = Array.from({ length: count }, (_, index) => {
      const name = html("b");
      const words = html("span", "step-words");
      const cap = html("kbd", "step-key", [String(index + 1)]);
      const button = html("button", `step-button p${index}`, [inlineMark(nameAt(index)), html("span", "step-does", [name, " ", words]), cap]);
      cap.setAttribute("aria-hidden", "true");
      button.type = "button";
      button.dataset["process"] = nameAt(index);
      button.addEventListener("click", () => take(index));
      return { button, name, words };
    });
    root.replaceChildren(...buttons.map(({ button }) => button));
    toggle(root, "are-many", count > FEW);
  }

  /** @param {readonly string[]} names @param {readonly NextStepWords[]} turns @param {string | null} last whose step was the last */
  function render(names, turns, last) {
    if (buttons.length !== turns.length) lay(turns.length);
    buttons.forEach(({ button, name, words }, index) => {
      const turn = turns[index];
      if (!turn) return;
      setText(name, names[index] ?? "");
      setText(words, turn.words);
      // Not `disabled`: why it cannot move must stay readable, and the focus where it is.
      setAttribute(button, "aria-disabled", turn.can ? null : "true");
      toggle(button, "is-last", names[index] === last);
    });
  }

  return { render };
}
