// One request run many times, one run after the other, and how often each result came: a row for every
// number of lost updates, a box for every run.

import { html, setText } from "../../shell/dom.js";
import { ended } from "../../core/run-to-end.js";

/** @import { Problem, RunRequest, RunView } from "../../core/types.js" */

/** @param {HTMLElement} root */
export function createTally(root) {
  const words = html("p", "tally-words");
  const rows = html("div", "tally-rows");
  words.setAttribute("role", "status");
  rows.setAttribute("role", "img");
  root.append(words, rows);
  /** Of every run that has ended, how many updates it lost. @type {number[]} */
  let losses = [];
  let wanted = 0;
  /** Each start has a number: what an earlier one still does must not count. */
  let current = 0;

  /** @param {RunRequest} request @param {number} times @param {(run: RunView) => void} onRun @returns {Promise<Problem | null>} */
  async function start(request, times, onRun) {
    current += 1;
    const own = current;
    losses = [];
    wanted = times;
    draw();
    while (losses.length < times) {
      const answer = await ended(request, () => own === current);
      if (own !== current) return null;
      if (!answer.ok) return answer.problem;
      const { run } = answer;
      if (run.status !== "finished") return { code: run.status, message: run.reason ?? `A run ${run.status}.` };
      losses.push(run.summary.cells.reduce((sum, cell) => sum + (cell.lost ?? 0), 0));
      onRun(run);
      draw();
    }
    return null;
  }

  function draw() {
    const some = losses.filter((lost) => lost > 0).length;
    const so = losses.length < wanted ? `${losses.length} of ${wanted} runs have ended. ` : "";
    setText(words, `${so}${some} of ${losses.length} runs lost something.`);
    const kinds = [...new Set([0, ...losses])].sort((one, other) => one - other);
    rows.replaceChildren(...kinds.map((lost) => {
      const count = losses.filter((each) => each === lost).length;
      const boxes = html("span", "tally-boxes");
      boxes.append(...Array.from({ length: count }, () => html("i", "tally-box")));
      return html("div", lost ? "tally-row is-lost" : "tally-row", [html("b", "", [lost ? `${lost} lost` : "nothing lost"]), boxes, html("span", "", [String(count)])]);
    }));
    rows.setAttribute("aria-label", kinds.map((lost) => `${lost} lost: ${losses.filter((each) => each === lost).length} runs`).join(", "));
  }

  return {
    start,
    /** No more runs. */
    stop() {
      current += 1;
    },
    get counted() {
      return { losses, complete: wanted > 0 && losses.length === wanted };
    },
    /** All rows, that of the runs that lost nothing, or the first of those that lost something; null where there is none.
     * @param {string} at @returns {Element | null} */
    rowOf(at) {
      if (at === "all_runs") return losses.length > 0 ? rows : null;
      if (at === "clean_runs") return losses.includes(0) ? rows.querySelector(".tally-row:not(.is-lost)") : null;
      return rows.querySelector(".tally-row.is-lost");
    },
  };
}
