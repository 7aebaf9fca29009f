// Where there are several cells: which of them the charts are about.

import { html, setAttribute, show } from "../shell/dom.js";

/** @import { ViewState, RaceActions } from "../core/types.js" */

/** Panels that are about one cell. */
const CHARTS = new Set(["timeline", "lineage"]);

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createCellPicker(root, actions) {
  let known = "";

  /** @param {ViewState} view */
  function render({ state: { cells }, look, cell: chosen }) {
    const isWanted = cells.length > 1 && CHARTS.has(look.panel);
    show(root, isWanted);
    if (!isWanted) return;
    const names = cells.map(({ name }) => name);
    if (names.join() !== known) {
      known = names.join();
      root.replaceChildren(...names.map((name) => {
        const button = html("button", "", [name]);
        button.setAttribute("type", "button");
        button.addEventListener("click", () => actions.look({ cell: name }));
        return button;
      }));
    }
    names.forEach((name, index) => {
      const button = root.children[index];
      if (button) setAttribute(button, "aria-pressed", String(name === chosen));
    });
  }

  return { render, destroy() {} };
}
