// The whole screen: projector mode with big type, fullscreen, and a blank page for when the class
// should look at the teacher.

import { part, setAttribute, toggle } from "../dom.js";

/** @import { Actions, Look } from "../types.js" */

/** @param {HTMLElement} root @param {Actions} actions */
export function createScreen(root, actions) {
  const button = part(root, "projector", HTMLButtonElement);
  let projector = false;

  button.addEventListener("click", () => actions.look({ projector: !projector }));

  /** @param {Look} look */
  function render(look) {
    projector = look.projector;
    setAttribute(button, "aria-pressed", String(projector));
    toggle(document.documentElement, "is-projector", projector);
  }

  return { render, destroy() {} };
}
