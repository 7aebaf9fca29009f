// Which panel is open below the races: the same for both, so that they can be compared.

import { setAttribute } from "../dom.js";

/** @import { Actions, Look, Panel } from "../types.js" */

/** @param {HTMLElement} root @param {Actions} actions */
export function createPanels(root, actions) {
  const buttons = [...root.querySelectorAll("button")];
  for (const button of buttons) {
    button.addEventListener("click", () => actions.look({ panel: /** @type {Panel} */ (button.dataset["panel"]) }));
  }

  /** @param {Look} look */
  function render({ panel }) {
    for (const button of buttons) setAttribute(button, "aria-pressed", String(button.dataset["panel"] === panel));
  }

  return { render, destroy() {} };
}
