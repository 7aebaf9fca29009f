// The stage of runs on shared cells, and its three figures: what was expected, what the cells show, what is lost.

import { shownState } from "../../core/death.js";
import { number } from "../../core/format.js";
import { createStage } from "./stage.js";
import { invitation, outcome, sentence } from "./step-sentences.js";

/** @import { Figure, ViewState, Stage } from "../../core/types.js" */

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
  const { run } = view;
  // What is on its way is not lost yet.
  const state = shownState(view);
  const known = run.summary.cells;
  // Without steps only the outcome is known; with steps it is counted from what is on show.
  const isCounted = run.request.traced !== false || known.length === 0;
  const cells = isCounted
    ? state.cells
    : known.map(({ expected, final, lost }) => ({ expected, value: final, lost }));
  /** @param {(cell: {expected: number | null, value: number | null, lost: number | null}) => number | null} figure */
  const each = (figure) => cells.map((cell) => figure(cell)).map((one) => (one === null ? "?" : number(one))).join(" · ");
  const [first] = known;
  const goal = first && known.length === 1 && run.adds ? first.initial + (run.adds[first.name] ?? 0) : null;
  return [
    { label: "expected", value: each(({ expected }) => expected), note: goal === null || goal === cells[0]?.expected ? "" : `of ${number(goal)}` },
    { label: "counter", value: each(({ value }) => value), note: "" },
    { label: "lost", value: each(({ lost }) => lost), note: "", isLoss: cells.some(({ lost }) => (lost ?? 0) > 0) },
  ];
}
