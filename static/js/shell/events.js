// How this page hears of its runs and its room: from the one event stream that all tabs of the browser share. Browsers allow six
// connections to a server, and a stream takes one for as long as it lasts; so where tabs cannot share, only a tab that
// can be seen has one.

import { EventClient } from "../core/event-client.js";
import { Hub } from "../core/event-hub.js";
import { standingIn } from "../core/server.js";

/** @import { Channel, WatchRoom, WatchRun } from "../core/event-client.js" */
/** @import { HubMessage } from "../core/event-hub.js" */

/** A number for the messages, too: pages of another version talk to a worker of their own. */
const NAME = "events 2";

let shares = "SharedWorker" in window;

const client = new EventClient((hear) => (shares && openShared(hear)) || openOwn(hear));

/** Watches a run, until it is closed or the run is over. A page without a server brings its runs itself.
 * @type {WatchRun} */
export function watch(run, listener) {
  return (standingIn()?.watch ?? client.watch)(run, listener);
}

/** Watches a room, until it is closed or the room has ended. The name is a code, or a code with a seat.
 * @type {WatchRoom} */
export function watchRoom(name, listener) {
  return client.watchRoom(name, listener);
}

/** @param {(message: HubMessage) => void} hear @returns {Channel | null} */
function openShared(hear) {
  try {
    const worker = new SharedWorker(new URL("../core/event-worker.js", import.meta.url), { type: "module", name: NAME });
    worker.addEventListener("error", () => {
      // It did not load: this browser may not know modules in workers.
      stopSharing();
      client.reopen();
    });
    worker.port.addEventListener("message", ({ data }) => hear(data));
    worker.port.start();
    return { post: (message) => worker.port.postMessage(message), close: () => worker.port.close() };
  } catch {
    // A frame may not be allowed to.
    stopSharing();
    return null;
  }
}

/** @param {(message: HubMessage) => void} hear @returns {Channel} */
function openOwn(hear) {
  return { post: new Hub().join(hear), close: () => {} };
}

function stopSharing() {
  shares = false;
  look();
}

function look() {
  if (shares || !document.hidden) client.resume();
  else client.pause();
}

look();
document.addEventListener("visibilitychange", look);
// A page that is left, and may come back as it was.
window.addEventListener("pagehide", () => client.pause());
window.addEventListener("pageshow", look);
