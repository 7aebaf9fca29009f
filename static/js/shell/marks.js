// The mark of a process beside text: its shape in its colour.

import { numberOf } from "../core/process-names.js";
import { html, svg } from "./dom.js";

/** The number of shapes. The one after them is a ring, for processes without a number. */
const SHAPES = 8;

/** The shape of a process, for text in HTML. @param {string} name */
export function inlineMark(name) {
  const number = numberOf(name);
  const shape = number < 0 ? SHAPES : number % SHAPES;
  const drawing = svg("svg", { class: `mark p${shape}`, "aria-hidden": "true" }, [svg("use", { href: `#mark-${shape}` })]);
  return html("span", "mark-box", [drawing]);
}
