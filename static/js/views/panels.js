// Which panel is open below the races: the same for both, so that they can be compared.

import { setAttribute } from "../dom.js";

/** @import { Look, Panel, ShowActions } from "../types.js" */

/** @param {HTMLElement} root @param {ShowActions} actions */
export function createPanels(root, actions) {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = root.querySelectorAll("button[data-panel]");
  for (const button of buttons) {
    button.addEventListener("click", () => actions.look({ panel: /** @type {Panel} */ (button.dataset["panel"]) }));
  }

  /** @param {Look} look */
  function render({ panel }) {
    for (const button of buttons) setAttribute(button, "aria-pressed", String(button.dataset["panel"] === panel));
  }

  return { render, destroy() {} };
}
