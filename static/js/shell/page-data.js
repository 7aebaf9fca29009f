// What the server has written into the page for its scripts.

import { setOps } from "../core/ops.js";

/** @import { Catalogue } from "../core/types.js" */

/** @param {string} name @returns {any} as the page that asks says in its types */
export function embedded(name) {
  return JSON.parse(document.getElementById(name)?.textContent ?? "null");
}

/** What can be run here. With it comes the table of ops, which everything that reads a run needs. @returns {Catalogue} */
export function embeddedCatalogue() {
  const catalogue = embedded("catalogue");
  setOps(catalogue.ops);
  return catalogue;
}
