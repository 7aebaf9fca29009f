// All outcomes at once: their probabilities as an outline, real runs as dots in it, and columns that open an outcome.

import { html, setText } from "../../shell/dom.js";
import { createPlot } from "../../charts/distribution-plot.js";
import { COIN_TOSS, spoken } from "../../charts/distribution-words.js";
import { leastOf } from "../../core/distribution.js";
import { counted as many, number } from "../../core/format.js";
import { byShare } from "./outcomes.js";
import { chance, roughly } from "./big-numbers.js";
import { named } from "./outcome-words.js";

/** @import { Outcome } from "./outcomes.js" */
/** @import { Exploration } from "./exploration.js" */

const DIFFERENT = "A real machine tosses no coin: a process usually takes many steps before another gets its turn.";

/** @param {HTMLElement} root @param {HTMLElement} legend @param {HTMLElement} note @param {(name: string) => void} choose */
export function createHistogram(root, legend, note, choose) {
  const plot = createPlot(root, choose);

  /** @param {Exploration} exploration @param {string} pace whose runs are the dots */
  function render({ explored, outcomes, exploreRequest, chosen, right, observations }, pace) {
    if (!explored) return;
    const ends = observations.ends(pace);
    const shares = outcomes.flatMap(({ name, share }) => (share === null ? [] : [/** @type {const} */ ([name, share])]));
    plot.render({
      about: { least: leastOf(0, exploreRequest.iterations), expected: right },
      theory: shares.length > 0 ? new Map(shares) : null,
      isEstimate: !explored.exhausted,
      notes: new Map(shares.map(([name, share]) => [name, roughly(share)])),
      ends,
      pace,
      runs: ends.length + (observations.pace === pace ? observations.left : 0),
      seen: outcomes.map(({ name }) => name),
      mark: null,
      chosen,
      choices: byShare(outcomes).map((outcome) => ({ name: outcome.name, about: inWords(outcome, observations) })),
      words: `Outcomes. ${spoken(ends)}`,
    });
    const kind = explored.exhausted ? "" : `, an estimate from ${many(explored.estimate?.samples ?? 0, "schedule")}`;
    const heap = plot.heap;
    const theory = shares.length > 0 ? [html("span", "", [html("b", "", ["▱"]), ` ${COIN_TOSS}${kind}`])] : [];
    legend.replaceChildren(...theory, ...(heap > 1 ? [html("span", "", [`each dot is ${number(heap)} runs`])] : []));
    setText(note, outcomes.length > 1 ? DIFFERENT : "");
  }

  return { render };
}

/** A column, for people who cannot see it or who point at it. @param {Outcome} outcome @param {Exploration["observations"]} observations */
function inWords({ name, share, counted }, observations) {
  const probable = share === null ? "" : `, probability ${counted ? "" : "about "}${chance(share)}`;
  const runs = observations.runs();
  const seen = runs === 0 ? "" : `, observed in ${number(observations.of(name))} of ${many(runs, "run")}`;
  return `Ends ${named(name)}${probable}${seen}`;
}
