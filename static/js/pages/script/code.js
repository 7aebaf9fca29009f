// The code that ran, and what happened in it: beside each line who took steps there, under it what went wrong there, and
// lit the line of the step on show. A file's lines are made when it is first looked at.

import { html, part, setAttribute, setProse, show, svg, toggle } from "../../shell/dom.js";
import { counted, list, number } from "../../core/format.js";
import { lookOfProcess } from "./look.js";

/** @import { Code, Finding } from "../../core/types.js" */
/** @import { ScriptHistory } from "../../core/script-history.js" */
/** @import { ScriptView } from "./view.js" */
/** @import { ScriptActions } from "./actions.js" */

/** With more processes than this the gutter shows how many, and not who. */
const MOST_MARKS = 8;

/** While steps come in, the gutter is written again at most so often, in ms. */
const PAUSE = 250;

/** One line on the page. @typedef {{row: HTMLElement, gutter: HTMLElement, notes: HTMLElement, said: string}} Line */
/** @typedef {{root: HTMLElement, lines: Line[], counted: number, at: number}} Listing */

export class CodeView {
  #files;
  #listing;
  #actions;
  /** By file. @type {Map<string, Listing>} */
  #listings = new Map();
  #shown = "";
  #tabs = "";
  #noted = "";
  /** The line of the step on show. @type {HTMLElement | null} */
  #lit = null;
  #opened = false;

  /** @param {HTMLElement} root @param {ScriptActions} actions */
  constructor(root, actions) {
    this.#files = part(root, "files", HTMLElement);
    this.#listing = part(root, "listing", HTMLElement);
    this.#actions = actions;
    new ResizeObserver(() => this.#lit && this.#reveal(this.#lit, false)).observe(this.#listing);
  }

  /** @param {ScriptView} view */
  render(view) {
    const { run } = view;
    if (run.sources.length === 0) return;
    this.#renderTabs(view);
    const source = run.sources.find(({ file }) => file === view.file) ?? run.sources[0];
    if (!source) return;
    const known = this.#listings.get(source.file) ?? this.#made(source);
    if (this.#shown !== source.file) {
      this.#shown = source.file;
      this.#listing.replaceChildren(known.root);
      setAttribute(this.#listing, "aria-label", source.file);
      this.#noted = "";
      this.#lit = null;
    }
    this.#renderGutter(known, view, source.file);
    this.#renderNotes(known, view, source.file);
    this.#light(known, view, source.file);
    if (!this.#opened && view.findings.length > 0) {
      this.#opened = true;
      const first = view.findings[0]?.lines.find((line) => line.file === source.file);
      if (first) this.#reveal(known.lines[first.line - 1]?.row, true);
    }
  }

  /** @param {ScriptView} view */
  #renderTabs({ run, file, findings }) {
    const key = run.sources.map((each) => each.file).join("\n");
    show(this.#files, run.sources.length > 1);
    if (key !== this.#tabs) {
      this.#tabs = key;
      this.#files.replaceChildren(...run.sources.map((each) => this.#tab(each.file)));
    }
    for (const button of this.#files.querySelectorAll("button")) {
      setAttribute(button, "aria-pressed", String(button.dataset["file"] === file));
      toggle(button, "has-finding", findings.some(({ lines }) => lines.some((line) => line.file === button.dataset["file"])));
    }
  }

  /** @param {string} file */
  #tab(file) {
    const button = html("button", "", [file]);
    button.type = "button";
    button.dataset["file"] = file;
    button.addEventListener("click", () => this.#actions.openFile(file));
    return button;
  }

  /** @param {Code} source @returns {Listing} */
  #made({ file, text }) {
    const lines = text.replace(/\n$/, "").split("\n").map((code, index) => {
      const gutter = html("span", "line-gutter");
      const notes = html("div", "line-notes");
      const row = html("div", "line", [html("span", "line-number", [String(index + 1)]), gutter, html("code", "", [code || " "]), notes]);
      return { row, gutter, notes, said: "" };
    });
    const known = { root: html("div", "lines", lines.map(({ row }) => row)), lines, counted: -1, at: -Infinity };
    this.#listings.set(file, known);
    return known;
  }

  /** @param {Listing} known @param {ScriptView} view @param {string} file */
  #renderGutter(known, { history, loading }, file) {
    const now = performance.now();
    const lanes = processesOf(history);
    if (known.counted === history.length || (loading && now - known.at < PAUSE && known.counted > 0)) return;
    known.counted = history.length;
    known.at = now;
    const isCrowded = lanes.length > MOST_MARKS;
    known.root.style.setProperty("--marks", String(isCrowded ? 3 : lanes.length));
    for (const [line, visits] of history.visits(file)) {
      const place = known.lines[line - 1];
      if (!place) continue;
      /** @type {Map<string, number>} */
      const steps = new Map();
      for (const [lane, count] of visits) {
        const process = history.lanes[lane]?.process ?? "";
        steps.set(process, (steps.get(process) ?? 0) + count);
      }
      const names = lanes.filter((name) => steps.has(name));
      const total = [...steps.values()].reduce((sum, count) => sum + count, 0);
      const words = `${names.length > 4 ? `${names.length} processes` : list(names)}: ${counted(total, "step")}`;
      if (place.said === words) continue;
      place.said = words;
      place.gutter.title = words;
      const marks = isCrowded ? [html("b", "", [`${number(names.length)}×`])] : names.map((name) => mark(name, lanes.indexOf(name)));
      place.gutter.replaceChildren(...marks, html("span", "unseen", [words]));
    }
  }

