// One arena: all the views of one race. They get the same frame and know nothing of each other.

import { part } from "./dom.js";
import { createAnatomy } from "./views/anatomy.js";
import { createCode } from "./views/code.js";
import { createHead } from "./views/head.js";
import { createLineage } from "./views/lineage.js";
import { createNarration } from "./views/narration.js";
import { createScoreboard } from "./views/scoreboard.js";
import { createStage } from "./views/stage.js";
import { createTimeline } from "./views/timeline.js";
import { createUntraced } from "./views/untraced.js";

/** @import { Frame, ShowActions } from "./types.js" */

/** @param {HTMLElement} root @param {ShowActions} actions */
export function createArena(root, actions) {
  const views = [
    createHead(root, actions),
    createScoreboard(root),
    createStage(part(root, "stage", HTMLElement)),
    createNarration(root),
    createTimeline(part(root, "timeline", HTMLElement), actions),
    createLineage(part(root, "lineage", HTMLElement), actions),
    createCode(part(root, "code", HTMLElement)),
    createAnatomy(part(root, "anatomy", HTMLElement), actions),
    createUntraced(part(root, "untraced", HTMLElement), actions),
  ];

  return {
    /** @param {Frame} frame */
    render(frame) {
      root.hidden = false;
      for (const view of views) view.render(frame);
    },
    hide() {
      root.hidden = true;
    },
    destroy() {
      for (const view of views) view.destroy();
    },
  };
}
