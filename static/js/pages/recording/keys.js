// What keys do on the page of one recorded run: all that the page of the races has, but for what runs something.

import { RACE_KEYS, panelKeys } from "../../views/race-keys.js";

/** @import { RaceActions } from "../../core/types.js" */
/** @import { KeyTable } from "../../shell/keys.js" */

/** @type {KeyTable<RaceActions>} */
export const KEYS = [...RACE_KEYS, ...panelKeys(["timeline", "map", "lineage", "code", "anatomy"])];
