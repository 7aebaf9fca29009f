// What keys do on the page of the puzzle.

/** @import { KeyTable } from "../../shell/keys.js" */
/** @import { Call } from "./placement.js" */

/** Everything that keys can do here.
 * @typedef {object} PuzzleActions
 * @property {(call: Call) => void} placeHere puts a call into the gap that has the focus, or takes it out
 * @property {(direction: 1 | -1) => void} move to another gap
 * @property {() => void} check
 * @property {() => void} clear
 * @property {() => void} follow let real processes do it
 * @property {() => void} next the next puzzle
 * @property {() => void} togglePlay
 * @property {(count: number) => void} step
 */

/** @type {KeyTable<PuzzleActions>} */
export const KEYS = [
  ["Next gap, or the one before", { ArrowDown: ({ move }) => move(1), ArrowUp: ({ move }) => move(-1) }],
  ["Put acquire or release into this gap", { a: ({ placeHere }) => placeHere("acquire"), r: ({ placeHere }) => placeHere("release") }],
  ["Take both out", { x: ({ clear }) => clear() }],
  ["Check it", { c: ({ check }) => check() }],
  ["Let real processes do it", { g: ({ follow }) => follow() }],
  ["Next puzzle", { n: ({ next }) => next() }],
  ["Play or pause the run", { k: ({ togglePlay }) => togglePlay() }],
  ["One step back or forward in the run", { ArrowLeft: ({ step }) => step(-1), ArrowRight: ({ step }) => step(1) }],
];
