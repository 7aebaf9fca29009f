// Scripts that come after the page: the server has written down where each is, with all that it needs. So a page can ask
// for it when it is likely to be wanted, and has it when it is imported.

import { embedded } from "./page-data.js";

/** @type {Record<string, string>} */
const addresses = embedded("later") ?? {};

/** Asks for a script and all that it needs. @param {string} script its path among the scripts */
export function fetchAhead(script) {
  const address = addresses[script];
  if (!address) return;
  const link = document.createElement("link");
  link.rel = "preload";
  link.as = "script";
  link.href = new URL(`../../${address}`, import.meta.url).href;
  document.head.append(link);
  // Once is enough.
  delete addresses[script];
}
