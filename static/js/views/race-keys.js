// What keys do wherever a recorded run is shown: they move in it, zoom its charts, and choose a panel.

/** @import { Panel, RaceActions } from "../core/types.js" */
/** @import { KeyTable } from "../shell/keys.js" */

/** @type {KeyTable<RaceActions>} */
export const RACE_KEYS = [
  ["Play or pause", { " ": (actions) => actions.togglePlay() }],
  ["One step back or forward", { ArrowLeft: ({ step }) => step(-1), ArrowRight: ({ step }) => step(1) }],
  ["Ten steps", { "Shift+ArrowLeft": ({ step }) => step(-10), "Shift+ArrowRight": ({ step }) => step(10) }],
  ["Start, end", { Home: (actions) => actions.toStart(), End: (actions) => actions.toEnd() }],
  ["Previous or next lost update", { p: ({ toLoss }) => toLoss(-1), n: ({ toLoss }) => toLoss(1) }],
  ["The same, by a clicker", { PageUp: ({ toLoss }) => toLoss(-1), PageDown: ({ toLoss }) => toLoss(1) }],
  ["Charts: all, closer, wider", { 0: ({ zoomHere }) => zoomHere(0), "+": ({ zoomHere }) => zoomHere(2), "-": ({ zoomHere }) => zoomHere(0.5) }],
];

/** A digit a panel. @param {Panel[]} panels from left to right @returns {KeyTable<RaceActions>} */
export function panelKeys(panels) {
  const opens = panels.map((panel, place) => [place + 1, (/** @type {RaceActions} */ { look }) => look({ panel })]);
  return [["Panels, from left to right", Object.fromEntries(opens)]];
}
