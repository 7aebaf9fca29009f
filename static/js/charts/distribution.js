// All finals of many runs of the race on show: theory as an outline where it is known, each real run a dot, and the
// pace as the one thing that is changed. One run that lost nothing proves nothing; how often it loses something, and
// how little of that is decided by the code alone, is what there is to see.

import { html, setAttribute, setText, show } from "../shell/dom.js";
import { DEADLOCK, leastOf } from "../core/distribution.js";
import { explore, sharesOfAnswer } from "../core/exploring.js";
import { nameOf, Observations, progressOf, requestAt, UNTRACED } from "../core/observations.js";
import { counted, number } from "../core/format.js";
import { createDistributionControls } from "./distribution-controls.js";
import { createPlot } from "./distribution-plot.js";
import { aboutPace, COIN_TOSS, finding, lossyOf, spoken } from "./distribution-words.js";

/** @import { RunRequest, RunView, RaceActions, ViewState } from "../core/types.js" */
/** @import { Explored } from "../core/exploring.js" */

const RUNS = 20;

/** The longest pause between steps, in ms: twenty runs must not take a lesson. */
const PAUSE = 20;

/** More combinations of places than these are not worked out here: it would take the server more than a moment. */
const MOST_PLACES = 4_096;

/** What is kept for one race, at any pace, as long as the page is open.
 * @typedef {{observations: Observations, explored: Explored | null, asked: boolean, trouble: string}} Kept */

/** @param {HTMLElement} root @param {RaceActions} _actions */
export function createDistribution(root, _actions) {
  const controls = html("div", "distribution-controls");
  const chart = html("div", "plot");
  chart.dataset["part"] = "distribution-plot";
  const meaning = html("span", "distribution-meaning");
  const progress = html("b", "distribution-progress");
  setAttribute(progress, "role", "status");
  const legend = html("p", "distribution-legend");
  root.append(controls, legend, chart, html("p", "distribution-words", [progress, meaning]));
  const plot = createPlot(chart);
  const bench = createDistributionControls(controls, { press, choose });
  /** By what races have in common: the same code, as often. @type {Map<string, Kept>} */
  const all = new Map();
  let subject = "";
  /** The pace that a person has chosen; "" is that of the race on show. */
  let pace = "";
  const stopping = new AbortController();
  /** @type {ViewState | null} */
  let latest = null;

  function press() {
    if (!latest) return;
    const own = kept(latest.run.request);
    if (own.observations.left > 0) {
      const made = RUNS - own.observations.left;
      own.observations.stop();
      own.trouble = `Stopped after ${counted(made, "run")}.`;
      draw();
      return;
    }
    own.trouble = "";
    const wanted = paceNow(latest.run.request);
    void own.observations.gather(wanted, requestAt(latest.run.request, wanted, pauseOf(latest.run.request)), RUNS).then((problem) => {
      if (problem) own.trouble = [problem.message, problem.hint].filter(Boolean).join(" ");
      draw();
    });
  }

  /** @param {string} wanted */
  function choose(wanted) {
    if (!latest || wanted === paceNow(latest.run.request)) return;
    const own = kept(latest.run.request);
    if (own.observations.left > 0) own.observations.stop();
    own.trouble = "";
    pace = wanted;
    draw();
  }

  /** @param {RunRequest} request */
  function paceNow({ pace: raced, traced }) {
    return pace || (traced === false ? UNTRACED : raced);
  }

  /** @param {RunRequest} request */
  function kept(request) {
    const key = keyOf(request);
    const found = all.get(key) ?? { observations: new Observations(draw), explored: null, asked: false, trouble: "" };
    all.set(key, found);
    return found;
  }

  /** What could happen, where that is soon worked out. @param {RunRequest} request */
  async function askFor({ scenario, processes, iterations, guard = "none" }, /** @type {Kept} */ own) {
    if (own.asked || scenario !== "value" || (3 * iterations + 1) ** processes > MOST_PLACES) return;
    own.asked = true;
    const answer = await explore({ processes, iterations, guard }, stopping.signal);
    if (answer.ok) own.explored = answer.explored;
    draw();
  }

  /** @param {ViewState} view */
  function render(view) {
    const isNew = view.run.id !== latest?.run.id || view.run.status !== latest?.run.status || view.resting !== latest?.resting;
    const before = latest;
    latest = view;
    const key = keyOf(view.run.request);
    if (before && key !== subject) {
      all.get(subject)?.observations.stop();
      pace = "";
    }
    if (isNew || key !== subject) {
      subject = key;
      draw();
    }
  }

  function draw() {
    if (!latest) return;
    const { run, resting, variant, scenario } = latest;
    const has = !resting && run.status !== "queued" && run.status !== "running" && Object.keys(run.adds ?? {}).length > 0;
    for (const each of [controls, chart, legend]) show(each, has);
    if (!has) {
      setText(progress, "");
      setText(meaning, `When this race has ended, it can be run ${RUNS} times here, at each pace: you see how often it loses something.`);
      return;
    }
    const { request } = run;
    const own = kept(request);
    void askFor(request, own);
    const { observations, trouble, explored } = own;
    const now = paceNow(request);
    const ends = observations.ends(now);
    const going = observations.left > 0;
    const about = amounts(run);
    bench.render({
      paces: [...scenario.paces].reverse().concat(UNTRACED),
      chosen: now,
      going,
      label: `Run it ${RUNS} times`,
      results: new Map(observations.paces.map((each) => [each, result(observations.ends(each), about.expected)])),
    });
    const told = progressOf(observations, RUNS) || trouble || (ends.length ? "" : forecast(run, now));
    setText(progress, told && `${told} `);
    const mark = nameOf(run);
    plot.render({
      about,
      theory: explored && sharesOfAnswer(explored),
      isEstimate: explored?.exhausted === false,
      notes: null,
      ends,
      pace: now,
      runs: ends.length + observations.left,
      seen: observations.names,
      mark,
      chosen: "",
      choices: [],
      words: spoken(ends),
    });
    const heap = plot.heap;
    legend.replaceChildren(
      ...(mark === null ? [key("", "this race did not run to its end")] : [html("span", "", [html("b", "distribution-mark", [mark === DEADLOCK ? "" : number(Number(mark))]), " this race"])]),
      ...(explored ? [key("▱", explored.exhausted ? COIN_TOSS : `${COIN_TOSS}: an estimate`)] : []),
      ...(heap > 1 ? [key("", `each dot is ${number(heap)} runs`)] : []),
    );
    const words = finding(ends, { expected: about.expected, kind: variant.kind, processes: request.processes });
    setText(meaning, [words, aboutPace(now, variant.kind, request, pauseOf(request))].filter(Boolean).join(" "));
  }

  return {
    render,
    destroy() {
      stopping.abort();
      all.get(subject)?.observations.stop();
      plot.destroy();
      latest = null;
    },
  };
}

