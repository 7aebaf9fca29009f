// What keys do in the walkthrough. A clicker sends PageDown and PageUp, and leads through all of it.

/** @import { KeyTable } from "../../shell/keys.js" */

/** Everything that keys can do here.
 * @typedef {object} WalkthroughActions
 * @property {() => void} next
 * @property {() => void} previous
 * @property {() => void} overview
 * @property {(number: number) => void} choose an answer
 * @property {() => void} again run it again
 * @property {() => void} togglePlay
 * @property {(count: number) => void} step
 * @property {(direction: 1 | -1) => void} toLoss
 */

/** @param {number} number */
const choose = (number) => (/** @type {WalkthroughActions} */ actions) => actions.choose(number);

/** @type {KeyTable<WalkthroughActions>} */
export const KEYS = [
  ["On: the run, what to look at, the next step", { PageDown: ({ next }) => next(), ArrowRight: ({ next }) => next(), " ": ({ next }) => next() }],
  ["Back", { PageUp: ({ previous }) => previous(), ArrowLeft: ({ previous }) => previous() }],
  ["Choose an answer", { 1: choose(1), 2: choose(2), 3: choose(3), 4: choose(4) }],
  ["Run it again", { r: ({ again }) => again() }],
  ["Play or pause the run", { k: ({ togglePlay }) => togglePlay() }],
  ["One step back or forward in the run", { "Shift+ArrowLeft": ({ step }) => step(-1), "Shift+ArrowRight": ({ step }) => step(1) }],
  ["Previous or next lost update", { p: ({ toLoss }) => toLoss(-1), n: ({ toLoss }) => toLoss(1) }],
  ["All chapters", { Home: ({ overview }) => overview() }],
];
