// Two SVG elements that many stages use: a piece of text, and the mark of a process in its colour.

import { svg } from "../shell/dom.js";

/** @param {number} x @param {number} y @param {string} className @param {"start" | "middle" | "end"} anchor @param {string} [content] */
export function label(x, y, className, anchor, content = "") {
  const text = svg("text", { x, y, class: className, "text-anchor": anchor });
  text.textContent = content;
  return text;
}

/** A process's shape, in its colour. @param {number} process @param {number} x @param {number} y @param {number} size */
export function mark(process, x, y, size) {
  const corner = { x: x - size / 2, y: y - size / 2 };
  return svg("use", { href: `#mark-${process}`, class: `mark p${process}`, ...corner, width: size, height: size });
}
