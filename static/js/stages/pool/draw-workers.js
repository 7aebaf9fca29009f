// The lanes of the workers: when each was launched, how long it lived, and a bar for each task that it took.

import { xOf } from "../lanes.js";
import { colourOf } from "../../core/process-names.js";
import { nameOf, processIndex, shown, widthOf } from "../drawing-helpers.js";

/** @import { RunView } from "../../core/types.js" */
/** @import { Diagram } from "../diagram.js" */
/** @import { DrawingCache } from "./drawing-cache.js" */
/** @import { Task } from "./model.js" */
/** @import { Scene } from "./stage.js" */

/** A bar for something so short that it could not be seen is this wide. */
export const THINNEST = 2;

/** @param {Diagram} diagram @param {Scene} scene @param {string} name @param {number} row */
export function drawWorker({ middle }, { view, pool, at, layout: { axis, workers, type } }, name, row) {
  const life = pool.workers[processIndex(view.run, name)];
  const y = workers[row]?.y;
  if (!life || y === undefined || life.launched === null) return;
  const begin = xOf(axis, life.started ?? at);
  const colour = colourOf(name);
  middle.draw(`gap ${row}`, "path", { class: `gap ${colour}`, d: `M${xOf(axis, life.launched)} ${y}H${begin}` });
  if (life.started === null) return;
  const until = xOf(axis, life.ended ?? at);
  middle.draw(`track ${row}`, "path", { class: `track ${colour}`, d: `M${begin} ${y}H${until}` });
  if (life.ended !== null) middle.draw(`end ${row}`, "path", { class: `track-end ${colour}`, d: `M${until} ${y - 0.4 * type}v${0.8 * type}` });
}

/** @param {Diagram} diagram @param {DrawingCache} cache @param {Scene} scene */
export function drawTasks(diagram, cache, scene) {
  for (const task of scene.pool.tasks) {
    if (task.started === null) continue;
    const { started } = task;
    cache.once(`task ${task.number}`, task.ended !== null, () => drawTask(diagram, scene, task, started));
  }
}

/** @param {Diagram} diagram @param {Scene} scene @param {Task} task @param {number} started */
function drawTask({ middle, front }, { view: { run }, at, layout: { axis, type, workers } }, { number, worker, ended, result }, started) {
  const row = workers[rowOf(run, worker)];
  if (!row) return;
  const x = xOf(axis, started);
  const width = Math.max(THINNEST, xOf(axis, ended ?? at) - x);
  const box = { x, y: row.y - row.height / 2, width, height: row.height };
  middle.draw(`task ${number}`, "rect", { class: `task ${colourOf(nameOf(run, worker))}${ended === null ? " is-open" : ""}`, ...box, rx: width > 6 ? 2 : 0 });
  if (row.height < 1.1 * type) return;
  const texts = ended === null || result === null ? [String(number)] : [`${number} → ${shown(result)}`, String(number)];
  const text = texts.find((one) => widthOf(one, type) + 0.3 * type < width);
  if (text) front.draw(`task ${number}`, "text", { class: "bar-words", x: x + width / 2, y: row.y + 0.35 * type, "text-anchor": "middle" }, text);
}

/** The lane of a worker: main has none among them. @param {RunView} run @param {number} worker */
export function rowOf({ processes }, worker) {
  return processes.slice(0, worker).filter(({ name }) => name !== "main").length;
}
