// The worker that builds the history of one long run. No DOM, and nothing that only workers know by name.

import { serveBuild } from "./build-apart.js";
import { History } from "./history.js";

globalThis.addEventListener("message", (event) => {
  const { data, ports: [port] } = /** @type {MessageEvent} */ (event);
  if (port) void serveBuild(port, new History(data));
});
