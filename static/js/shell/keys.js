// The keyboard, and a presenter's clicker, which sends PageDown and PageUp. One table: what is listened
// for is what the help shows.

/** @import { Actions, Panel } from "../core/types.js" */

/** @template A @typedef {Readonly<Record<string, (actions: A) => void>>} KeysFor */
/** @typedef {KeysFor<Actions>} Keys */

/** What keys do, and the keys that do it. @template A @typedef {readonly (readonly [string, KeysFor<A>])[]} KeyTable */

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
  ["Panels, from left to right", { 1: open("timeline"), 2: open("lineage"), 3: open("code"), 4: open("anatomy"), 5: open("untraced"), 6: open("again") }],
  ["Projector mode: big type", { m: (actions) => actions.toggleProjector() }],
  ["Fullscreen", { f: (actions) => actions.toggleFullscreen() }],
  ["Blank screen", { b: (actions) => actions.blank() }],
  ["All keys", { "?": (actions) => actions.help() }],
];

/** Keys that stand beside the one that is meant, or that some clickers send. @type {Readonly<Record<string, string>>} */
const ALIASES = { "=": "+", ".": "b" };

/** @template A @param {A} actions @param {KeyTable<A>} table */
export function listenForKeys(actions, table) {
  /** @type {KeysFor<A>} */
  const all = Object.assign({}, ...table.map(([, keys]) => keys));
  document.addEventListener("keydown", (event) => {
    const name = nameOf(event);
    const action = Object.hasOwn(all, name) ? all[name] : undefined;
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTaken(event)) return;
    event.preventDefault();
    action(actions);
  });
}

/** What is typed says by itself whether Shift was held. @param {KeyboardEvent} event */
function nameOf({ key, shiftKey }) {
  if (key.length > 1) return shiftKey ? `Shift+${key}` : key;
  return ALIASES[key] ?? key.toLowerCase();
}

/** Whether the key already means something where the focus is. @param {KeyboardEvent} event */
function isTaken({ key, target }) {
  if (document.querySelector("dialog[open]")) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("input[type=range]")) return false;
  if (target.matches("input, select, textarea, [contenteditable]")) return true;
  return (key === " " || key === "Enter") && target.matches("button, a[href], summary");
}
