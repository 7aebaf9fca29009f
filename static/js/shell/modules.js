// Scripts that come after the page: the server has written down what each of them needs, so all of it is asked for at
// once. Without that a browser finds out step by step, as it reads one after the other.

import { embedded } from "./page-data.js";

/** @type {Record<string, string[]>} */
const needed = embedded("modules") ?? {};

/** Asks for a script and all that it needs. @param {string} script its path among the scripts */
export function fetchAhead(script) {
  for (const path of needed[script] ?? []) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = new URL(`../${path}`, import.meta.url).href;
    document.head.append(link);
  }
  // Once is enough.
  delete needed[script];
}
