// The whole screen: projector mode with big type, fullscreen, and a blank page for when the class
// should look at the teacher.

import { html, part, setAttribute, toggle } from "./dom.js";
import { styled } from "./lazy-styles.js";

/** @import { Look } from "../core/types.js" */

/** @param {HTMLElement} root @param {{toggleProjector: () => void}} actions */
export function createScreen(root, actions) {
  const button = part(root, "projector", HTMLButtonElement);
  const curtain = html("dialog", "blank");
  setAttribute(curtain, "aria-label", "The screen is blank. Any key ends it.");
  root.append(curtain);

  button.addEventListener("click", () => actions.toggleProjector());
  for (const name of /** @type {const} */ (["keydown", "click"])) {
    curtain.addEventListener(name, (event) => {
      // The key that ends it does nothing else.
      event.preventDefault();
      event.stopPropagation();
      curtain.close();
    });
  }

  /** @param {Look} look */
  function render(look) {
    setAttribute(button, "aria-pressed", String(look.projector));
    if (look.projector) void styled(new URL("../../css/projector.css", import.meta.url));
    toggle(document.documentElement, "is-projector", look.projector);
  }

  return { render, blank: () => curtain.showModal(), toggleFullscreen, destroy() {} };
}

async function toggleFullscreen() {
  try {
    await (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  } catch {
    // A phone may not offer it, or a view forbid it: then the page stays as it is.
  }
}
