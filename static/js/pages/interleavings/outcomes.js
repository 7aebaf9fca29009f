// The outcomes as bars: how probable each is, and below, how often real runs ended so. A bar that would be too
// thin to see is a hairline with its number. What is possible and was never observed says so.

import { html, setAttribute, setText, toggle } from "../../shell/dom.js";
import { counted as many } from "../../core/format.js";
import { brief, chance } from "./figures.js";

/** @import { Outcome } from "./answer.js" */
/** @import { Observations } from "../../core/observations.js" */

/** @typedef {{outcomes: readonly Outcome[], chosen: string, right: number, exhausted: boolean, observations: Observations}} OutcomesFrame */

/** More outcomes than these stand closer. */
const ROOMY = 5;

/** @param {HTMLElement} root a list @param {(name: string) => void} choose */
export function createOutcomes(root, choose) {
  /** @type {Map<string, ReturnType<typeof createRow>>} */
  const rows = new Map();
  let drawn = "";

  root.addEventListener("keydown", (event) => {
    const direction = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...root.querySelectorAll("button")];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const next = direction && at >= 0 ? buttons[at + direction] : undefined;
    if (!next) return;
    event.preventDefault();
    next.focus();
    choose(next.dataset["outcome"] ?? "");
  });

  /** @param {OutcomesFrame} view */
  function render(view) {
    const names = view.outcomes.map(({ name }) => name).join(" ");
    if (names !== drawn) {
      drawn = names;
      rows.clear();
      root.replaceChildren(...view.outcomes.map(({ name }) => {
        const row = createRow(name, () => choose(name));
        rows.set(name, row);
        return row.item;
      }));
    }
    toggle(root, "is-many", view.outcomes.length > ROOMY);
    const scale = longest(view);
    for (const outcome of view.outcomes) rows.get(outcome.name)?.render(outcome, view, scale);
  }

  return {
    render,
    /** The outcome on show, brought into sight. @param {string} name */
    reveal: (name) => rows.get(name)?.item.scrollIntoView({ block: "nearest" }),
  };
}

/** The largest share of all, possible or observed: its bar takes all the room. @param {OutcomesFrame} view */
function longest({ outcomes, observations }) {
  const observed = observations.paces.flatMap((pace) => outcomes.map(({ name }) => observations.of(name, pace) / observations.runs(pace)));
  return Math.max(...outcomes.map(({ share }) => share ?? 0), ...observed) || 1;
}

/** @param {string} name @param {() => void} choose */
function createRow(name, choose) {
  const title = html("b");
  const note = html("small");
  const lines = html("span", "outcome-lines");
  const button = html("button", "outcome", [html("span", "outcome-final", [title, note]), lines]);
  button.type = "button";
  button.dataset["outcome"] = name;
  button.addEventListener("click", choose);
  const item = html("li", "", [button]);
  let told = "";

  /** @param {Outcome} outcome @param {OutcomesFrame} view @param {number} scale */
  function render(outcome, { chosen, right, exhausted, observations }, scale) {
    setAttribute(button, "aria-pressed", String(outcome.name === chosen));
    toggle(button, "is-wrong", outcome.final !== right);
    setText(title, outcome.final === null ? "deadlock" : outcome.final);
    setText(note, outcome.final === null ? "" : outcome.final === right ? "none lost" : `${right - outcome.final} lost`);
    const figures = [outcome, scale, exhausted, observations.paces.map((pace) => [observations.of(name, pace), observations.runs(pace)])];
    if (JSON.stringify(figures) === told) return;
    told = JSON.stringify(figures);
    const isNever = observations.runs() > 0 && observations.of(name) === 0;
    lines.replaceChildren(
      possible(outcome, exhausted, scale),
      ...observations.paces.filter((pace) => observations.of(name, pace) > 0).map((pace) => {
        const [times, runs] = [observations.of(name, pace), observations.runs(pace)];
        return line("is-observed", pace, times / runs / scale, [html("span", "outcome-said", ["observed in "]), `${times} of ${many(runs, "run")}`]);
      }),
      ...(isNever ? [html("span", "outcome-never", [outcome.share === null ? "never drawn and never observed, and possible" : "possible, and never observed"])] : []),
    );
  }

  return { item, render };
}

/** @param {Outcome} outcome @param {boolean} exhausted @param {number} scale */
function possible({ share, counted, schedule }, exhausted, scale) {
  if (counted) return line("", "possible", counted.probability / scale, chance(counted.probability), brief(counted.interleavings));
  if (share !== null) return line("is-estimate", "estimated", share / scale, `≈ ${chance(share)}`);
  if (schedule) return line("", "possible", 0, "known, never drawn");
  return html("span", "outcome-never", [exhausted ? "observed, but not worked out: a fault of ours" : "observed, never drawn"]);
}

/** @param {string} kind @param {string} what @param {number} share @param {string | (Node | string)[]} figure @param {string} [ways] */
function line(kind, what, share, figure, ways = "") {
  const bar = html("i", "outcome-bar");
  bar.style.setProperty("--share", String(share));
  return html("span", `outcome-line ${kind}`, [
    html("span", "outcome-what", [what]),
    html("span", "outcome-track", [bar]),
    html("span", "outcome-figure", Array.isArray(figure) ? figure : [figure]),
    html("span", "outcome-ways", ways ? [ways, html("span", "unseen", [" interleavings"])] : []),
  ]);
}
