// Items as chips: a value, with the mark of the process that put it. Rows of them that are too long show their ends and a count.

import { svg } from "../shell/dom.js";
import { number } from "../core/format.js";
import { label, mark } from "./svg-marks.js";
import { colourOf, lookOf, numberOf } from "../core/process-names.js";

/** @import { Layer } from "../shell/layer.js" */
/** @import { Point } from "./queue/layout.js" */

/** `name` is the process that put it, "" where nobody can know. `isEarly`: it came out before one that was put earlier.
 * @typedef {{text: string, name: string, tone: string, isEarly: boolean}} Chip */

/** @typedef {{type: number, width: number, height: number, pitch: number, hasMark: boolean}} ChipSize */

/** @param {Layer} layer @param {string} key @param {Point} at @param {Chip} chip @param {ChipSize} size */
export function drawChip(layer, key, at, { text, name, tone, isEarly }, size) {
  const { type, width, height, hasMark } = size;
  const translation = `${at.x.toFixed(1)} ${at.y.toFixed(1)}`;
  const tones = ["chip", name ? colourOf(name) : "is-anyones", tone, isEarly ? "is-early" : ""].filter(Boolean).join(" ");
  const content = [text, name, width.toFixed(1), height.toFixed(1), isEarly].join("|");
  layer.draw(key, "g", { class: tones, transform: `translate(${translation})`, "data-place": translation, "data-content": content });
  const group = layer.find(key);
  if (!group || group.getAttribute("data-drawn") === content) return;
  group.setAttribute("data-drawn", content);
  const box = svg("rect", { class: "chip-box", x: -width / 2, y: -height / 2, width, height, rx: 3 });
  const process = numberOf(name);
  const marks = hasMark && process >= 0 ? [mark(lookOf(process), -width / 2 + 0.9 * type, 0, 0.95 * type)] : [];
  const middle = marks.length ? 0.62 * type : 0;
  const words = label(middle, 0.35 * type, "chip-words", "middle", text);
  group.replaceChildren(box, ...marks, words, ...(isEarly ? [leap(size)] : []));
}

/** An arrow over a chip that points ahead: it came out before one that had been put earlier. @param {ChipSize} size */
function leap({ height, pitch, type }) {
  const y = -height / 2 - 1;
  const reach = pitch * 0.62;
  const head = 0.26 * type;
  const d = `M${reach * 0.5} ${y}C${reach * 0.3} ${y - 0.75 * type} ${-reach * 0.4} ${y - 0.75 * type} ${-reach * 0.62} ${y}m${-head * 0.4} ${-head * 1.5}l${head * 0.4} ${head * 1.5}l${head * 1.6} ${-head * 0.3}`;
  return svg("path", { class: "leap", d });
}

/** How chips are set in lines. @typedef {{perLine: number, lines: number, lineHeight: number}} ChipLines */

/**
 * A row of chips from left to right, on one line or more.
 * @template Item
 * @param {Layer} layer
 * @param {string} key
 * @param {readonly Item[]} items
 * @param {(item: Item, index: number) => Chip} chipOf
 * @param {Point} from
 * @param {ChipLines} setting
 * @param {ChipSize} size
 */
export function drawChips(layer, key, items, chipOf, from, { perLine, lines, lineHeight }, size) {
  const capacity = perLine * lines;
  elided(items, capacity).forEach((item, position) => {
    const at = { x: from.x + size.pitch * ((position % perLine) + 0.5), y: from.y + lineHeight * Math.floor(position / perLine) };
    if (typeof item === "number") {
      layer.draw(`${key} more`, "text", { class: "more-words", x: at.x, y: at.y + 0.35 * size.type, "text-anchor": "middle" }, `+${number(item)}`);
      return;
    }
    const index = items[position] === item ? position : items.length - Math.min(capacity, items.length) + position;
    drawChip(layer, `${key} ${index}`, at, chipOf(item, index), size);
  });
}

/**
 * The ends of a list that is too long, and between them, as a number, how many are left out.
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} capacity
 * @returns {readonly (Item | number)[]}
 */
export function elided(items, capacity) {
  if (items.length <= capacity) return items;
  if (capacity < 2) return [items.length];
  const head = Math.ceil((capacity - 1) / 2);
  const tail = Math.max(0, capacity - 1 - head);
  return [...items.slice(0, head), items.length - head - tail, ...(tail ? items.slice(-tail) : [])];
}
