// main's lane: its life, what it waits in, and what it did: marks above its bar for tasks that go out, below it for what
// comes back.

import { xOf } from "../lanes.js";
import { processIndex, shown, widthOf } from "../drawing-helpers.js";
import { THINNEST } from "./draw-workers.js";
import { waitingWords } from "./step-sentences.js";

/** @import { Diagram } from "../diagram.js" */
/** @import { DrawingCache } from "./drawing-cache.js" */
/** @import { Layout } from "./layout.js" */
/** @import { MainAction, Wait } from "./model.js" */
/** @import { Scene } from "./stage.js" */

/** @param {Diagram} diagram @param {DrawingCache} cache @param {Scene} scene */
export function drawMain(diagram, cache, scene) {
  const { view, pool, at, layout: { axis, main } } = scene;
  const life = pool.workers[processIndex(view.run, "main")];
  const from = xOf(axis, life?.started ?? 0);
  const until = xOf(axis, life?.ended ?? at);
  const box = { x: from, y: main.y - main.height / 2, width: Math.max(THINNEST, until - from), height: main.height };
  diagram.middle.draw("main", "rect", { class: `life is-extra${life?.ended == null ? " is-open" : ""}`, ...box, rx: 2 });
  pool.waits.forEach((wait, index) => cache.once(`wait ${index}`, wait.to !== null, () => drawWait(diagram, scene, wait, index)));
  for (const [key, d] of cache.actions(pool.actions, cache.layout, scene.layout)) diagram.middle.draw(key, "path", { class: "main-action", d });
  nameActions(diagram, scene);
}

/** @param {Diagram} diagram @param {Scene} scene @param {Wait} wait @param {number} index */
function drawWait({ middle, front, hatched }, { view, at, layout: { axis, main, type } }, { forEnd, from, to }, index) {
  const left = xOf(axis, from);
  const width = Math.max(1, xOf(axis, to ?? at) - left);
  middle.draw(`wait ${index}`, "rect", { class: "wait", fill: hatched, x: left, y: main.y - main.height / 2, width, height: main.height });
  const text = waitingWords(forEnd, view.run);
  if (main.height < 1.1 * type || widthOf(text, type) + 0.6 * type > width) return;
  front.draw(`wait ${index}`, "text", { class: "wait-words", x: left + width / 2, y: main.y + 0.35 * type, "text-anchor": "middle" }, text);
}

/** What main did is named from the newest back, as far as there is room. @param {Diagram} diagram @param {Scene} scene */
function nameActions({ front }, { pool: { actions }, layout: { axis, type, actionsY } }) {
  if (actionsY === null) return;
  let free = axis.right + type;
  for (let index = actions.length - 1; index >= 0 && free > axis.left; index -= 1) {
    const action = /** @type {MainAction} */ (actions[index]);
    // A row of the same is named once, by its first.
    if (actions[index - 1]?.op === action.op && action.op === "submit") continue;
    const text = actionWords(action, actions, index);
    const width = widthOf(text, type);
    const x = Math.max(axis.left, Math.min(xOf(axis, action.t), axis.right - width));
    if (x + width + 0.6 * type > free) continue;
    front.draw(`action ${index}`, "text", { class: "main-action-words", x, y: actionsY + 0.35 * type }, text);
    free = x;
  }
}

/** @param {MainAction} action @param {readonly MainAction[]} actions @param {number} index */
function actionWords({ op, value, task }, actions, index) {
  if (op === "submit") {
    let last = index;
    while (actions[last + 1]?.op === "submit") last += 1;
    return last > index ? `submits ${task}–${actions[last]?.task}` : `submits ${task}`;
  }
  if (op === "callback") return value === 1 ? "callback(1 result)" : `callback(${value} results)`;
  if (op === "result") return value === 1 ? "1 result" : `${value} results`;
  if (op === "write") return `writes ${shown(value)}`;
  return `${op}()`;
}

/** @param {MainAction} action @param {Layout} layout */
export function strokeOfAction({ op, t }, { axis, main, type }) {
  const x = xOf(axis, t).toFixed(1);
  const top = main.y - main.height / 2;
  const bottom = main.y + main.height / 2;
  const size = 0.28 * type;
  if (op === "submit") return { key: "out", stroke: `M${x} ${top - 1}v${-size}` };
  if (op === "callback") return { key: "back", stroke: `M${x} ${bottom + 1}l${size} ${1.6 * size}h${-2 * size}z` };
  return { key: "back", stroke: `M${x} ${top}V${bottom + size}` };
}
