// The timeline panel.

import { show } from "../dom.js";

/** @import { Actions, Frame } from "../types.js" */

/** @param {HTMLElement} root @param {Actions} _actions */
export function createTimeline(root, _actions) {
  /** @param {Frame} frame */
  function render({ look }) {
    show(root, look.panel === "timeline");
  }

  return { render, destroy() {} };
}
