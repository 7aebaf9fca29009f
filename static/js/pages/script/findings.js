// What went wrong, worst first: each with how certain it is, its figures, what to do, and its steps to be watched. What
// is only suspected stands apart. Where nothing was found, what was looked at says so instead.

import { copy } from "../../shell/clipboard.js";
import { html, setProse } from "../../shell/dom.js";
import { number } from "../../core/format.js";
import { addressed } from "../../core/place.js";
import { findingPicture } from "./finding-picture.js";
import { about, adviceParts, asText, brief, commandLine, evidence, invitation, places, title } from "./finding-words.js";

/** @import { Finding, ScriptRunView } from "../../core/types.js" */
/** @import { ScriptActions } from "./actions.js" */
/** @import { ScriptView } from "./view.js" */

/** While nothing is found, what has been looked at is said again at most so often, in ms. */
const PAUSE = 250;

/** With more than this many of a kind of certainty, the others come after one more press. */
const MOST = 12;

export class FindingsView {
  #root;
  #actions;
  #shown = "";
  #at = -Infinity;
  #all = false;
  /** Those whose steps are shown as a table. @type {Set<string>} */
  #unfolded = new Set();
  /** @type {((view: ScriptView) => HTMLElement[]) | null} */
  #lookedAt = null;

  /** @param {HTMLElement} root @param {ScriptActions} actions */
  constructor(root, actions) {
    this.#root = root;
    this.#actions = actions;
  }

