// Which panel is open below the races: the same for all, so that they can be compared. Offered are those
// that have something to say of them.

import { setAttribute, show } from "../shell/dom.js";

/** @import { Panel, RaceActions } from "../core/types.js" */

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createPanels(root, actions) {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = root.querySelectorAll("button[data-panel]");
  const group = buttons[0]?.parentElement;
  for (const button of buttons) {
    button.addEventListener("click", () => actions.look({ panel: /** @type {Panel} */ (button.dataset["panel"]) }));
  }

  /** @param {Panel} open @param {readonly string[]} offered */
  function render(open, offered) {
    // Where there is nothing to choose from, a button would only look like one.
    if (group) show(group, offered.length > 1);
    for (const button of buttons) {
      const name = button.dataset["panel"] ?? "";
      show(button, offered.includes(name));
      setAttribute(button, "aria-pressed", String(name === open));
    }
  }

  return { render, destroy() {} };
}
