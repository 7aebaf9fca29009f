// The stage of an arena: drawn by the story of what is run. Empty and calm until that story is here.

/** @import { Frame, ShowActions, Story } from "../types.js" */

/** @param {HTMLElement} root @param {ShowActions} actions */
export function createStage(root, actions) {
  /** @type {Story | null} */
  let story = null;
  /** @type {ReturnType<Story["createStage"]> | null} */
  let drawn = null;

  function clear() {
    drawn?.destroy();
    drawn = null;
    root.replaceChildren();
  }

  /** @param {Frame} frame */
  function render(frame) {
    if (frame.story !== story) {
      clear();
      story = frame.story;
      root.setAttribute("aria-label", "The stage");
      drawn = story?.createStage(root, actions) ?? null;
    }
    drawn?.render(frame);
  }

  return { render, destroy: clear };
}
