// Twenty times: the same race again and again, and how many updates each run of it lost. One run that lost
// nothing proves nothing; how often it loses something is what there is to know.

import { html, setAttribute, setText, show, svg } from "../shell/dom.js";
import { counted, duration, number } from "../core/format.js";

/** @import { ViewState, Problem, RunRequest, RunView, RaceActions } from "../core/types.js" */

const RUNS = 20;

/** How many of them are on their way at once: others may want to run something too. */
const AT_ONCE = 2;

/** Between two looks at a run that goes on, in ms. */
const PAUSE = 200;

/** More different results than these share a column with their neighbours. */
const MOST_COLUMNS = 12;

const HEIGHT = 40;

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createAgain(root, actions) {
  const button = html("button", "quiet");
  setAttribute(button, "type", "button");
  const progress = html("p", "again-progress");
  setAttribute(progress, "role", "status");
  const meaning = html("p", "again-meaning");
  const columns = html("div", "again-columns");
  columns.setAttribute("role", "img");
  root.append(html("div", "again-foot", [button, progress]), columns, meaning);

  /** The run that all this is about. */
  let subject = "";
  /** Of each run that has ended, how many updates it lost. @type {number[]} */
  let losses = [];
  /** Counts the series: whoever belongs to an earlier one has been stopped. */
  let series = 0;
  let going = false;
  let told = "";
  /** Those on their way. @type {Set<string>} */
  const ids = new Set();
  /** @type {ViewState | null} */
  let latest = null;

  button.addEventListener("click", () => {
    if (going) stop();
    else if (latest && latest.run.id) void measure(latest.run.request);
  });

  /** @param {RunRequest} request */
  async function measure(request) {
    losses = [];
    told = "";
    going = true;
    series += 1;
    const own = series;
    /** Chance decides anew each time. @type {RunRequest} */
    const again = { ...request };
    delete again.seed;
    let left = RUNS;
    const lanes = Array.from({ length: AT_ONCE }, async () => {
      while (left > 0 && own === series) {
        left -= 1;
        await one(again, own);
      }
    });
    draw();
    await Promise.all(lanes);
    if (own === series) going = false;
    draw();
  }

  /** @param {RunRequest} request @param {number} own */
  async function one(request, own) {
    let answer = await actions.runAside(request);
    if (answer.ok) ids.add(answer.run.id);
    while (own === series && answer.ok && (answer.run.status === "queued" || answer.run.status === "running")) {
      await new Promise((resume) => setTimeout(resume, PAUSE));
      if (own === series) answer = await actions.fetchRun(answer.run.id);
    }
    if (answer.ok) ids.delete(answer.run.id);
    if (own !== series) {
      if (answer.ok) void actions.stopRun(answer.run.id);
      return;
    }
    if (!answer.ok || answer.run.status === "stopped") {
      halt(answer.ok ? (answer.run.reason ?? "A run was stopped.") : words(answer.problem));
      return;
    }
    losses.push(lostIn(answer.run));
    draw();
  }

  function stop() {
    halt(`Stopped after ${counted(losses.length, "run")}.`);
  }

  /** @param {string} why */
  function halt(why) {
    series += 1;
    going = false;
    told = why;
    for (const id of ids) void actions.stopRun(id);
    ids.clear();
    draw();
  }

  /** @param {ViewState} view */
  function render(view) {
    latest = view;
    if (view.run.id === subject) {
      if (!going && losses.length === 0) draw();
      return;
    }
    subject = view.run.id;
    if (going) halt("");
    losses = [];
    told = "";
    draw();
  }

  function draw() {
    if (!latest) return;
    const { run, resting } = latest;
    const comparable = !resting && run.status !== "queued" && run.status !== "running";
    show(button, comparable);
    setText(button, going ? "Stop" : losses.length > 0 ? `Run it ${RUNS} times again` : `Run it ${RUNS} times`);
    const long = duration(((run.summary.duration_ms ?? 0) * RUNS * 1e6) / AT_ONCE);
    setText(progress, going ? `${number(losses.length)} of ${RUNS} runs …` : told || (losses.length || !comparable ? "" : `It will take about ${long}.`));
    show(columns, losses.length > 0);
    if (losses.length > 0) drawColumns();
    setText(meaning, losses.length > 0 ? result() : invitation(comparable));
  }

  /** A column for each number of lost updates, as high as there were runs that lost so many. */
  function drawColumns() {
    const most = Math.max(...losses);
    const wide = Math.max(1, Math.ceil((most + 1) / MOST_COLUMNS));
    const heights = new Array(Math.floor(most / wide) + 1).fill(0);
    for (const lost of losses) heights[Math.floor(lost / wide)] += 1;
    const highest = Math.max(...heights);
    columns.replaceChildren(...heights.map((runs, index) => {
      const height = (runs / highest) * HEIGHT;
      const isLossy = wide > 1 || index > 0;
      const bar = svg("rect", { class: isLossy ? "is-lossy" : "", x: 0, y: HEIGHT - height, width: 100, height });
      const drawing = svg("svg", { viewBox: `0 0 100 ${HEIGHT}`, preserveAspectRatio: "none" }, [bar]);
      return html("div", "again-column", [html("span", "", [runs ? `${runs}×` : ""]), drawing, html("span", "", [span(index, wide)])]);
    }));
    const told = heights.flatMap((runs, index) => (runs ? [`${counted(runs, "run")} lost ${span(index, wide)}`] : []));
    setAttribute(columns, "aria-label", `${told.join(", ")}.`);
  }

  function result() {
    const some = losses.filter((lost) => lost > 0).length;
    const start = `Lost something in ${some} of ${counted(losses.length, "run")}.`;
    const kind = latest?.variant.kind;
    if (kind === "right") return some === 0 ? `${start} A right lock does not depend on luck.` : start;
    if (latest?.run.request.processes === 1) return `${start} One process alone has nobody to race with.`;
    if (some === 0) return `${start} The bug is still there: nothing stops two increments from overlapping, only chance.`;
    if (some === losses.length) return start;
    return `${start} The others were lucky: the bug is the same in all of them.`;
  }

  return {
    render,
    destroy() {
      if (going) halt("");
    },
  };
}

/** @param {boolean} comparable */
function invitation(comparable) {
  return comparable
    ? "How often does it lose something? The same race, each time with a new chance, and how many updates each run lost."
    : "When this race has ended, it can be run twenty times here, to see how often it loses something.";
}

/** How many were lost in the runs of a column. @param {number} index @param {number} wide */
function span(index, wide) {
  const from = index * wide;
  return wide === 1 ? number(from) : `${number(from)}–${number(from + wide - 1)}`;
}

/** @param {RunView} run */
function lostIn({ summary: { cells } }) {
  return cells.reduce((sum, { lost }) => sum + (lost ?? 0), 0);
}

/** @param {Problem} problem */
function words({ message, hint }) {
  return hint ? `${message} ${hint}` : message;
}
