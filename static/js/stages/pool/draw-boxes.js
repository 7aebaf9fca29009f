// A box for each task, in the order of the tasks: those that wait, and one for each result, filled when its task is
// done.

import { colourOf } from "../../core/process-names.js";
import { nameOf, shown, widthOf } from "../drawing-helpers.js";
import { boxesOf, boxOf, isSmall } from "./columns.js";

/** @import { Diagram } from "../diagram.js" */
/** @import { Columns } from "./columns.js" */
/** @import { DrawingCache } from "./drawing-cache.js" */
/** @import { Row } from "./layout.js" */
/** @import { Task } from "./model.js" */
/** @import { Scene } from "./stage.js" */

/** More boxes than this are drawn in one stroke, without numbers. */
const MOST_BOXES = 60;

/** Tasks that were submitted and that no worker has taken yet. @param {Diagram} diagram @param {Scene} scene */
export function drawWaiting(diagram, scene) {
  const { pool: { tasks }, layout: { waiting, type } } = scene;
  if (!waiting) return;
  const open = tasks.filter(({ started }) => started === null);
  drawBoxes(diagram, scene, "waiting", open.map(({ number }) => number), "box is-waiting", waiting);
  if (tasks.length > MOST_BOXES || waiting.height < 1.05 * type) return;
  for (const { number } of open) drawWords(diagram, scene, `waiting ${number}`, number, String(number), waiting);
}

/** @param {Diagram} diagram @param {DrawingCache} cache @param {Scene} scene */
export function drawResults(diagram, cache, scene) {
  const { view: { run }, pool: { tasks, done, early }, planned, columns, layout: { results, type, orderY, axis } } = scene;
  drawBoxes(diagram, scene, "places", Array.from({ length: planned }, (_, number) => number), "box", results);
  for (const [worker, d] of cache.done(done, `${cache.layout} ${planned}`, { tasks, columns, row: results })) {
    const name = `box is-done ${colourOf(nameOf(run, Number(worker)))}`;
    diagram.back.draw(`done ${worker}`, "path", { class: isSmall(columns) ? `${name} is-small` : name, d });
  }
  if (planned <= MOST_BOXES && results.height >= 1.05 * type) {
    for (const number of done) drawWords(diagram, scene, `result ${number}`, number, shown(tasks[number]?.result ?? null), results);
  }
  if (orderY === null || early === 0) return;
  diagram.front.draw("order", "text", { class: "main-action-words", x: axis.left, y: orderY + 0.35 * type }, orderWords(done, axis.right - axis.left, type));
}

/** @param {Diagram} diagram @param {Scene} scene @param {string} key @param {readonly number[]} numbers in their order @param {string} name @param {Row} row */
function drawBoxes({ back }, { columns }, key, numbers, name, row) {
  if (numbers.length === 0) return;
  back.draw(key, "path", { class: isSmall(columns) ? `${name} is-small` : name, d: boxesOf(numbers, columns, row) });
}

/** What is written in a box, where it is wide enough.
 * @param {Diagram} diagram @param {Scene} scene @param {string} key @param {number} number of the task @param {string} text @param {Row} row */
function drawWords({ front }, { columns, layout: { type } }, key, number, text, row) {
  if (widthOf(text, type) > columns.width - 2) return;
  front.draw(key, "text", { class: "box-words", x: columns.x(number) + columns.width / 2, y: row.y + 0.35 * type, "text-anchor": "middle" }, text);
}

/** @param {number} number @param {{tasks: readonly Task[], columns: Columns, row: Row}} where */
export function strokeOfDone(number, { tasks, columns, row }) {
  return { key: String(tasks[number]?.worker ?? -1), stroke: boxOf(number, number, columns, row) };
}

/** @param {readonly number[]} done @param {number} room @param {number} type */
function orderWords(done, room, type) {
  let text = "done in the order";
  for (const [index, number] of done.entries()) {
    const isLast = index === done.length - 1;
    if (widthOf(`${text} ${number}${isLast ? "" : " …"}`, type) > room) return index > 0 ? `${text} …` : "";
    text += ` ${number}`;
  }
  return text;
}
