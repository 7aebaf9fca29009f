// Who a process is, beside text: its shape in its colour.

import { numberOf } from "../core/process-names.js";
import { html, svg } from "./dom.js";

/** So many shapes there are; the one after them is the ring of those that have no number. */
const SHAPES = 8;

/** The shape of a process, for text in HTML. @param {string} name */
export function inlineMark(name) {
  const number = numberOf(name);
  const shape = number < 0 ? SHAPES : number % SHAPES;
  const drawing = svg("svg", { class: `mark p${shape}`, "aria-hidden": "true" }, [svg("use", { href: `#mark-${shape}` })]);
  return html("span", "mark-box", [drawing]);
}
