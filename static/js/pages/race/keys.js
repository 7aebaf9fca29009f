// What keys do on the page of the races.

import { RACE_KEYS, panelKeys } from "../../views/race-keys.js";

/** @import { Actions } from "../../core/types.js" */
/** @import { KeyTable } from "../../shell/keys.js" */

/** @type {KeyTable<Actions>} */
export const KEYS = [
  ["Run it", { r: ({ start }) => start(), Enter: ({ start }) => start() }],
  ...RACE_KEYS,
  ...panelKeys(["timeline", "map", "lineage", "code", "anatomy", "distribution"]),
];
