// The tabs of the panels below the races. The same panel is open for all races, so that they can be compared. Offered are those
// that have something to show.

import { setAttribute, show } from "../shell/dom.js";

/** @import { Panel, RaceActions } from "../core/types.js" */

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createPanelTabs(root, actions) {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = root.querySelectorAll("button[data-panel]");
  const group = buttons[0]?.parentElement;
  for (const button of buttons) {
    // Pressed again it goes away, and the value's own picture comes back.
    button.addEventListener("click", () => {
      const isOpen = button.getAttribute("aria-pressed") === "true";
      actions.look({ panel: isOpen ? "value" : /** @type {Panel} */ (button.dataset["panel"]) });
    });
  }

  /** @param {Panel} open @param {readonly string[]} offered */
  function render(open, offered) {
    // With nothing to choose from, there is no button.
    const choices = [...buttons].filter(({ dataset: { panel = "" } }) => offered.includes(panel));
    if (group) show(group, offered.length > 1 && choices.length > 0);
    for (const button of buttons) {
      const name = button.dataset["panel"] ?? "";
      show(button, offered.includes(name));
      setAttribute(button, "aria-pressed", String(name === open));
    }
  }

  return { render, destroy() {} };
}
