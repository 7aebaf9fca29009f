// What keys do on the page of one recorded run: all that the page of the races has, but for what runs something.

/** @import { Panel, RaceActions } from "../../core/types.js" */
/** @import { KeyTable } from "../../shell/keys.js" */

/** @param {Panel} panel */
const open = (panel) => (/** @type {RaceActions} */ { look }) => look({ panel });

/** @type {KeyTable<RaceActions>} */
export const KEYS = [
  ["Play or pause", { " ": (actions) => actions.togglePlay() }],
  ["One step back or forward", { ArrowLeft: ({ step }) => step(-1), ArrowRight: ({ step }) => step(1) }],
  ["Ten steps", { "Shift+ArrowLeft": ({ step }) => step(-10), "Shift+ArrowRight": ({ step }) => step(10) }],
  ["Start, end", { Home: (actions) => actions.toStart(), End: (actions) => actions.toEnd() }],
  ["Previous or next lost update", { p: ({ toLoss }) => toLoss(-1), n: ({ toLoss }) => toLoss(1) }],
  ["The same, by a clicker", { PageUp: ({ toLoss }) => toLoss(-1), PageDown: ({ toLoss }) => toLoss(1) }],
  ["Charts: all, closer, wider", { 0: ({ zoomHere }) => zoomHere(0), "+": ({ zoomHere }) => zoomHere(2), "-": ({ zoomHere }) => zoomHere(0.5) }],
  ["Panels, from left to right", { 1: open("timeline"), 2: open("map"), 3: open("lineage"), 4: open("code"), 5: open("anatomy") }],
];
