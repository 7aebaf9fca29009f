// Whether a goal was reached, judged by the analysis of the recorded steps. Pure.

/** @import { History } from "./history.js" */
/** @import { RunView } from "./types.js" */

/** What must be so when the run has ended. @typedef {{final: number | null, lost: number | null, revived: number | null, deadlock: boolean}} Reach */

/**
 * @typedef {object} Goal
 * @property {string} slug
 * @property {string} title
 * @property {string} text
 * @property {string} hint
 * @property {{processes: number, iterations: number, guard: string}} request
 * @property {Reach} reach
 * @property {number} par the fewest context switches that it takes
 */

/** @param {Goal} goal @param {RunView} run that has ended @param {History} history all of its steps */
export function isReached({ reach }, run, history) {
  const [cell] = history.stateAt(history.length).cells;
  if (!cell) return false;
  const ended = reach.deadlock ? Boolean(run.deadlock) : run.status === "finished";
  return (
    ended &&
    (reach.final === null || cell.value === reach.final) &&
    (reach.lost === null || cell.lost >= reach.lost) &&
    (reach.revived === null || revivedIn(history, cell.name) >= reach.revived)
  );
}

/** How many updates of a cell count at the end although they were lost for a while. @param {History} history @param {string} cell */
export function revivedIn(history, cell) {
  const lineage = history.lineage(cell);
  const revived = new Set();
  for (let version = 1; version < lineage.length; version += 1) {
    lineage.diverge(version, lineage.parent(version), (update, _, fate) => {
      if (fate === "revived") revived.add(update);
      else revived.delete(update);
    });
  }
  return revived.size;
}
