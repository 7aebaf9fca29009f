// What stands ready before a race, as one sees it from the last row: the number, and the processes around it.

import { lookOf, nameAt } from "../core/process-names.js";
import { html, svg } from "../shell/dom.js";

/** More processes than these are no picture any more. */
const MOST = 8;

/** The drawing is so wide and high, in units of its own; each process has a row of this height. */
const WIDTH = 800;
const ROW = 84;
const BOX = { width: 112, height: 66 };

/** @param {{processes: number, cell: string, initial: number}} what */
export function restingPicture({ processes, cell, initial }) {
  if (processes > MOST) return html("p", "resting-many", [html("b", "", [String(processes)]), ` processes, one ${cell}: `, html("b", "", [String(initial)])]);
  const rows = Math.ceil(processes / 2);
  const height = Math.max(150, rows * ROW);
  const middle = height / 2;
  const drawing = svg("svg", { class: "resting", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": `${cell} is ${initial}, and ${processes} processes stand ready.` });
  for (let process = 0; process < processes; process += 1) {
    const isLeft = process < rows;
    const inColumn = isLeft ? rows : processes - rows;
    const y = middle + ((isLeft ? process : process - rows) - (inColumn - 1) / 2) * ROW;
    drawing.append(...seat(process, isLeft, y, middle));
  }
  drawing.append(
    svg("rect", { class: "cell-box", x: WIDTH / 2 - 97, y: middle - 67, width: 194, height: 134, rx: 5 }),
    text("cell-name", WIDTH / 2, middle - 32, 25, cell),
    text("cell-value", WIDTH / 2, middle + 42, 72, String(initial)),
  );
  return drawing;
}

/** @param {number} process @param {boolean} isLeft @param {number} y @param {number} middle of the number */
function seat(process, isLeft, y, middle) {
  const x = isLeft ? 50 : WIDTH - 50 - BOX.width;
  const centre = x + BOX.width / 2;
  const inner = isLeft ? x + BOX.width : x;
  const cell = WIDTH / 2 + (isLeft ? -97 : 97);
  const end = Math.max(middle - 50, Math.min(y, middle + 50));
  const name = svg("text", { x: isLeft ? x - 12 : x + BOX.width + 12, y: y + 10, "text-anchor": isLeft ? "end" : "start", class: "resting-name", "font-size": 28 });
  name.textContent = nameAt(process);
  return [
    svg("path", { class: "wire", d: `M${inner} ${y}L${cell} ${end}` }),
    svg("rect", { class: "resting-seat", x, y: y - BOX.height / 2, width: BOX.width, height: BOX.height, rx: 5 }),
    svg("use", { href: `#mark-${lookOf(process)}`, class: `mark p${lookOf(process)}`, x: centre - 17, y: y - 17, width: 34, height: 34 }),
    name,
  ];
}

/** @param {string} about @param {number} x @param {number} y @param {number} size @param {string} words */
function text(about, x, y, size, words) {
  const made = svg("text", { class: about, x, y, "font-size": size, "text-anchor": "middle" });
  made.textContent = words;
  return made;
}
