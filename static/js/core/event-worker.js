// The shared worker of a browser: all its tabs are at the same hub. No DOM, and nothing that only workers know by name.

import { Hub } from "./event-hub.js";

const hub = new Hub();

globalThis.addEventListener("connect", (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  if (!port) return;
  const take = hub.join((message) => port.postMessage(message));
  port.addEventListener("message", ({ data }) => take(data));
  port.start();
});
