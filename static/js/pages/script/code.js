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
/** @typedef {{root: HTMLElement, lines: Line[], counted: number, at: number, gutterOf: string}} Listing */

/** @param {HTMLElement} root @param {ScriptActions} actions */
export function createCode(root, actions) {
  const files = part(root, "files", HTMLElement);
  const listing = part(root, "listing", HTMLElement);
  /** @type {Map<string, Listing>} */
  const listings = new Map();
  let shown = "";
  let tabs = "";
  let noted = "";
  /** @type {HTMLElement | null} */
  let lit = null;
  let opened = false;

  /** @param {ScriptView} view */
  function render(view) {
    const { run } = view;
    if (run.sources.length === 0) return;
    renderTabs(view);
    const source = run.sources.find(({ file }) => file === view.file) ?? run.sources[0];
    if (!source) return;
    const known = listings.get(source.file) ?? made(source);
    if (shown !== source.file) {
      shown = source.file;
      listing.replaceChildren(known.root);
      setAttribute(listing, "aria-label", source.file);
      noted = "";
      lit = null;
    }
    renderGutter(known, view, source.file);
    renderNotes(known, view, source.file);
    light(known, view, source.file);
    if (!opened && view.findings.length > 0) {
      opened = true;
      const first = view.findings[0]?.lines.find((line) => line.file === source.file);
      if (first) reveal(known.lines[first.line - 1]?.row, true);
    }
  }

  /** @param {ScriptView} view */
  function renderTabs({ run, file, findings }) {
    const key = run.sources.map((each) => each.file).join("\n");
    show(files, run.sources.length > 1);
    if (key !== tabs) {
      tabs = key;
      files.replaceChildren(...run.sources.map((each) => tab(each.file)));
    }
    for (const button of files.querySelectorAll("button")) {
      setAttribute(button, "aria-pressed", String(button.dataset["file"] === file));
      toggle(button, "has-finding", findings.some(({ lines }) => lines.some((line) => line.file === button.dataset["file"])));
    }
  }

  /** @param {string} file */
  function tab(file) {
    const button = html("button", "", [file]);
    button.type = "button";
    button.dataset["file"] = file;
    button.addEventListener("click", () => actions.openFile(file));
    return button;
  }

  /** @param {Code} source @returns {Listing} */
  function made({ file, text }) {
    const lines = text.replace(/\n$/, "").split("\n").map((code, index) => {
      const gutter = html("span", "line-gutter");
      const notes = html("div", "line-notes");
      const row = html("div", "line", [html("span", "line-number", [String(index + 1)]), gutter, html("code", "", [code || " "]), notes]);
      return { row, gutter, notes, said: "" };
    });
    const known = { root: html("div", "lines", lines.map(({ row }) => row)), lines, counted: -1, at: -Infinity, gutterOf: "" };
    listings.set(file, known);
    return known;
  }

  /** @param {Listing} known @param {ScriptView} view @param {string} file */
  function renderGutter(known, { history, loading }, file) {
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
  function renderNotes(known, { findings, finding }, file) {
    const key = JSON.stringify([file, findings.map(({ message, count }) => [message, count]), findings.indexOf(/** @type {Finding} */ (finding))]);
    if (key === noted) return;
    noted = key;
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
  function light(known, { step, moved, clip }, file) {
    const place = step !== null && step.line > 0 && (step.file ?? file) === file ? known.lines[step.line - 1] : undefined;
    if (lit !== (place?.row ?? null)) {
      lit?.classList.remove("is-current");
      lit?.removeAttribute("aria-current");
      lit = place?.row ?? null;
      lit?.classList.add("is-current");
      lit?.setAttribute("aria-current", "step");
      if (lit && moved) reveal(lit, false);
    }
    toggle(listing, "is-in-clip", clip);
  }

  /** Scrolls within the listing alone, and only where that is needed. @param {HTMLElement | undefined} row @param {boolean} high */
  function reveal(row, high) {
    if (!row) return;
    const top = row.offsetTop;
    const { scrollTop, clientHeight } = listing;
    if (clientHeight === 0 || (top >= scrollTop + 8 && top + row.offsetHeight <= scrollTop + clientHeight - 8)) return;
    listing.scrollTop = Math.max(0, top - clientHeight * (high ? 0.35 : 0.45));
  }

  new ResizeObserver(() => lit && reveal(lit, false)).observe(listing);
  return { render };
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
