// The workers of this page that build the histories of long runs.

import { createBuilders } from "../core/build-apart.js";
import { embedded } from "./page-data.js";

/** @import { BuildApart } from "../core/build-apart.js" */
/** @import { RunView } from "../core/types.js" */

/** So many steps are worth a worker, as the server says on pages that may show as many. */
const from = embedded("apart") ?? Infinity;

const builders = createBuilders(from, (run, port, onFailure) => {
  const worker = new Worker(new URL("../core/history-worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("error", (event) => {
    // It did not load: this browser may not know modules in workers.
    event.preventDefault();
    onFailure();
  });
  worker.postMessage(run, [port]);
  return () => worker.terminate();
});

/** @param {RunView} run */
export function begin(run) {
  builders.begin(run);
}

/** @type {BuildApart} */
export function build(run, signal) {
  return builders.build(run, signal);
}
