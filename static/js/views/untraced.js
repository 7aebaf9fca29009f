// The untraced panel.

import { show } from "../dom.js";

/** @import { Actions, Frame } from "../types.js" */

/** @param {HTMLElement} root @param {Actions} _actions */
export function createUntraced(root, _actions) {
  /** @param {Frame} frame */
  function render({ look }) {
    show(root, look.panel === "untraced");
  }

  return { render, destroy() {} };
}
