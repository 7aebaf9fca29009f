// The whole screen: projector mode with big type, fullscreen, and a blank page for when the class
// should look at the teacher.

import { html, setAttribute, toggle } from "./dom.js";
import { styled } from "./lazy-styles.js";

/** @param {HTMLElement} root @param {HTMLButtonElement} button of the projector mode */
export function createScreen(root, button) {
  const curtain = html("dialog", "blank");
  setAttribute(curtain, "aria-label", "The screen is blank. Any key ends it.");
  root.append(curtain);

  for (const name of /** @type {const} */ (["keydown", "click"])) {
    curtain.addEventListener(name, (event) => {
      if (!curtain.open) return; // the focus leaves it with the next frame only
      // The key that ends it does nothing else.
      event.preventDefault();
      event.stopPropagation();
      curtain.close();
    });
  }

  /** @param {boolean} projector */
  function render(projector) {
    setAttribute(button, "aria-pressed", String(projector));
    if (projector) void styled(new URL("../../css/projector.css", import.meta.url));
    toggle(document.documentElement, "is-projector", projector);
  }

  return { render, blank: () => curtain.showModal(), toggleFullscreen };
}

async function toggleFullscreen() {
  try {
    await (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  } catch {
    // A phone may not offer it, and a frame may forbid it: then the page stays as it is.
  }
}
