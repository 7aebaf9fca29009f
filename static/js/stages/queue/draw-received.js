// What came out of the pipe, in order, and below it what came out in the previous run.

import { drawChips } from "../chips.js";
import { shown } from "../drawing-helpers.js";
import { chipOf } from "./draw-items.js";
import { lastTime } from "./previous-run.js";

/** @import { Chip } from "../chips.js" */
/** @import { Diagram } from "../diagram.js" */
/** @import { RememberedItem } from "./previous-run.js" */
/** @import { Queue } from "./model.js" */
/** @import { Scene } from "./stage.js" */

/** @param {Diagram} diagram @param {Scene} scene */
export function drawOut(diagram, scene) {
  const { middle, front } = diagram;
  const { view, queue, layout } = scene;
  const { out, rows, type, rowsLeft } = layout;
  const [row, other] = rows;
  if (row === undefined) return;
  front.draw("this time", "text", { class: "row-name", x: 0, y: row + 0.35 * type }, other === undefined ? "came out" : "this time");
  drawChips(middle, "out", queue.out, (got) => ({ ...chipOf(view, got, ""), isEarly: got.passed.length > 0 }), { x: rowsLeft, y: row }, layout, out);
  if (other !== undefined) drawLastTime(diagram, scene, other);
}

/** @param {Diagram} diagram @param {Scene} scene @param {number} y */
function drawLastTime({ middle, front }, { view, queue, layout }, y) {
  const { out, type, rowsLeft } = layout;
  front.draw("last time", "text", { class: "row-name", x: 0, y: y + 0.35 * type }, "last time");
  const before = lastTime(view);
  if (before) drawChips(middle, "before", before, (past, index) => chipOfPast(past, queue.out[index]), { x: rowsLeft, y }, layout, out);
  else front.draw("no last time", "text", { class: "quiet-words", x: rowsLeft, y: y + 0.35 * type }, "run it again to compare");
}

/** An item of the previous run stands out where another one came out now.
 * @param {RememberedItem} past @param {Queue["out"][number] | undefined} now @returns {Chip} */
function chipOfPast({ value, name }, now) {
  const differs = now !== undefined && now.value !== value;
  return { name, text: shown(value), tone: differs ? "is-other" : "is-past", isEarly: false };
}
