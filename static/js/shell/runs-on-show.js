// Which runs this page shows, and where in them it is: for whoever tells others, such as a room. What shows them says how
// to find out, and that it has drawn; where nobody wants to know, nobody is asked.

/** `at` is the moment, null while it plays or is at its end; `clip` the position of the lost update that is played as a clip.
 * @typedef {{runs: string[], at: number | null, clip: number | null}} RunsOnShow */

/** @type {() => RunsOnShow} */
let find = () => ({ runs: [], at: null, clip: null });

/** @type {() => void} */
let listener = () => {};

/** @param {() => RunsOnShow} own */
export function findRunsBy(own) {
  find = own;
}

/** @returns {RunsOnShow} */
export function runsOnShow() {
  return find();
}

/** What shows them has drawn. */
export function runsDrawn() {
  listener();
}

/** @param {() => void} heard after each drawing */
export function whenRunsDrawn(heard) {
  listener = heard;
}
