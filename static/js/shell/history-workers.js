// The workers of this page that build the histories of long runs. They begin as early as they can: a script of its own
// asks for them, before most others have come.

import { createBuilders } from "../core/build-apart.js";
import { embedded } from "./page-data.js";

/** @import { BuildApart, Order, Report } from "../core/build-apart.js" */
/** @import { RunView } from "../core/types.js" */

const { begin, build } = createBuilders(embedded("apart") ?? Infinity, openWorker);

export { begin };

/** @type {BuildApart} */
export const buildRace = (run, signal) => build({ kind: "race", run: /** @type {RunView} */ (run) }, signal);

/** @param {Order} order @param {(report: Report | null) => void} hear */
function openWorker(order, hear) {
  const worker = new Worker(new URL("../core/history-worker.js", import.meta.url), { type: "module" });
  const { port1, port2 } = new MessageChannel();
  // It did not load, or it came to an end: this browser may not know modules in workers.
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    hear(null);
  });
  port1.addEventListener("message", ({ data }) => hear(data));
  port1.addEventListener("messageerror", () => hear(null));
  port1.start();
  worker.postMessage(order, [port2]);
  return {
    close: () => {
      worker.terminate();
      port1.close();
    },
  };
}