  /** @param {Listing} known @param {ScriptView} view @param {string} file */
  #renderNotes(known, { findings, finding }, file) {
    const key = JSON.stringify([file, findings.map(({ message, count }) => [message, count]), findings.indexOf(/** @type {Finding} */ (finding))]);
    if (key === this.#noted) return;
    this.#noted = key;
    for (const { row, notes } of known.lines) {
      if (notes.childElementCount > 0) notes.replaceChildren();
      row.classList.remove("has-loss", "has-suspicion");
    }
    for (const each of findings.toReversed()) {
      const lines = [...new Set(each.lines.filter((line) => line.file === file).map(({ line }) => line))].sort((one, other) => one - other);
      const last = known.lines[(lines.at(-1) ?? 0) - 1];
      for (const line of lines) known.lines[line - 1]?.row.classList.add(each.certainty === "suspected" ? "has-suspicion" : "has-loss");
      if (!last) continue;
      const note = html("p", `line-note is-${each.certainty}`);
      setProse(note, each.message);
      last.notes.prepend(note);
    }
  }

  /** The line of the step on show. @param {Listing} known @param {ScriptView} view @param {string} file */
  #light(known, { step, moved, clip }, file) {
    const place = step !== null && step.line > 0 && (step.file ?? file) === file ? known.lines[step.line - 1] : undefined;
    if (this.#lit !== (place?.row ?? null)) {
      this.#lit?.classList.remove("is-current");
      this.#lit?.removeAttribute("aria-current");
      this.#lit = place?.row ?? null;
      this.#lit?.classList.add("is-current");
      this.#lit?.setAttribute("aria-current", "step");
      if (this.#lit && moved) this.#reveal(this.#lit, false);
    }
    toggle(this.#listing, "is-in-clip", clip);
  }

  /** Scrolls within the this.#listing alone, and only where that is needed. @param {HTMLElement | undefined} row @param {boolean} high */
  #reveal(row, high) {
    if (!row) return;
    const top = row.offsetTop;
    const { scrollTop, clientHeight } = this.#listing;
    if (clientHeight === 0 || (top >= scrollTop + 8 && top + row.offsetHeight <= scrollTop + clientHeight - 8)) return;
    this.#listing.scrollTop = Math.max(0, top - clientHeight * (high ? 0.35 : 0.45));
  }

}


/** The processes, without their threads, in the order of the lanes. @param {ScriptHistory} history */
export function processesOf(history) {
  return [...new Set(history.lanes.map(({ process }) => process))];
}

/** @param {string} name @param {number} place */
function mark(name, place) {
  const look = lookOfProcess(name);
  const box = html("span", "mark-box", [svg("svg", { class: `mark p${look}`, "aria-hidden": "true" }, [svg("use", { href: `#mark-${look}` })])]);
  box.style.setProperty("--place", String(place));
  return box;
}
