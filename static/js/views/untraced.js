// What tracing and pausing change: the same race untraced, as often as one likes, its losses beside
// those of the race on show.

import { html, setAttribute, setText, show, svg } from "../shell/dom.js";
import { counted, number } from "../core/format.js";

/** @import { ViewState, Kind, Problem, RunRequest, RunView, RaceActions } from "../core/types.js" */

/** How many untraced runs are kept in sight. */
const KEPT = 20;

/** Between two looks at a run that goes on, in ms. */
const PAUSE = 200;

/** Dots closer to each other than this share stand above and below each other, in this order. */
const CLOSE = 0.02;
const LEVELS = [0, -7, 7];

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createUntraced(root, actions) {
  const button = html("button", "quiet");
  button.type = "button";
  const progress = html("p", "untraced-progress");
  setAttribute(progress, "role", "status");
  const meaning = html("p", "untraced-meaning");
  const foot = html("div", "untraced-foot", [button, progress]);
  const traced = row();
  const untraced = row();
  const scale = html("div", "untraced-scale");
  scale.append(...["0 %", "50 %", "100 %"].map((text) => html("span", "", [text])));
  const rows = html("div", "untraced-rows", [...traced.parts, ...untraced.parts, scale]);
  root.append(rows, meaning, foot);

  /** The traced run that all this is about. */
  let subject = "";
  /** Of each untraced run that has ended, how many updates it lost; the newest is last. @type {number[]} */
  let losses = [];
  /** How many have ended, those too that are not in sight any more. */
  let made = 0;
  let told = "";
  let going = false;
  /** @type {RunRequest | null} */
  let request = null;
  let stale = true;
  /** @type {ViewState | null} */
  let latest = null;

  button.addEventListener("click", () => {
    if (!going && request) void measure(subject, request);
  });

  /** @param {string} about @param {RunRequest} wanted */
  async function measure(about, wanted) {
    going = true;
    say("Running untraced …");
    let answer = await actions.runAside(wanted);
    while (about === subject && answer.ok && (answer.run.status === "queued" || answer.run.status === "running")) {
      say(waiting(answer.run));
      await new Promise((resume) => setTimeout(resume, PAUSE));
      if (about === subject) answer = await actions.fetchRun(answer.run.id);
    }
    if (about !== subject) return;
    going = false;
    if (!answer.ok) say(words(answer.problem));
    else if (answer.run.status !== "finished") say(answer.run.reason ?? `The untraced run ${answer.run.status}.`);
    else {
      losses = [...losses, lostIn(answer.run)].slice(-KEPT);
      made += 1;
      say("");
    }
  }

  /** @param {string} text */
  function say(text) {
    told = text;
    stale = true;
    if (latest) render(latest);
  }

  /** @param {ViewState} view */
  function render(view) {
    latest = view;
    const { run, variant } = view;
    if (run.id !== subject) {
      subject = run.id;
      losses = [];
      made = 0;
      going = false;
      told = "";
      stale = true;
    }
    const comparable = run.status === "finished" && run.request.traced !== false;
    show(rows, comparable);
    show(foot, comparable);
    if (!comparable) {
      setText(meaning, notYet(run));
      return;
    }
    if (stale) draw(run);
    setText(meaning, difference(run.request, variant.kind));
  }

  /** @param {RunView} run */
  function draw(run) {
    const { pace } = run.request;
    stale = false;
    // Nothing of ours is in an untraced run, so nothing can pause it.
    request = { ...run.request, traced: false, pace: pace === "slow" ? "free" : pace };
    const total = Math.max(1, run.summary.cells.reduce((sum, { expected, initial }) => sum + (expected ?? initial) - initial, 0));
    const lost = lostIn(run);
    traced.draw(`traced, ${pace}`, `${number(lost)} of ${number(total)} lost`, [lost / total]);
    const newest = losses.at(-1);
    const how = pace === "slow" ? "untraced, without our pauses" : "untraced";
    const result = newest === undefined ? "not run yet" : `${number(newest)} of ${number(total)} lost`;
    untraced.draw(how, result, losses.map((each) => each / total));
    rows.style.setProperty("--traced", String(lost / total));
    rows.style.setProperty("--digits", String(number(total).length));
    setText(button, made === 0 ? "Run it untraced" : "Run it untraced again");
    setAttribute(button, "aria-disabled", going ? "true" : null);
    const some = losses.filter((each) => each > 0).length;
    const since = made > KEPT ? `the last ${KEPT} of ${number(made)} runs` : counted(made, "run");
    setText(progress, told || (made ? `${number(some)} of ${since} lost something.` : ""));
  }

  return { render, destroy() {} };
}

/** A line of the figure: what was run, a dot for each run, and the newest in numbers. */
function row() {
  const name = html("p", "untraced-name");
  const track = svg("svg", { class: "untraced-track", "aria-hidden": "true" });
  const result = html("p", "untraced-result");

  /** @param {string} what @param {string} outcome @param {readonly number[]} shares */
  function draw(what, outcome, shares) {
    setText(name, what);
    setText(result, outcome);
    track.replaceChildren(...shares.map((share, index) => {
      const near = shares.slice(0, index).filter((other) => Math.abs(other - share) < CLOSE).length;
      const about = [index === shares.length - 1 ? "is-newest" : "", share > 0 ? "is-lossy" : ""].join(" ");
      const dot = svg("circle", { class: about, cx: `${share * 100}%`, cy: "50%", r: 3.5 });
      setAttribute(dot, "transform", `translate(0 ${LEVELS[near % LEVELS.length]})`);
      return dot;
    }));
  }

  return { parts: [name, result, track], draw };
}

/** @param {RunView} run */
function lostIn({ summary: { cells } }) {
  return cells.reduce((sum, { lost }) => sum + (lost ?? 0), 0);
}

/** @param {Problem} problem */
function words({ message, hint }) {
  return hint ? `${message} ${hint}` : message;
}

/** @param {RunView} run */
function waiting({ status, place, processes }) {
  if (status === "queued") return place ? `Waiting for a free place: number ${place} in line.` : "Waiting for a free place.";
  const ended = processes.filter(({ state }) => state === "ended").length;
  return `Running untraced … ${ended} of ${processes.length} processes have ended.`;
}

/** Why there is nothing to compare with. @param {RunView} run */
function notYet({ id, status, request }) {
  if (request.traced === false) return "This race was itself run untraced: there is no traced one to compare it with.";
  if (id !== "" && (status === "failed" || status === "stopped")) {
    return "This race did not run to its end, so its losses cannot be compared.";
  }
  return "When this race has ended, it can be run again untraced here: you see what tracing and our pauses change.";
}

/** What the comparison means. @param {RunRequest} request @param {Kind} kind */
function difference({ pace }, kind) {
  if (kind === "right") return "A right lock does not depend on timing: traced or not, paused or not, nothing is lost.";
  if (pace === "tutorial") {
    return "The code itself sleeps before each increment, traced or not. Either way only increments that happen to coincide lose anything.";
  }
  if (pace === "slow") {
    return "Untraced there are no pauses: chance decides whether increments overlap, and each run can end differently. The bug is there either way.";
  }
  return "Nobody pauses, traced or not, but tracing makes each increment take longer. Chance decides what is lost, so run it several times.";
}
