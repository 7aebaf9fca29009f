// The buttons of the processes: each says what its process would do next, or why it cannot move.

import { html, setAttribute, setText, toggle } from "../../shell/dom.js";
import { inlineMark } from "../../shell/marks.js";
import { FEW } from "./step-words.js";

/** @import { Turn } from "./step-words.js" */

/** @param {HTMLElement} root @param {(place: number) => void} take */
export function createTurns(root, take) {
  /** @type {{button: HTMLButtonElement, name: HTMLElement, words: HTMLElement}[]} */
  let buttons = [];

  /** @param {number} count */
  function lay(count) {
    buttons = Array.from({ length: count }, (_, place) => {
      const name = html("b");
      const words = html("span", "turn-words");
      const cap = html("kbd", "turn-key", [String(place + 1)]);
      const button = html("button", `turn p${place}`, [inlineMark(`P${place + 1}`), html("span", "turn-does", [name, " ", words]), cap]);
      cap.setAttribute("aria-hidden", "true");
      button.type = "button";
      button.dataset["turn"] = `P${place + 1}`;
      button.addEventListener("click", () => take(place));
      return { button, name, words };
    });
    root.replaceChildren(...buttons.map(({ button }) => button));
    toggle(root, "are-many", count > FEW);
  }

  /** @param {readonly string[]} names @param {readonly Turn[]} turns @param {string | null} last whose step was the last */
  function render(names, turns, last) {
    if (buttons.length !== turns.length) lay(turns.length);
    buttons.forEach(({ button, name, words }, place) => {
      const turn = turns[place];
      if (!turn) return;
      setText(name, names[place] ?? "");
      setText(words, turn.words);
      // Not `disabled`: why it cannot move must stay readable, and the focus where it is.
      setAttribute(button, "aria-disabled", turn.can ? null : "true");
      toggle(button, "is-last", names[place] === last);
    });
  }

  return { render };
}
