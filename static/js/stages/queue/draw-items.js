// The items in the pipe, and their motion: into it from the process that puts them, along it, and out of it.

import { number } from "../../core/format.js";
import { drawChip, elided } from "../chips.js";
import { slide } from "../motion.js";
import { nameOf, shown } from "../drawing-helpers.js";
import { ANYONES, ownerOf, partsOf } from "./model.js";

/** @import { ViewState } from "../../core/types.js" */
/** @import { Chip } from "../chips.js" */
/** @import { Diagram } from "../diagram.js" */
/** @import { Point } from "./layout.js" */
/** @import { Scene } from "./stage.js" */

/** The items in the pipe: where there are too many, those at both ends and a count.
 * @param {Diagram} diagram @param {Scene} scene @returns {ReadonlyMap<number, Point>} where each item stands */
export function drawItems({ middle, front }, { view, queue, layout: { pipe, chip, type } }) {
  const y = pipe.y + pipe.height / 2;
  const right = pipe.x + pipe.width - 0.3 * type;
  const capacity = Math.floor((pipe.width - 0.6 * type) / chip.pitch);
  /** @type {Map<number, Point>} */
  const stands = new Map();
  elided(queue.inside, capacity).forEach((item, index) => {
    const at = { x: right - chip.pitch * (index + 0.5), y };
    if (typeof item === "number") {
      front.draw("more", "text", { class: "more-words", x: at.x, y: y + 0.35 * type, "text-anchor": "middle" }, `+${number(item)}`);
      return;
    }
    stands.set(item.id, at);
    const owned = { value: item.value, from: ownerOf(queue, item) };
    drawChip(middle, `item ${item.id}`, at, chipOf(view, owned, item.isPassed ? "in-pipe is-passed" : "in-pipe"), chip);
  });
  if (queue.inside.length === 0) front.draw("empty", "text", { class: "quiet-words", x: pipe.x + pipe.width / 2, y: y + 0.35 * type, "text-anchor": "middle" }, "empty");
  return stands;
}

/** Items come from the process that put them, or from where they were.
 * @param {Diagram} diagram @param {Scene} scene @param {ReadonlyMap<number, Point>} stood @param {ReadonlyMap<number, Point>} stands */
export function fly({ middle }, { view: { motion, fresh }, queue, names, layout: { sources, wireFrom } }, stood, stands) {
  if (motion === 0 || fresh.length === 0) return;
  const { producers } = partsOf(names);
  const puts = fresh.filter(({ op }) => op === "put");
  for (const [id, to] of stands) {
    const element = middle.find(`item ${id}`);
    // The newest item is that of the newest put.
    const put = puts.at(id - queue.put);
    const source = put && sources[producers.indexOf(put.process)];
    const from = stood.get(id) ?? (source ? { x: wireFrom ?? source.x, y: source.y } : null);
    if (element && from && (from.x !== to.x || from.y !== to.y)) slide(element, from, to, motion);
  }
}

/** An item that was just taken leaves the pipe and goes to its position in the row. @param {Diagram} diagram @param {Scene} scene */
export function leave({ middle }, { view: { motion, fresh }, queue, layout: { pipe } }) {
  const element = middle.find(`out ${queue.out.length - 1}`);
  if (motion === 0 || !element || fresh.at(-1)?.op !== "get") return;
  const [x = 0, y = 0] = element.getAttribute("data-place")?.split(" ").map(Number) ?? [];
  slide(element, { x: pipe.x + pipe.width, y: pipe.y + pipe.height / 2 }, { x, y }, motion * 1.25);
}

/** @param {ViewState} view @param {{value: number | null, from: number}} item @param {string} tone @returns {Chip} */
export function chipOf({ run }, { value, from }, tone) {
  return { text: shown(value), name: from === ANYONES ? "" : nameOf(run, from), tone, isEarly: false };
}
