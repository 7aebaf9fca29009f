// The workers of this page that build the histories of long runs.

import { createBuilders } from "../core/build-apart.js";

/** From so many steps on the page is free for longer than a worker takes to start. */
const WORTH_A_WORKER = 500_000;

export const { begin, build } = createBuilders(WORTH_A_WORKER, (run, port, onFailure) => {
  const worker = new Worker(new URL("../core/history-worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("error", (event) => {
    // It did not load: this browser may not know modules in workers.
    event.preventDefault();
    onFailure();
  });
  worker.postMessage(run, [port]);
  return () => worker.terminate();
});