  /** @param {ScriptView} view */
  render(view) {
    const { findings, history, live, run } = view;
    const known = findings.map((finding) => [finding, evidence(finding, history).length]);
    const key = JSON.stringify([known, live, run.status, run.targets.length, view.finding && findings.indexOf(view.finding), this.#all, [...this.#unfolded]]);
    const now = performance.now();
    const counts = findings.length === 0 ? `${history.length} ${run.steps}` : "";
    if (key + counts === this.#shown || (findings.length === 0 && live && now - this.#at < PAUSE)) return;
    this.#shown = key + counts;
    this.#at = now;
    const focused = this.#root.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
    this.#root.replaceChildren(...(findings.length === 0 ? this.#nothing(view) : this.#listed(view)));
    if (focused) /** @type {HTMLElement | null} */ (this.#root.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus({ preventScroll: true });
  }

  /** What was looked at: the words for it are fetched where nothing was found. @param {ScriptView} view @returns {readonly Node[]} */
  #nothing(view) {
    if (this.#lookedAt) return this.#lookedAt(view);
    import("./looked-at.js").then(({ lookedAt }) => {
      this.#lookedAt = lookedAt;
      this.#shown = "";
      this.#at = -Infinity;
      this.#actions.invalidate();
    }, () => undefined); // the next drawing tries again
    return [...this.#root.childNodes];
  }

  /** @param {ScriptView} view */
  #listed(view) {
    const { findings } = view;
    const certain = findings.filter(({ certainty }) => certainty !== "suspected");
    const suspected = findings.filter(({ certainty }) => certainty === "suspected");
    const counts = ["happened", "shown", "suspected"].flatMap((certainty) => {
      const count = findings.filter((each) => each.certainty === certainty).length;
      return count > 0 ? [`${number(count)} ${certainty}`] : [];
    });
    const head = html("header", "findings-head", [html("h2", "", ["Findings"]), html("small", "", [counts.join(" · ")])]);
    const shownOnes = [...certain, ...suspected].slice(0, this.#all ? Infinity : MOST);
    const rest = findings.length - shownOnes.length;
    return [head, ...shownOnes.map((finding) => this.#card(finding, view)), ...(rest > 0 ? [this.#more(rest)] : [])];
  }

  /** @param {number} count */
  #more(count) {
    return button(`Show ${number(count)} more`, "more", () => {
      this.#all = true;
      this.#actions.invalidate();
    });
  }

  /** @param {Finding} finding @param {ScriptView} view */
  #card(finding, view) {
    const { history, run } = view;
    // Where another run shows it, the evidence is steps of that run.
    const steps = finding.run === undefined || finding.run === run.id ? evidence(finding, history) : [];
    const key = `${finding.kind} ${finding.target}`;
    const lane = (/** @type {string} */ name) => history.lanes.find((each) => each.name === name)?.process ?? name;
    const picture = finding.kind === "lost_update" && finding.certainty !== "suspected" ? findingPicture(steps, lane) : null;
    const message = html("p", "finding-message");
    setProse(message, finding.message);
    const parts = html("div", "finding-facts", [figures(finding, run) ?? message, ...(picture ? [picture] : [])]);
    const acts = html("div", "finding-acts", [
      ...(steps.length > 0 ? [this.#showMe(finding)] : []),
      ...(steps.length > 0 ? [this.#anatomyButton(key)] : []),
      ...(finding.run !== undefined && finding.run !== run.id ? [runLink(finding.run)] : []),
      copyButton("Copy as text", `copy ${key}`, () => asText(finding, run, history)),
    ]);
    const article = html("article", `finding is-${finding.certainty}${view.finding === finding ? " is-on-show" : ""}`, [
      heading(finding, about(finding, history)),
      parts,
      ...tried(finding),
      acts,
      ...(this.#unfolded.has(key) ? [this.#anatomy(finding, view)] : []),
      advice(finding),
      ...(finding.certainty === "suspected" ? [prove(run)] : []),
    ]);
    return article;
  }

  /** @param {Finding} finding */
  #showMe(finding) {
    const made = button(invitation(finding), `show ${finding.kind} ${finding.target}`, () => this.#actions.showMe(finding));
    made.classList.add("finding-show");
    return made;
  }

  /** @param {string} key */
  #anatomyButton(key) {
    const made = button("Anatomy", `anatomy ${key}`, () => {
      if (!this.#unfolded.delete(key)) this.#unfolded.add(key);
      this.#actions.invalidate();
    });
    made.ariaExpanded = String(this.#unfolded.has(key));
    return made;
  }

  /** A row a step, a column a process. @param {Finding} finding @param {ScriptView} view */
  #anatomy(finding, { history }) {
    const steps = evidence(finding, history);
    const lanes = [...new Set(steps.map(({ process }) => process))];
    const head = html("thead", "", [html("tr", "", ["step", ...lanes, "line"].map((words) => cell("th", words)))]);
    const body = html("tbody", "", steps.map((step) => {
      const go = button(number(step.index + 1), `go ${step.index}`, () => this.#actions.goTo(step.index + 1));
      const row = html("tr", "", [html("td", "", [go]), ...lanes.map((lane) => cell("td", lane === step.process ? brief(step) : "")), cell("td", step.line ? String(step.line) : "")]);
      return row;
    }));
    return html("div", "finding-anatomy", [html("table", "", [head, body])]);
  }
}

/** @param {"th" | "td"} tag @param {string} words */
function cell(tag, words) {
  return html(tag, "", [words]);
}

/** @param {string} words @param {string} key by which it takes the focus again @param {() => void} press */
function button(words, key, press) {
  const made = html("button", "quiet", [words]);
  made.type = "button";
  made.dataset["key"] = key;
  made.addEventListener("click", press);
  return made;
}

/** @param {string} words @param {string} key @param {() => string} text */
function copyButton(words, key, text) {
  const made = button(words, key, () => {
    void copy(text()).then((copied) => {
      made.textContent = copied ? "Copied" : "Not copied";
      window.setTimeout(() => (made.textContent = words), 1500);
    });
  });
  return made;
}

/** @param {Finding} finding @param {readonly string[]} names what it is about */
function heading(finding, names) {
  const { kind, certainty } = finding;
  const codes = names.flatMap((name, place) => [...(place > 0 ? [" and "] : []), html("code", "", [name])]);
  const name = html("h3", "", [title(finding), ...(kind === "lost_update" || names.length === 0 ? [] : [": ", ...codes])]);
  return html("header", "", [name, html("span", `chip-certainty is-${certainty}`, [certainty]), html("code", "finding-places", [places(finding)])]);
}

/** Where it was made to happen: a run of its own. None where it cannot be gone to. @param {string} run */
function runLink(run) {
  const address = addressed(`/script/${encodeURIComponent(run)}`);
  if (address === null) return "";
  const link = html("a", "finding-run", ["The run that shows it"]);
  link.href = address;
  return link;
}

/** @param {Finding} finding */
function tried({ score, tried: what }) {
  return [score, what].flatMap((words) => (words ? [html("p", "finding-tried", [words])] : []));
}

/** What was expected, what came of it, and what is lost; null where nobody knows. @param {Finding} finding @param {ScriptRunView} run */
function figures(finding, run) {
  if (finding.kind !== "lost_update" || finding.certainty === "suspected") return null;
  const cells = cellsOf(finding, run);
  const known = cells.flatMap(({ expected, final, lost }) => (expected === null || lost === null ? [] : [{ expected, now: typeof final === "number" ? final : expected - lost }]));
  const lost = figure("lost", number(finding.count), "is-lost");
  // Where the parts do not add up to the whole, only the whole is said.
  const isWhole = known.length > 0 && known.length === cells.length && cells.reduce((sum, cell) => sum + (cell.lost ?? 0), 0) === finding.count;
  if (!isWhole) return finding.count > 0 ? html("dl", "finding-figures", [lost]) : null;
  const sum = (/** @type {"expected" | "now"} */ name) => number(known.reduce((total, each) => total + each[name], 0));
  return html("dl", "finding-figures", [figure("expected", sum("expected")), figure(cells.length > 1 ? `in ${finding.target}` : finding.target, sum("now")), lost]);
}

/** The cell that a finding is about, or all cells of the whole that it is about. @param {Finding} finding @param {ScriptRunView} run */
function cellsOf({ target }, run) {
  const { cells } = run.summary;
  const itself = cells.filter(({ name }) => name === target);
  if (itself.length > 0) return itself;
  const parts = new Set(run.targets.filter(({ whole }) => whole === target).map(({ name }) => name));
  return cells.filter(({ name, writes }) => parts.has(name) && writes > 0);
}

/** @param {string} label @param {string} value @param {string} [className] */
function figure(label, value, className = "") {
  return html("div", className, [html("dt", "", [label]), html("dd", "", [value])]);
}

/** @param {Finding} finding */
function advice(finding) {
  return html("div", "finding-advice", adviceParts(finding.advice).map(({ text, isCode }) => {
    if (isCode) return html("pre", "", [text]);
    const made = html("p");
    setProse(made, text);
    return made;
  }));
}

/** @param {ScriptRunView} run */
function prove(run) {
  const command = `lost-update trace --prove ${commandLine(run.command)}`;
  return html("p", "finding-command", ["To find out: ", html("code", "", [command]), " ", copyButton("Copy", "prove", () => command)]);
}
