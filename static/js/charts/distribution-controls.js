// The controls of a distribution: a choice of paces, each with its shape and its result; and the button
// that starts more runs, or stops them.

import { html, setAttribute, setText, show, svg } from "../shell/dom.js";
import { DEADLOCK } from "../core/distribution.js";
import { counted, number } from "../core/format.js";
import { paceTitle } from "../core/observations.js";
import { shapeOf } from "./distribution-plot.js";
import { lossyOf } from "./distribution-words.js";

/** @typedef {{paces: readonly string[], chosen: string, going: boolean, label: string, results: ReadonlyMap<string, {short: string, long: string}>}} ControlsView */

/** @param {HTMLElement} root @param {{press: () => void, choose: (pace: string) => void}} actions */
export function createDistributionControls(root, { press, choose }) {
  const button = html("button", "quiet distribution-run");
  button.type = "button";
  button.dataset["part"] = "distribution-run";
  button.addEventListener("click", press);
  const group = html("div", "distribution-paces");
  setAttribute(group, "role", "group");
  setAttribute(group, "aria-label", "Pace of the runs");
  root.append(button, group);
  /** @type {Map<string, {button: HTMLButtonElement, result: HTMLElement}>} */
  const choices = new Map();

  /** @param {string} pace */
  function choice(pace) {
    const shape = svg("path", { d: shapeOf(pace, 4), class: pace === "untraced" ? "is-open" : "" });
    const mark = svg("svg", { viewBox: "-5 -5 10 10", class: "distribution-shape", "aria-hidden": "true" }, [shape]);
    const result = html("small");
    const chosen = html("button", "", [mark, paceTitle(pace), result]);
    chosen.type = "button";
    chosen.dataset["pace"] = pace;
    chosen.addEventListener("click", () => choose(pace));
    choices.set(pace, { button: chosen, result });
    return chosen;
  }

  /** @param {ControlsView} view */
  function render({ paces, chosen, going, label, results }) {
    if (paces.join() !== [...choices.keys()].join()) {
      choices.clear();
      group.replaceChildren(...paces.map(choice));
    }
    for (const [pace, { button: each, result }] of choices) {
      const came = results.get(pace);
      setAttribute(each, "aria-pressed", String(pace === chosen));
      setAttribute(each, "title", came?.long ?? null);
      setText(result, came?.short ?? "");
      show(result, came !== undefined);
    }
    setText(button, going ? "Stop" : label);
  }

  return { render };
}

/** What the runs at a pace came to, for its button. @param {readonly string[]} ends @param {number} expected */
export function resultOf(ends, expected) {
  const bad = lossyOf(ends, expected) + ends.filter((end) => end === DEADLOCK).length;
  return { short: `${number(bad)}/${number(ends.length)}`, long: `${number(bad)} of ${counted(ends.length, "run")} went wrong` };
}
