// The stage of a race view: it lets the stage of the scenario draw. Empty until that stage is fetched.

/** @import { ViewState, RaceActions, Stage } from "../core/types.js" */

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createStage(root, actions) {
  /** @type {Stage | null} */
  let stage = null;
  /** @type {ReturnType<Stage["createStage"]> | null} */
  let drawn = null;

  function clear() {
    drawn?.destroy();
    drawn = null;
    root.replaceChildren();
  }

  /** @param {ViewState} view */
  function render(view) {
    if (view.stage !== stage) {
      clear();
      stage = view.stage;
      root.setAttribute("aria-label", "The stage");
      drawn = stage?.createStage(root, actions) ?? null;
    }
    drawn?.render(view);
  }

  return { render, destroy: clear };
}
