// The lineage panel.

import { show } from "../dom.js";

/** @import { Actions, Frame } from "../types.js" */

/** @param {HTMLElement} root @param {Actions} _actions */
export function createLineage(root, _actions) {
  /** @param {Frame} frame */
  function render({ look }) {
    show(root, look.panel === "lineage");
  }

  return { render, destroy() {} };
}
