// Whether an answer was right. Where chance decides, the result of this run decides. Pure.

import { number } from "../../core/format.js";

/** @import { RunView } from "../../core/types.js" */
/** @import { Program } from "./course.js" */

/** How many updates each of the repeated runs lost, and whether all of them have ended. @typedef {{losses: readonly number[], complete: boolean}} RepeatedRuns */

/** `isRight` is null while nothing is known, or where it never will be. @typedef {{isRight: boolean | null, words: string}} Verdict */

/** @param {Pick<Program, "right" | "result">} program @param {number | null} given null where nobody answered
 * @param {readonly RunView[]} runs @param {RepeatedRuns} counted @returns {Verdict | null} */
export function verdictOf({ right, result }, given, runs, counted) {
  if (given === null) return null;
  if (right !== null) return given === right ? { isRight: true, words: "right" } : { isRight: false, words: "not right" };
  if (result === null) return null;
  const { came, open } = cameOf(result, runs, counted);
  if (came === null) return { isRight: null, words: open };
  if (given === came) return { isRight: true, words: "right, this time" };
  return { isRight: false, words: `not this time: it is ${number(came)}` };
}

/** What chance has decided; null, and why, while it has not. @param {string} result @param {readonly RunView[]} runs @param {RepeatedRuns} counted
 * @returns {{came: number | null, open: string}} */
export function cameOf(result, runs, counted) {
  return result === "lossy_runs" ? repeated(counted) : once(result, runs[0]);
}

/** @param {RepeatedRuns} counted @returns {{came: number | null, open: string}} */
function repeated({ losses, complete }) {
  const came = complete ? losses.filter((lost) => lost > 0).length : null;
  return { came, open: "open: not all of the runs have ended" };
}

/** The value of a cell at the end of a run. @param {string} cell @param {RunView | undefined} run @returns {{came: number | null, open: string}} */
function once(cell, run) {
  if (!run) return { came: null, open: "open: nothing has run" };
  if (run.status === "stopped") return { came: null, open: "open: the run was stopped" };
  if (run.status === "failed") return { came: null, open: "open: the run failed" };
  const final = run.status === "finished" ? run.summary.cells.find(({ name }) => name === cell)?.final : null;
  return { came: final ?? null, open: "open: the run has not ended" };
}
