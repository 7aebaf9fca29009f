// Many processes, a lane each: shape, name, what it holds, and whether that is out of date, waits or has ended. Who moved
// last is lit. In words where there is room for a word; else the register itself says it.

import { lookOf } from "../../core/process-names.js";
import { captionOf } from "./captions.js";
import { drawRegister } from "./register.js";
import { WORD_LETTER, card, line, mark, write } from "./shapes.js";

/** @import { ProcessState, ViewState } from "../../core/types.js" */
/** @import { Box, Layout } from "./layout.js" */
/** @import { Lane } from "./lane-layout.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Pen } from "./shapes.js" */

/** Who moved last. @param {Pen} pen @param {Layout} layout @param {ViewState} view */
export function drawLit(pen, { lanes, type, scale }, { step, atEnd }) {
  const lane = step && !atEnd ? lanes[step.process] : undefined;
  if (step && lane) card(pen, "lit", grown(lane.box, 0.14 * type), `lane-lit p${lookOf(step.process)}`, 4 * scale);
}

/** @param {Pen} pen @param {Scene} scene @param {Layout} layout */
export function drawLanes(pen, scene, layout) {
  layout.lanes.forEach((lane, process) => {
    const state = scene.state.processes[process];
    const name = scene.state.names[process];
    if (!state || name === undefined) return;
    const { type } = layout;
    const ended = state.ended ? " has-ended" : "";
    if (lane.hasNumber) drawHeld(pen, scene, layout, process);
    else card(pen, `${process} lane`, lane.box, `lane-plate p${lookOf(process)}${lookOfPlate(scene, process)}${ended}`, 3 * layout.scale);
    mark(pen, `${process} mark`, process, lane.mark, 1.1 * type, null, ended);
    write(pen, `${process} name`, lane.name, `card-name${ended}`, type, lane.name.anchor, name);
    drawWord(pen, scene, layout, process);
  });
}

/** Its register; once it has ended it has none. @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {number} process */
function drawHeld(pen, scene, layout, process) {
  const { register, middle, word } = /** @type {Lane} */ (layout.lanes[process]);
  const { ended, waits, holds } = /** @type {ProcessState} */ (scene.state.processes[process]);
  if (holds !== null) card(pen, `${process} holds`, grown(register, 0.13 * layout.type), "lane-holds", 4 * layout.scale);
  if (!ended) drawRegister(pen, scene, layout, process);
  if (waits !== null) pen.draw(`${process} hatch`, "path", { d: hatched(register, 0.3 * layout.type), class: "lane-hatch" });
  if (word === null && (ended || waits !== null)) {
    const said = ended ? "done" : "waits";
    write(pen, `${process} word`, { x: middle.x, y: middle.y + 0.34 * layout.type }, `lane-word${ended ? " has-ended" : ""}`, layout.type, "middle", said);
  }
}

/** What a lane without a register says by its outline. @param {Scene} scene @param {number} process */
function lookOfPlate({ state, outOfDate }, process) {
  const { register, ended, waits, holds } = /** @type {ProcessState} */ (state.processes[process]);
  if (ended) return "";
  if (holds !== null) return " is-holding";
  if (waits !== null) return " is-waiting";
  if (outOfDate[process]) return " is-stale";
  return register ? " is-full" : "";
}

/** @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {number} process */
function drawWord(pen, { state, isDead }, layout, process) {
  const { word, room } = /** @type {Lane} */ (layout.lanes[process]);
  const { ended, failed } = /** @type {ProcessState} */ (state.processes[process]);
  if (!word) return;
  const { words, isLoss } = captionOf(state, process, { isDead, isBrief: true, killed: null });
  const said = ended ? (failed ? "failed" : "done") : words;
  const about = `card-caption${isLoss ? " is-frayed" : ""}${ended ? " has-ended" : ""}`;
  write(pen, `${process} word`, word, about, sizeIn(room, layout, said), word.anchor, said);
}

/** The size at which a word fits into its room. @param {number} room @param {Layout} layout @param {string} word */
function sizeIn(room, { type }, word) {
  return Math.min(type, room / (Math.max(1, word.length) * (WORD_LETTER + 0.03)));
}

/** @param {Box} box @param {number} by on each side @returns {Box} */
function grown({ x, y, width, height }, by) {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** Strokes across a box: it waits. @param {Box} box @param {number} step between two of them */
function hatched({ x, y, width, height }, step) {
  /** @type {string[]} */
  const strokes = [];
  for (let at = step; at < width + height; at += step) {
    const from = { x: x + Math.min(at, width), y: y + Math.max(0, at - width) };
    const to = { x: x + Math.max(0, at - height), y: y + Math.min(at, height) };
    strokes.push(line([from, to]));
  }
  return strokes.join("");
}
