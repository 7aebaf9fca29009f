// What keys do on the page of the interleavings. A clicker sends PageDown and PageUp, and leads through the outcomes.

/** @import { KeyTable } from "../../shell/keys.js" */

/** Everything that keys can do here.
 * @typedef {object} ExplorationActions
 * @property {(direction: 1 | -1) => void} next the next outcome, or the one before
 * @property {() => void} follow let real processes follow the schedule
 * @property {() => void} observe run it twenty times, or stop
 * @property {() => void} nextTab the graph or the run
 * @property {() => void} togglePlay
 * @property {(count: number) => void} step
 */

/** @type {KeyTable<ExplorationActions>} */
export const KEYS = [
  ["Previous or next outcome", { PageUp: ({ next }) => next(-1), PageDown: ({ next }) => next(1) }],
  ["Let real processes follow its schedule", { r: ({ follow }) => follow() }],
  ["Run it 20 times, or stop", { o: ({ observe }) => observe() }],
  ["State graph, map or real processes", { g: ({ nextTab }) => nextTab() }],
  ["Play or pause the run", { k: ({ togglePlay }) => togglePlay() }],
  ["One step back or forward in the run", { ArrowLeft: ({ step }) => step(-1), ArrowRight: ({ step }) => step(1) }],
];
