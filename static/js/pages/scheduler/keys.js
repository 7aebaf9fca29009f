// What keys do on the page of the scheduler.

/** @import { KeyTable } from "../../shell/keys.js" */
/** @import { RaceActions } from "../../core/types.js" */

/** Everything that keys can do here.
 * @typedef {object} OwnActions
 * @property {(place: number) => void} take lets a process take its next step; P1 is 0
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => void} again
 * @property {() => void} hint
 */

/** @typedef {RaceActions & OwnActions} SchedulerActions */

/** @param {number} place */
const take = (place) => (/** @type {SchedulerActions} */ actions) => actions.take(place);

/** @type {KeyTable<SchedulerActions>} */
export const KEYS = [
  ["Let P1 to P8 take its next step", { 1: take(0), 2: take(1), 3: take(2), 4: take(3), 5: take(4), 6: take(5), 7: take(6), 8: take(7) }],
  ["Undo the last step", { u: ({ undo }) => undo(), Backspace: ({ undo }) => undo() }],
  ["Take it again", { y: ({ redo }) => redo() }],
  ["Start again", { r: ({ again }) => again() }],
  ["A hint for the goal", { h: ({ hint }) => hint() }],
  ["Look back and forward, a step at a time", { ArrowLeft: ({ step }) => step(-1), ArrowRight: ({ step }) => step(1) }],
  ["To the start, to where we are", { Home: ({ toStart }) => toStart(), End: ({ toEnd }) => toEnd() }],
  ["Play what has happened, or pause", { " ": ({ togglePlay }) => togglePlay() }],
  ["Previous or next lost update", { p: ({ toLoss }) => toLoss(-1), n: ({ toLoss }) => toLoss(1) }],
];
