// One lost update as a picture that can be taken away: four moments of its death, its steps, the line of code, and where
// it can be seen again. Pure: a view goes in, the text of an SVG with the page's classes comes out.

import { anatomy } from "../../core/anatomy.js";
import { IMPACT } from "../../core/death.js";
import { counted, number } from "../../core/format.js";
import { TextPen, escaped } from "../svg-text.js";
import { MOST_CARDS, layOut } from "./layout.js";
import { PLANES, paint } from "./picture.js";
import { hasGate } from "./scene.js";
import { wrapped } from "./shapes.js";
import { sentence } from "./step-sentences.js";

/** @import { Anatomy } from "../../core/anatomy.js" */
/** @import { ViewState } from "../../core/types.js" */
/** @import { Plane } from "./picture.js" */

const WIDTH = 1200;
const MARGIN = 32;
const GAP = 24;
const PANEL = { width: (WIDTH - 2 * MARGIN - GAP) / 2, height: 300, words: 58 };
const TOP = 108;
const ROW = 28;
const TYPE = 17;

/** The letters that fit into a line below a panel. */
const LETTERS = 62;

/** The moments of the death that the write at a position dealt. @param {ViewState} view @param {number} position
 * @returns {{title: string, position: number, progress: number}[]} */
export function momentsOf({ history }, position) {
  const shown = anatomy(history, position);
  const before = shown.rows.filter((row) => row.position < position);
  const reads = before.filter(({ position: at }) => history.step(at - 1).op === "read");
  const writes = before.filter(({ position: at }) => history.step(at - 1).op === "write");
  const moments = [
    { title: reads.length > 1 ? "Both have read" : "It has read", position: reads.at(-1)?.position ?? position, progress: 1 },
    { title: "Out of date", position: writes.at(-1)?.position ?? position, progress: 1 },
    { title: "Impact", position, progress: IMPACT + 0.1 },
    { title: "At rest", position, progress: 1 },
  ];
  // In the order in which it happened.
  return moments.sort((one, other) => one.position - other.position || one.progress - other.progress);
}

/** The same race at another moment. @param {ViewState} view @param {number} position @param {number} progress @returns {ViewState} */
export function viewAt(view, position, progress) {
  const { history } = view;
  return {
    ...view,
    position,
    progress,
    before: history.stateAt(position - 1),
    state: history.stateAt(position),
    step: history.step(position - 1),
    atEnd: false,
    moving: true,
  };
}

/** @param {ViewState} view @param {number} position of the write that erased it @param {string} address @returns {string} */
export function lossPicture(view, position, address) {
  const shown = anatomy(view.history, position);
  const rows = [...momentsOf(view, position).entries()].map(([index, moment]) => panel(view, moment, index));
  const steps = TOP + 2 * (PANEL.height + PANEL.words + 44) + 8;
  const height = steps + (shown.rows.length + 1) * ROW + 62;
  const crowd = view.history.stateAt(position).processes.length > MOST_CARDS ? " is-crowd" : "";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" class="loss-picture${crowd}">`,
    `<rect class="loss-picture-ground" width="${WIDTH}" height="${height}"/>`,
    text(MARGIN, 56, 34, "loss-picture-title", "How one update was lost"),
    text(MARGIN, 86, TYPE, "quiet-words", about(view)),
    ...rows,
    table(shown, steps),
    code(view, position, height - 24),
    text(WIDTH - MARGIN, height - 24, 15, "quiet-words", address, "end"),
    "</svg>",
  ].join("");
}

/** @param {ViewState} view */
function about({ run, pace, variant }) {
  const { processes, iterations } = run.request;
  return `${number(processes)} real ${processes === 1 ? "process" : "processes"}, ${counted(iterations, "increment")} each, ${variant.title} · ${pace.badge}`;
}

/** @param {number} x @param {number} y @param {number} size @param {string} about @param {string} content @param {"start" | "middle" | "end"} [anchor] */
function text(x, y, size, about, content, anchor = "start") {
  return `<text x="${x}" y="${y}" font-size="${size}" class="${about}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

/** @param {ViewState} view @param {{title: string, position: number, progress: number}} moment @param {number} index */
function panel(view, { title, position, progress }, index) {
  const at = viewAt(view, position, progress);
  const x = MARGIN + (index % 2) * (PANEL.width + GAP);
  const y = TOP + Math.floor(index / 2) * (PANEL.height + PANEL.words + 44);
  const inner = { width: PANEL.width - 32, height: PANEL.height - 48 };
  const layout = layOut(inner.width, inner.height, at.state.processes.length, 13, at.state.cells.length, hasGate(at));
  const pens = /** @type {Record<Plane, TextPen>} */ (Object.fromEntries(PLANES.map((plane) => [plane, new TextPen()])));
  paint(pens, at, layout);
  const words = wrapped(sentence(at), LETTERS);
  return [
    `<g transform="translate(${x} ${y})"><rect class="loss-picture-panel" width="${PANEL.width}" height="${PANEL.height + PANEL.words + 22}" rx="6"/>`,
    text(16, 30, TYPE, "loss-picture-head", `${index + 1}  ${title}`),
    text(PANEL.width - 16, 30, 14, "quiet-words", `step ${position}`, "end"),
    `<g transform="translate(16 40)">${PLANES.map((plane) => `<g class="plane-${plane}">${pens[plane].text}</g>`).join("")}</g>`,
    ...words.map((line, row) => text(16, PANEL.height + 20 + row * 23, 16, progress < 1 || index === 3 ? "loss-words" : "loss-picture-words", line)),
    "</g>",
  ].join("");
}

/** @param {Anatomy} shown @param {number} y */
function table({ rows, names, processes, cell }, y) {
  const columns = [MARGIN, ...processes.map((_, index) => MARGIN + 90 + index * 400), WIDTH - MARGIN - 170];
  /** @param {number} row @param {readonly string[]} texts @param {string} about */
  const line = (row, texts, about) => texts.map((content, column) => text(columns[column] ?? 0, y + row * ROW + 18, 16, about, content)).join("");
  return [
    line(0, ["step", ...names, cell], "loss-picture-head"),
    ...rows.map(({ position, process, did, erases, after }, index) => {
      const words = erases ? `${did} ✕ ${erases}` : did;
      return line(index + 1, [String(position), ...processes.map((one) => (one === process ? words : "")), after], erases ? "loss-words" : "loss-picture-words");
    }),
  ].join("");
}

/** The line that the killing write is on. @param {ViewState} view @param {number} position @param {number} y */
function code({ run, history }, position, y) {
  const line = history.step(position - 1).line ?? 0;
  const source = run.code?.text.split("\n")[line - 1]?.trim() ?? "";
  return source ? text(MARGIN, y, 17, "loss-picture-code", source) : "";
}
