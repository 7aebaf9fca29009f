// What a presenter's page shows, as the room is told: the page's address, and of its runs where in them it is. Pure.

/** @import { Shown } from "../core/room-types.js" */
/** @import { RunsOnShow } from "../shell/runs-on-show.js" */

/** What of an address is said besides, or is nobody else's: the moment, the presenter's own guess, the size of the type. */
const LEFT_OUT = ["at", "clip", "guess", "projector"];

/** @param {string} path with its query @param {string} title of the document @param {string} page what it is called where it has no title of its own
 * @param {RunsOnShow} runs @returns {Shown} */
export function shownOf(path, title, page, { runs, at, clip }) {
  // Any host does: an address is written from the root on.
  const { pathname, searchParams } = new URL(path, "http://localhost");
  for (const name of LEFT_OUT) searchParams.delete(name);
  // A comma reads better than its escape, as in the address bar.
  const query = String(searchParams).replaceAll("%2C", ",");
  return { path: query ? `${pathname}?${query}` : pathname, title: title.replace(/(^| · )Lost Update$/, "") || page, runs, at, clip };
}
