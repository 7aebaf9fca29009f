// main's lane, and in every lane what its process waits for.

import { drawWordsFrom, xOf } from "../lanes.js";
import { nameOf } from "../drawing-helpers.js";
import { fitting, holdsWords, middleOf } from "./layout.js";
import { rowOf } from "./model.js";

/** @import { Diagram } from "../diagram.js" */
/** @import { Wait } from "./model.js" */
/** @import { Scene } from "./stage.js" */

/** @param {Diagram} diagram @param {Scene} scene */
export function drawMain(diagram, scene) {
  const { lives, at, layout } = scene;
  const { axis, bar } = layout;
  const life = lives.all[lives.main];
  if (!life) return;
  const x = xOf(axis, life.started ?? 0);
  const box = { x, y: middleOf(layout, 0) - bar / 2, width: Math.max(2, xOf(axis, life.ended ?? at) - x), height: bar };
  diagram.middle.draw("parent", "rect", { class: `life is-extra${life.ended === null ? " is-open" : ""}`, ...box, rx: 2 });
  lives.waits.forEach((wait, index) => rowOf(lives, wait.by) < scene.names.length && drawWait(diagram, scene, wait, index));
}

/** @param {Diagram} diagram @param {Scene} scene @param {Wait} wait @param {number} index */
function drawWait({ middle, front, hatched }, { view, lives, at, layout }, { by, child, from, to }, index) {
  const { axis, bar, type, hasWords } = layout;
  const y = middleOf(layout, rowOf(lives, by));
  const left = xOf(axis, from);
  const right = xOf(axis, to ?? at);
  middle.draw(`wait ${index}`, "rect", { class: "wait", fill: hatched, x: left, y: y - bar / 2, width: Math.max(1, right - left), height: bar });
  const name = nameOf(view.run, child);
  const long = `waits for ${name}`;
  const text = holdsWords(layout) ? fitting([long, name], right - left - 0.8 * type, type) : "";
  const isOpen = to === null && index === lives.waits.findLastIndex((wait) => wait.by === by);
  const below = y + bar / 2 + 1.1 * type;
  if (isOpen && text !== long) drawWordsFrom(front, `wait ${index}`, "wait-words", axis, { x: left, y: hasWords ? below : y + 0.35 * type }, type, long);
  else if (text) front.draw(`wait ${index}`, "text", { class: "wait-words", x: (left + right) / 2, y: y + 0.35 * type, "text-anchor": "middle" }, text);
}
