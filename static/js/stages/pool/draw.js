// The drawing of a pool, from its lanes to the hairline of now; and what moves in it when a step is shown.

import { appear, arrive } from "../motion.js";
import { drawAxis, drawName, drawNow, xOf } from "../lanes.js";
import { drawResults, drawWaiting } from "./draw-boxes.js";
import { drawMain } from "./draw-main.js";
import { drawTasks, drawWorker, rowOf } from "./draw-workers.js";

/** @import { Step } from "../../core/types.js" */
/** @import { Diagram } from "../diagram.js" */
/** @import { DrawingCache } from "./drawing-cache.js" */
/** @import { Scene } from "./stage.js" */

/** @param {Diagram} diagram @param {DrawingCache} cache @param {Scene} scene */
export function draw(diagram, cache, scene) {
  drawLanes(diagram, scene);
  drawResults(diagram, cache, scene);
  if (scene.view.position === 0) return;
  drawWaiting(diagram, scene);
  drawMain(diagram, cache, scene);
  scene.names.forEach((name, row) => drawWorker(diagram, scene, name, row));
  drawTasks(diagram, cache, scene);
  if (!scene.view.atEnd) drawTime(diagram, scene);
}

/** The names of the lanes, and the time axis. @param {Diagram} diagram @param {Scene} scene */
function drawLanes({ back, front }, { view, names, layout }) {
  const { axis, type, main, workers, results, waiting, footer } = layout;
  drawName(front, "main", main.y, type, 0);
  back.draw("rail main", "path", { class: "rail", d: `M${axis.left} ${main.y}H${axis.right}` });
  names.forEach((name, row) => {
    const y = (workers[row] ?? main).y;
    drawName(front, name, y, type, row + 1);
    back.draw(`rail ${row}`, "path", { class: "rail", d: `M${axis.left} ${y}H${axis.right}` });
  });
  for (const [name, row] of /** @type {const} */ ([["waiting", waiting], ["results", results]])) {
    if (row) front.draw(`row ${name}`, "text", { class: "row-name", x: 0, y: row.y + 0.35 * type }, name);
  }
  if (footer !== null && view.length > 0) drawAxis(front, axis, footer, type, ["true time"]);
}

/** A hairline over main and one over the workers: the tasks that wait between them have no time.
 * @param {Diagram} diagram @param {Scene} scene */
function drawTime({ back }, { at, layout: { axis, main, workers, results, footer } }) {
  const x = xOf(axis, at);
  drawNow(back, "main", x, 0, main.y + 0.7 * main.height);
  drawNow(back, "workers", x, (workers[0] ?? main).y - main.height, footer ?? results.y - results.height / 2 - 2);
}

/** A task goes from where it waited to its worker, and its result appears. @param {Diagram} diagram @param {Scene} scene @param {Step} step */
export function animate({ middle, front }, { view: { motion, run }, pool, layout, columns }, { op, task: number }) {
  if (motion === 0 || number === null || number === undefined) return;
  const task = pool.tasks[number];
  const bar = middle.find(`task ${number}`);
  if (op === "task_start" && bar && task && layout.waiting) {
    const from = { x: columns.x(number) + columns.width / 2, y: layout.waiting.y };
    const to = { x: xOf(layout.axis, task.started ?? 0), y: (layout.workers[rowOf(run, task.worker)] ?? layout.main).y };
    const words = front.find(`task ${number}`);
    arrive(bar, from, to, 1, motion);
    if (words) appear(words, motion / 2);
  }
  const result = op === "task_end" ? front.find(`result ${number}`) : null;
  if (result) appear(result, motion / 2);
}
