// What keys do on the page of a script.

/** @import { KeyTable } from "../../shell/keys.js" */
/** @import { ScriptActions } from "./actions.js" */

/** @type {KeyTable<ScriptActions>} */
export const KEYS = [
  ["Play or pause", { " ": ({ togglePlay }) => togglePlay() }],
  ["Step back or forward", { ArrowLeft: ({ step }) => step(-1), ArrowRight: ({ step }) => step(1) }],
  ["Ten steps", { "Shift+ArrowLeft": ({ step }) => step(-10), "Shift+ArrowRight": ({ step }) => step(10) }],
  ["Start or end", { Home: ({ toStart }) => toStart(), End: ({ toEnd }) => toEnd() }],
  ["Previous or next lost update", { p: ({ toLoss }) => toLoss(-1), n: ({ toLoss }) => toLoss(1) }],
  ["Show the next or the previous finding", { PageDown: ({ showNext }) => showNext(1), PageUp: ({ showNext }) => showNext(-1) }],
  ["Zoom in, zoom out, show all", { "+": ({ zoomHere }) => zoomHere(2), "-": ({ zoomHere }) => zoomHere(0.5), 0: ({ zoomHere }) => zoomHere(0) }],
];
