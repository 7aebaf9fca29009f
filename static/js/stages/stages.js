// How each kind of run is drawn and described: its stage. The stage of cells is always here; the others are fetched
// when a line-up first needs them.

import { styled } from "../shell/lazy-styles.js";
import { stage as cells } from "./cells/cells.js";

/** @import { Stage } from "../core/types.js" */

/** @type {Readonly<Record<string, () => Promise<{stage: Stage}>>>} */
const SOURCES = {
  lifelines: () => import("./processes/stage.js"),
  pipe: () => import("./queue/stage.js"),
  pool: () => import("./pool/stage.js"),
};

/** After this time, in ms, the page asks again for what it could not fetch. */
const RETRY_MS = 2000;

/** @type {Map<string, Stage | null>} */
const known = new Map([["cells", cells]]);

/** The stage of that name; null until it is here, and then `onLoad` is called.
 * @param {string} name @param {() => void} onLoad @returns {Stage | null} */
export function stageOf(name, onLoad) {
  const stage = known.get(name);
  if (stage !== undefined) return stage;
  known.set(name, null);
  void load(name, onLoad);
  return null;
}

/** @param {string} name @param {() => void} onLoad */
async function load(name, onLoad) {
  try {
    const [{ stage }] = await Promise.all([
      SOURCES[name]?.() ?? { stage: cells },
      styled(new URL("../../css/stages.css", import.meta.url)),
    ]);
    known.set(name, stage);
    onLoad();
  } catch {
    // The server was away: it is tried again after a while, and not with every frame.
    setTimeout(() => known.delete(name), RETRY_MS);
  }
}