/** @param {string} sign @param {string} words */
function key(sign, words) {
  return html("span", "", sign ? [html("b", "", [sign]), ` ${words}`] : [words]);
}

/** Races that differ in nothing but their pace and their chance. @param {RunRequest} request */
function keyOf({ scenario, processes, iterations, guard = "none", start_method = null, call = null }) {
  return JSON.stringify([scenario, processes, iterations, guard, start_method, call]);
}

/** @param {RunRequest} request */
function pauseOf({ pace, step_ms = PAUSE }) {
  return pace === "slow" ? Math.min(step_ms, PAUSE) : PAUSE;
}

/** What all its cells should come to together, and the least that they can. @param {RunView} run */
function amounts({ summary, adds = {}, request }) {
  const sum = (/** @type {readonly number[]} */ numbers) => numbers.reduce((total, each) => total + each, 0);
  const initials = summary.cells.map(({ initial }) => initial);
  return {
    least: sum(initials.map((initial) => leastOf(initial, request.iterations))),
    expected: sum(initials) + sum(Object.values(adds)),
  };
}

/** How long it will take, where that can be told. @param {RunView} run @param {string} now */
function forecast({ request, summary, status }, now) {
  const { pace, step_ms = PAUSE } = request;
  if (now !== pace || pace !== "slow" || status !== "finished" || !summary.duration_ms) return now === UNTRACED ? "Not run yet without our recording." : `Not run yet at the pace ${now}.`;
  const each = (summary.duration_ms * pauseOf(request)) / step_ms;
  return `It will take about ${number(Math.ceil((each * RUNS) / 2000))} s.`;
}

/** @param {readonly string[]} ends @param {number} expected */
function result(ends, expected) {
  const bad = lossyOf(ends, expected) + ends.filter((end) => end === "deadlock").length;
  return { short: `${number(bad)}/${number(ends.length)}`, long: `${number(bad)} of ${counted(ends.length, "run")} went wrong` };
}
