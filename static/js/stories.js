// The stories: how each kind of stage shows a run. That of the cells is always here; the others are fetched
// when a line-up first needs them.

import { styled } from "./late.js";
import { story as cells } from "./stories/cells.js";

/** @import { Story } from "./types.js" */

/** @type {Readonly<Record<string, () => Promise<{story: Story}>>>} */
const SOURCES = {
  lifelines: () => import("./stories/lifelines.js"),
  pipe: () => import("./stories/pipe.js"),
  pool: () => import("./stories/pool.js"),
};

/** @type {Map<string, Story | null>} */
const known = new Map([["cells", cells]]);

/** The story of a kind of stage; null until it is here, and then `onLoad` is called.
 * @param {string} stage @param {() => void} onLoad @returns {Story | null} */
export function storyOf(stage, onLoad) {
  const story = known.get(stage);
  if (story !== undefined) return story;
  known.set(stage, null);
  void load(stage, onLoad);
  return null;
}

/** @param {string} stage @param {() => void} onLoad */
async function load(stage, onLoad) {
  try {
    const [{ story }] = await Promise.all([
      SOURCES[stage]?.() ?? { story: cells },
      styled(new URL("../css/stories.css", import.meta.url)),
    ]);
    known.set(stage, story);
    onLoad();
  } catch {
    // The server was away: it is tried again when something else changes.
    known.delete(stage);
  }
}
