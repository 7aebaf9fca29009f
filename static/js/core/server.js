// Who answers what a page asks: the server that it came from. A page that stands without one brings a stand-in, which
// answers from recordings that came with the page. Everything that asks or listens asks here. No DOM.
//
//   api, follow ── asked("/api/…") ──▶ fetch, at the place where the application lies
//                                 └──▶ the stand-in: what it has, or a Problem that says what a server is needed for

import { placed } from "./place.js";

/** @import { WatchRun } from "./event-client.js" */
/** @import { Problem } from "./types.js" */

/** What answers instead of a server. `watch` brings runs; null where they come as answers alone.
 * @typedef {{answer: (address: string, init?: RequestInit) => Promise<Response>, watch: WatchRun | null}} StandIn */

/** @type {StandIn | null} */
let standIn = null;

/** From now on nothing is asked of any server. @param {StandIn} own */
export function standWithoutServer(own) {
  standIn = own;
}

/** @param {string} address begins with "/" @param {RequestInit} [init] @returns {Promise<Response>} */
export function asked(address, init) {
  return standIn ? standIn.answer(address, init) : fetch(placed(address), init);
}

/** What brings runs instead of the event stream. @returns {StandIn | null} */
export function standingIn() {
  return standIn;
}

/** What only a server could do. @param {string} [message] @param {string} [hint] @returns {Response} */
export function needsServer(message = "This page has no server: it shows what was recorded.", hint = "To run it for real, start Lost Update on a machine of yours: docker run --rm -p 127.0.0.1:8000:8000 lost-update, or lost-update serve once it is installed with pip.") {
  /** @type {Problem} */
  const error = { code: "no_server", message, hint };
  return Response.json({ error }, { status: 503 });
}
