// The code that really ran, with a marker for each process on the line it is on.

import { html, setAttribute, setText, show, toggle } from "../dom.js";
import { inlineMark } from "./stage-parts.js";

/** @import { Code, Frame } from "../types.js" */

/** @param {HTMLElement} figure */
export function createCode(figure) {
  /** @type {Code | null} */
  let shown = null;
  /** @type {{line: HTMLElement, gutter: HTMLElement}[]} */
  let lines = [];

  /** @param {Code} code */
  function write(code) {
    shown = code;
    lines = code.text.trimEnd().split("\n").map((text) => {
      const gutter = html("span", "code-gutter");
      return { gutter, line: html("div", "code-line", [gutter, html("code", "", [text || " "])]) };
    });
    const listing = html("div", "code-listing", lines.map(({ line }) => line));
    // Long code scrolls, so the keyboard must be able to reach it.
    listing.tabIndex = 0;
    setAttribute(listing, "role", "group");
    setAttribute(listing, "aria-label", `The code that runs, from ${code.file}`);
    figure.replaceChildren(listing, html("figcaption", "code-file", [code.file]));
  }

  /** @param {Frame} frame */
  function render({ run, state, look }) {
    const code = run.code ?? null;
    show(figure, code !== null && look.panel === "code");
    if (code === null || look.panel !== "code") return;
    if (code.text !== shown?.text) write(code);
    figure.style.setProperty("--gutter", String(Math.min(5, Math.max(2, state.processes.length))));
    toggle(figure, "is-crowded", state.processes.length > 4);
    lines.forEach(({ line, gutter }, index) => {
      const here = state.processes.flatMap((process, number) =>
        process.line === index + 1 ? [number] : [],
      );
      const wanted = here.join(" ");
      if (gutter.dataset["here"] === wanted) return;
      gutter.dataset["here"] = wanted;
      gutter.replaceChildren(...here.map(inlineMark));
      toggle(line, "is-current", here.length > 0);
      if (here.length > 0) gutter.append(hidden(here));
    });
  }

  /** @param {number[]} here */
  function hidden(here) {
    const names = html("span", "unseen");
    setText(names, `${here.map((process) => `P${process + 1}`).join(", ")}: `);
    return names;
  }

  return { render, destroy() {} };
}
