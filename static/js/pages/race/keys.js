// What keys do on the page of the races.

/** @import { Actions, Panel } from "../../core/types.js" */
/** @import { KeyTable } from "../../shell/keys.js" */

/** @param {Panel} panel */
const open = (panel) => (/** @type {Actions} */ { look }) => look({ panel });

/** @type {KeyTable<Actions>} */
export const KEYS = [
  ["Run it", { r: ({ start }) => start(), Enter: ({ start }) => start() }],
  ["Play or pause", { " ": (actions) => actions.togglePlay() }],
  ["One step back or forward", { ArrowLeft: ({ step }) => step(-1), ArrowRight: ({ step }) => step(1) }],
  ["Ten steps", { "Shift+ArrowLeft": ({ step }) => step(-10), "Shift+ArrowRight": ({ step }) => step(10) }],
  ["Start, end", { Home: (actions) => actions.toStart(), End: (actions) => actions.toEnd() }],
  ["Previous or next lost update", { p: ({ toLoss }) => toLoss(-1), n: ({ toLoss }) => toLoss(1) }],
  ["The same, by a clicker", { PageUp: ({ toLoss }) => toLoss(-1), PageDown: ({ toLoss }) => toLoss(1) }],
  ["Charts: all, closer, wider", { 0: ({ zoomHere }) => zoomHere(0), "+": ({ zoomHere }) => zoomHere(2), "-": ({ zoomHere }) => zoomHere(0.5) }],
  ["Panels, from left to right", { 1: open("timeline"), 2: open("map"), 3: open("lineage"), 4: open("code"), 5: open("anatomy"), 6: open("distribution") }],
];
