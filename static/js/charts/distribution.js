// The final values of many runs of the race on show: theory as an outline where it is known, each real run a dot, and the
// pace as the one thing to change. One run that lost nothing proves nothing. This panel shows how often updates are lost, and
// how little of that the code alone decides.

import { html, setAttribute, setText, show } from "../shell/dom.js";
import { DEADLOCK, leastOf } from "../core/distribution.js";
import { sharesOfAnswer } from "../core/explore.js";
import { number } from "../core/format.js";
import { nameOf, progressOf, UNTRACED } from "../core/observations.js";
import { createDistributionControls, resultOf } from "./distribution-controls.js";
import { createDistributionCache, keyOf, PAUSE, pauseOf, RUNS } from "./distribution-cache.js";
import { createPlot } from "./distribution-plot.js";
import { aboutPace, COIN_TOSS, finding, spoken } from "./distribution-words.js";

/** @import { RunRequest, RunView, RaceActions, ViewState } from "../core/types.js" */
/** @import { Explored } from "../core/explore.js" */
/** @import { CachedRuns } from "./distribution-cache.js" */

/** @param {HTMLElement} root @param {RaceActions} _actions */
export function createDistribution(root, _actions) {
  const parts = build(root);
  const plot = createPlot(parts.chart);
  const cache = createDistributionCache(draw);
  const controls = createDistributionControls(parts.controls, {
    press: () => void (latest && cache.press(latest.run.request, paceNow(latest.run.request))),
    choose(wanted) {
      if (!latest || wanted === paceNow(latest.run.request)) return;
      cache.stop(latest.run.request);
      pace = wanted;
      draw();
    },
  });
  /** The pace that a person has chosen; "" is that of the race on show. */
  let pace = "";
  /** @type {ViewState | null} */
  let latest = null;

  /** @param {RunRequest} request */
  function paceNow({ pace: own, traced }) {
    // Where a person is the scheduler, the others run without one.
    return pace || (traced === false ? UNTRACED : own === "step" ? "free" : own);
  }

  /** @param {ViewState} view */
  function render(view) {
    const before = latest;
    latest = view;
    const isOther = !before || keyOf(before.run.request) !== keyOf(view.run.request);
    if (before && isOther) {
      cache.stop(before.run.request);
      pace = "";
    }
    const { run, resting } = view;
    if (isOther || run.id !== before.run.id || run.status !== before.run.status || resting !== before.resting) draw();
  }

  function draw() {
    if (!latest) return;
    const { run, variant, scenario } = latest;
    const has = isOver(latest);
    for (const each of [parts.controls, parts.chart, parts.legend]) show(each, has);
    if (!has) {
      setText(parts.progress, "");
      setText(parts.meaning, `When this race has ended, it can be run ${RUNS} times here, at each pace: you see how often it loses something.`);
      return;
    }
    const { request } = run;
    void cache.askFor(request);
    const own = cache.of(request);
    const now = paceNow(request);
    const ends = own.observations.ends(now);
    const about = amounts(run);
    controls.render({
      paces: [...scenario.paces].reverse().concat(UNTRACED),
      chosen: now,
      going: own.observations.left > 0,
      label: `Run it ${RUNS} times`,
      results: new Map(own.observations.paces.map((each) => [each, resultOf(own.observations.ends(each), about.expected)])),
    });
    plot.render(pictureOf(own, now, about, nameOf(run)));
    parts.legend.replaceChildren(...legendOf(run, own.explored, plot.heap));
    const text = progressOf(own.observations, RUNS) || own.trouble || (ends.length ? "" : forecast(run, now));
    setText(parts.progress, text && `${text} `);
    const words = finding(ends, { expected: about.expected, kind: variant.kind, processes: request.processes });
    setText(parts.meaning, [words, aboutPace(now, variant.kind, request, pauseOf(request))].filter(Boolean).join(" "));
  }

  return {
    render,
    destroy() {
      latest = null;
      cache.close();
      plot.destroy();
    },
  };
}

/** @param {HTMLElement} root */
function build(root) {
  const controls = html("div", "distribution-controls");
  const chart = html("div", "plot");
  chart.dataset["part"] = "distribution-plot";
  const progress = html("b", "distribution-progress");
  setAttribute(progress, "role", "status");
  const meaning = html("span", "distribution-meaning");
  const legend = html("p", "distribution-legend");
  root.append(controls, legend, chart, html("p", "distribution-words", [progress, meaning]));
  return { controls, legend, chart, progress, meaning };
}

/** Whether it can be run again, to count what it comes to. @param {ViewState} view */
function isOver({ run, resting }) {
  if (run.request.pace === "step") return !resting && Object.keys(run.adds ?? {}).length > 0;
  return !resting && run.status !== "queued" && run.status !== "running" && Object.keys(run.adds ?? {}).length > 0;
}

/** @param {CachedRuns} cache @param {string} pace @param {{least: number, expected: number}} about @param {string | null} mark */
function pictureOf({ explored, observations }, pace, about, mark) {
  const ends = observations.ends(pace);
  return {
    about,
    theory: explored && sharesOfAnswer(explored),
    isEstimate: explored?.exhausted === false,
    notes: null,
    ends,
    pace,
    runs: ends.length + (observations.pace === pace ? observations.left : 0),
    seen: observations.names,
    mark,
    chosen: "",
    choices: [],
    words: spoken(ends),
  };
}

/** What stands for what. @param {RunView} run @param {Explored | null} explored @param {number} heap */
function legendOf(run, explored, heap) {
  const mark = nameOf(run);
  const race = mark === null
    ? html("span", "", [run.status === "running" ? "this race has not ended yet" : "this race did not run to its end"])
    : html("span", "", [html("b", "distribution-mark", [mark === DEADLOCK ? DEADLOCK : number(Number(mark))]), " this race"]);
  const coin = explored?.exhausted === false ? `${COIN_TOSS}: an estimate` : COIN_TOSS;
  return [
    race,
    ...(explored && sharesOfAnswer(explored) ? [html("span", "", [html("b", "", ["▱"]), ` ${coin}`])] : []),
    ...(heap > 1 ? [html("span", "", [`each dot is ${number(heap)} runs`])] : []),
  ];
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

/** How long it will take, where that is known. @param {RunView} run @param {string} now */
function forecast({ request, summary, status }, now) {
  const { pace, step_ms = PAUSE } = request;
  if (now === pace && pace === "slow" && status === "finished" && summary.duration_ms) {
    const each = (summary.duration_ms * pauseOf(request)) / step_ms;
    // Two of them run at a time.
    return `It will take about ${number(Math.ceil((each * RUNS) / 2000))} s.`;
  }
  return now === UNTRACED ? "Not run yet without our recording." : `Not run yet at the pace ${now}.`;
}
