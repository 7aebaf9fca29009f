// Tells the room what is on show: only what has changed, one request at a time, and of many changes the latest. No DOM.
//
//   look ──▶ differs from what was told? ──▶ a request ──▶ the room
//              ▲                                  │
//              └── it went wrong, or more has come in the meantime

/** @import { Shown } from "../core/room-types.js" */

/** Between two requests, in ms: whoever drags the scrubber shows a hundred moments a second. */
const PAUSE = 150;

/** When a request went wrong, in ms. */
const RETRY = 2000;

/** How a request went. @typedef {"told" | "again" | "over"} Told */

/**
 * @param {() => Shown | null} find what is on show; null where this page is not the one to tell
 * @param {(shown: Shown) => Promise<Told>} tell
 * @param {(act: () => void, ms: number) => void} [later]
 */
export function createFollowing(find, tell, later = setTimeout) {
  let told = "";
  let isBusy = false;
  let isOver = false;

  async function look() {
    if (isBusy || isOver) return;
    const shown = find();
    const wanted = JSON.stringify(shown);
    if (shown === null || wanted === told) return;
    isBusy = true;
    const how = await tell(shown);
    if (how === "told") told = wanted;
    isOver = how === "over";
    later(() => {
      isBusy = false;
      void look();
    }, how === "told" ? PAUSE : RETRY);
  }

  return {
    look: () => void look(),
    /** Somebody else may have told the room another thing in the meantime. */
    forget() {
      told = "";
    },
    close() {
      isOver = true;
    },
  };
}
