// main's lane: its life, what it waits in, and what it did: marks above its bar for tasks that go out, below it for what
// comes back.

import { xOf } from "../lanes.js";
import { placeOf, shown, widthOf } from "../drawing-helpers.js";
import { THINNEST } from "./draw-workers.js";
import { waitingWords } from "./step-sentences.js";

/** @import { Diagram } from "../diagram.js" */
/** @import { Kept } from "./drawing-cache.js" */
/** @import { Layout } from "./layout.js" */
/** @import { MainAction, Wait } from "./model.js" */
/** @import { Scene } from "./stage.js" */

/** @param {Diagram} diagram @param {Kept} kept @param {Scene} scene */
export function drawMain(diagram, kept, scene) {
  const { view, pool, at, layout: { axis, main } } = scene;
  const life = pool.workers[placeOf(view.run, "main")];
  const from = xOf(axis, life?.started ?? 0);
  const until = xOf(axis, life?.ended ?? at);
  const box = { x: from, y: main.y - main.height / 2, width: Math.max(THINNEST, until - from), height: main.height };
  diagram.middle.draw("main", "rect", { class: `life is-extra${life?.ended == null ? " is-open" : ""}`, ...box, rx: 2 });
  pool.waits.forEach((wait, index) => kept.once(`wait ${index}`, wait.to !== null, () => drawWait(diagram, scene, wait, index)));
  for (const [key, d] of kept.deeds(pool.deeds, kept.layout, scene.layout)) diagram.middle.draw(key, "path", { class: "deed", d });
  nameDeeds(diagram, scene);
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
function nameDeeds({ front }, { pool: { deeds }, layout: { axis, type, deedsY } }) {
  if (deedsY === null) return;
  let free = axis.right + type;
  for (let index = deeds.length - 1; index >= 0 && free > axis.left; index -= 1) {
    const deed = /** @type {MainAction} */ (deeds[index]);
    // A row of the same is named once, by its first.
    if (deeds[index - 1]?.op === deed.op && deed.op === "submit") continue;
    const text = deedWords(deed, deeds, index);
    const width = widthOf(text, type);
    const x = Math.max(axis.left, Math.min(xOf(axis, deed.t), axis.right - width));
    if (x + width + 0.6 * type > free) continue;
    front.draw(`deed ${index}`, "text", { class: "deed-words", x, y: deedsY + 0.35 * type }, text);
    free = x;
  }
}

/** @param {MainAction} deed @param {readonly MainAction[]} deeds @param {number} index */
function deedWords({ op, value, task }, deeds, index) {
  if (op === "submit") {
    let last = index;
    while (deeds[last + 1]?.op === "submit") last += 1;
    return last > index ? `submits ${task}–${deeds[last]?.task}` : `submits ${task}`;
  }
  if (op === "callback") return value === 1 ? "callback(1 result)" : `callback(${value} results)`;
  if (op === "result") return value === 1 ? "1 result" : `${value} results`;
  if (op === "write") return `writes ${shown(value)}`;
  return `${op}()`;
}

/** @param {MainAction} deed @param {Layout} layout */
export function strokeOfDeed({ op, t }, { axis, main, type }) {
  const x = xOf(axis, t).toFixed(1);
  const top = main.y - main.height / 2;
  const bottom = main.y + main.height / 2;
  const size = 0.28 * type;
  if (op === "submit") return { key: "out", stroke: `M${x} ${top - 1}v${-size}` };
  if (op === "callback") return { key: "back", stroke: `M${x} ${bottom + 1}l${size} ${1.6 * size}h${-2 * size}z` };
  return { key: "back", stroke: `M${x} ${top}V${bottom + size}` };
}
