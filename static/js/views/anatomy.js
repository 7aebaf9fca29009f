// The anatomy panel.

import { show } from "../dom.js";

/** @import { Actions, Frame } from "../types.js" */

/** @param {HTMLElement} root @param {Actions} _actions */
export function createAnatomy(root, _actions) {
  /** @param {Frame} frame */
  function render({ look }) {
    show(root, look.panel === "anatomy");
  }

  return { render, destroy() {} };
}
