// The stage of runs on shared cells, and its three figures: what was expected, what the cells show, what is lost.

import { shownState } from "../../core/death.js";
import { number } from "../../core/format.js";
import { createStage } from "./stage.js";
import { invitation, outcome, sentence } from "./step-sentences.js";

/** @import { CellState, CellSummary, Figure, ViewState, Stage } from "../../core/types.js" */

/** The figures of a cell: null where nobody knows. @typedef {{expected: number | null, value: number | null, lost: number | null, atLeast: number}} Certain */

/** @type {Stage} */
export const stage = {
  createStage,
  figures,
  sentence,
  outcome,
  invitation,
};

/** @param {ViewState} view @returns {Figure[]} */
function figures(view) {
  const { run, atEnd } = view;
  // What is on its way is not lost yet.
  const state = shownState(view);
  const known = run.summary.cells;
  // Without steps only the outcome is known; with steps it is counted from what is on show.
  const isCounted = run.request.traced !== false || known.length === 0;
  const cells = isCounted
    ? state.cells.map((cell, index) => certainOf(cell, atEnd ? known[index] : undefined))
    : known.map(({ expected, final, lost }) => ({ expected, value: final, lost, atLeast: 0 }));
  /** @param {(cell: Certain) => number | null} figure */
  const each = (figure) => cells.map((cell) => figure(cell)).map((one) => (one === null ? "?" : number(one))).join(" · ");
  const [first] = known;
  const goal = first && known.length === 1 && run.adds ? first.initial + (run.adds[first.name] ?? 0) : null;
  return [
    { label: "expected", value: each(({ expected }) => expected), note: goal === null || goal === cells[0]?.expected ? "" : `of ${number(goal)}` },
    { label: "counter", value: each(({ value }) => value), note: "" },
    {
      label: "lost",
      value: cells.map(({ lost, atLeast }) => (lost !== null ? number(lost) : atLeast > 0 ? `≥ ${number(atLeast)}` : "?")).join(" · "),
      note: "",
      isLoss: cells.some(({ lost, atLeast }) => (lost ?? atLeast) > 0),
    },
  ];
}

/** What is certain of a cell. At the end the memory has told what it holds, and how much is lost at least.
 * @param {CellState} cell @param {CellSummary | undefined} atEnd @returns {Certain} */
function certainOf({ expected, value, lost, isCertain }, atEnd) {
  if (atEnd?.lost === null && atEnd.final !== null) return { expected: null, value: atEnd.final, lost: null, atLeast: atEnd.lost_at_least ?? 0 };
  return isCertain ? { expected, value, lost, atLeast: 0 } : { expected: null, value, lost: null, atLeast: lost };
}
