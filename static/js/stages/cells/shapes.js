// The few shapes that the picture of shared cells is made of, as paths and points. Pure.

import { lookOf } from "../../core/process-names.js";

/** @import { Box, Point } from "./layout.js" */

/** What draws: an element of a kind under a key, as it is now. @typedef {{draw: (key: string, tag: Tag, attributes: Record<string, string | number | null>, text?: string) => unknown}} Pen */
/** @typedef {"g" | "rect" | "path" | "text" | "use" | "circle"} Tag */

/** The type on a ticket, as a share of half its width. */
export const ONE = 0.72;

/** The same of a name on it. */
export const NAMED = 0.5;

/** A letter is about this wide, as a share of its size. */
export const LETTER = 0.58;

/** A letter of a caption: there are narrow ones among them. */
export const WORD_LETTER = 0.48;

/** @param {number} value */
const short = (value) => String(Math.round(value * 10) / 10);

/** @param {Point} from @param {Point} to @param {number} share @returns {Point} */
export function between(from, to, share) {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** @param {readonly Point[]} points */
export function line(points) {
  return `M${points.map(({ x, y }) => `${short(x)} ${short(y)}`).join("L")}`;
}

/** The points by which a thread leads, at least two: it passes each of them level. @typedef {readonly [Point, Point, ...Point[]]} Way */

/** A thread that hangs between a register and a card. `bend` moves the middle of its parts, for a second fibre.
 * @param {Way} way @param {number} [bend] */
export function thread([first, ...others], bend = 0) {
  let before = first;
  const curves = others.map((to) => {
    const middle = short((before.x + to.x) / 2);
    const curve = `C${middle} ${short(before.y + bend)} ${middle} ${short(to.y - bend)} ${short(to.x)} ${short(to.y)}`;
    before = to;
    return curve;
  });
  return `M${short(first.x)} ${short(first.y)}${curves.join("")}`;
}

/** @param {Way} way @param {number} share how far along the thread @returns {Point} */
export function along(way, share) {
  return restOf(way, share)[0];
}

/** What is left of a way, from so far along on. @param {Way} way @param {number} share @returns {Way} */
export function restOf(way, share) {
  const [first, ...others] = way;
  /** @type {{from: Point, to: Point, length: number}[]} */
  const parts = [];
  for (const to of others) {
    const from = parts.at(-1)?.to ?? first;
    parts.push({ from, to, length: Math.abs(to.x - from.x) + Math.abs(to.y - from.y) });
  }
  let ahead = share * parts.reduce((sum, { length }) => sum + length, 0);
  const found = parts.findIndex(({ length }, index) => {
    if (ahead <= length || index === parts.length - 1) return true;
    ahead -= length;
    return false;
  });
  const { from, to, length } = /** @type {typeof parts[number]} */ (parts[found]);
  return [onCurve(from, to, length > 0 ? ahead / length : share), to, ...parts.slice(found + 1).map((part) => part.to)];
}

/** @param {Point} from @param {Point} to @param {number} share @returns {Point} */
function onCurve(from, to, share) {
  const left = 1 - share;
  const middle = (from.x + to.x) / 2;
  const [a, b, c, d] = /** @type {const} */ ([left ** 3, 3 * left * left * share, 3 * left * share * share, share ** 3]);
  return { x: a * from.x + (b + c) * middle + d * to.x, y: (a + b) * from.y + (c + d) * to.y };
}

/** In lines of so many letters at most, broken between words. @param {string} words @param {number} letters @returns {string[]} */
export function wrapped(words, letters) {
  /** @type {string[]} */
  const lines = [];
  for (const word of words.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= letters) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The size at which a number fits into a box. @param {number | string} value @param {number} width @param {number} most */
export function fitting(value, width, most) {
  return Math.min(most, width / (Math.max(1, String(value).length) * LETTER));
}

/** @param {Pen} pen @param {string} key @param {Point} at @param {string} className @param {number} size @param {"start" | "middle" | "end"} anchor @param {string} text @param {string | null} [transform] */
export function write(pen, key, at, className, size, anchor, text, transform = null) {
  pen.draw(key, "text", { x: at.x, y: at.y, class: className, "font-size": size, "text-anchor": anchor, transform }, text);
}

/** A number, centred on its place. @param {Pen} pen @param {string} key @param {Point} at @param {string} className @param {number} size @param {number | string} value @param {string | null} [transform] */
export function numeral(pen, key, { x, y }, className, size, value, transform = null) {
  pen.draw(key, "text", { x, y: y + size * 0.36, class: className, "font-size": size, "text-anchor": "middle", transform }, String(value));
}

/** A process's shape. @param {Pen} pen @param {string} key @param {number} process @param {Point} at @param {number} size @param {string | null} [transform]
 * @param {string} [about] more classes */
export function mark(pen, key, process, { x, y }, size, transform = null, about = "") {
  pen.draw(key, "use", { href: `#mark-${lookOf(process)}`, class: `mark p${lookOf(process)}${about}`, x: x - size / 2, y: y - size / 2, width: size, height: size, transform });
}

/** @param {Pen} pen @param {string} key @param {Box} box @param {string} className @param {number} radius @param {string | null} [transform] */
export function card(pen, key, { x, y, width, height }, className, radius, transform = null) {
  pen.draw(key, "rect", { x, y, width, height, class: className, rx: radius, transform });
}

/** A torn +1 with the mark of its process: two halves, `gap` apart. @param {Pen} pen @param {string} key @param {Point} at
 * @param {{size: number, angle: number, gap: number, process: number, isBlank: boolean, label?: string, isMended?: boolean}} how
 * `size` is half of its width; `label` is the name of the process, where its mark alone does not say which one it is */
export function ticket(pen, key, at, { size, angle, gap, process, isBlank, label = "+1", isMended = false }) {
  const height = 1.16 * size;
  const tone = isMended ? ` is-mended p${lookOf(process)}` : "";
  const top = at.y - height / 2;
  const crack = [0, 0.25, 0.5, 0.75, 1].map((share, index) => ({ x: at.x + (index % 2 ? 0.13 : -0.13) * size, y: top + share * height }));
  for (const side of /** @type {const} */ ([-1, 1])) {
    const outer = [{ x: at.x + side * size, y: top }, ...crack, { x: at.x + side * size, y: top + height }];
    const turned = `rotate(${short(angle + (isMended ? 0 : side * -5))} ${short(at.x)} ${short(at.y)}) translate(${short(side * gap)} ${short(side * gap * 0.5)})`;
    pen.draw(`${key} ${side}`, "path", { d: `${line(outer)}Z`, class: `ticket-half${tone}`, transform: turned });
    const middle = { x: at.x + side * 0.56 * size, y: at.y };
    if (side < 0) mark(pen, `${key} mark`, process, middle, 0.68 * size, turned);
    else if (!isBlank) numeral(pen, `${key} one`, middle, `ticket-one${tone}`, label === "+1" ? ONE * size : NAMED * size, label, turned);
  }
}
