// Who a process is, beside text: its shape in its colour.

import { html, svg } from "./dom.js";

/** The shape of a process, for text in HTML. @param {number} process */
export function inlineMark(process) {
  const drawing = svg("svg", { class: `mark p${process}`, "aria-hidden": "true" }, [
    svg("use", { href: `#mark-${process}` }),
  ]);
  return html("span", "mark-box", [drawing]);
}
