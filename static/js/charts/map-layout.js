// Where everything on a map stands: how large a step is drawn, which part of the graph is in sight, and where its
// points are. Pure.

/** @import { Point, ProgressGraph, Span } from "../core/progress-graph.js" */

/** @typedef {object} MapLayout
 * @property {Span} span the points in sight
 * @property {boolean} isWhole all of them are
 * @property {number} unit the length of a step, in pixels
 * @property {number} type the size of letters
 * @property {boolean} hasLetters there is room for a letter a step
 * @property {number} left
 * @property {number} right
 * @property {number} top
 * @property {number} bottom
 * @property {Point} name where the name of the first process begins: below its axis, or at the end of it
 * @property {(x: number) => number} x
 * @property {(y: number) => number} y
 */

/** A step is drawn no shorter than this, in pixels: a red square is two of them or more, a wall four. */
const LEAST = { squares: 6, walls: 3.6 };

/** What is not seen as a whole is seen this large. */
const CLOSER = 17;

/** As shares of the size of letters: the longest step, and the shortest that has room for one. */
const MOST = 7;
const LETTER = 1.1;

/** Around the picture, as shares of the size of letters: for names, bars and letters, and for the sign of the moment. */
const NAME = 2.2;
const BAR = 1.1;
const LETTERS = 1.3;
const EDGE = 0.9;

/** The share of the width that a name at the end of its axis takes. */
const BESIDE = 5.5;

/** A page is turned so that this share of the new one lies behind. */
const BEHIND = 0.25;

/** @param {ProgressGraph} graph @param {{width: number, height: number}} room @param {number} type @param {Point} now stays in sight
 * @param {Span | null} before what was in sight @returns {MapLayout} */
export function layOut({ size: [across, up], locks }, { width, height }, type, now, before) {
  // Where there is width to spare, height is not spent on a name.
  const isBeside = width - height > BESIDE * type;
  const marks = (/** @type {boolean} */ hasLetters) => (BAR + (hasLetters ? LETTERS : 0)) * type;
  const fitting = (/** @type {boolean} */ hasLetters) => {
    const wide = NAME * type + marks(hasLetters) + (isBeside ? BESIDE : EDGE) * type;
    const high = (isBeside ? 0 : NAME * type) + marks(hasLetters) + EDGE * type;
    const inside = { width: width - wide, height: height - high };
    return { inside, unit: Math.min(MOST * type, inside.width / Math.max(1, across), inside.height / Math.max(1, up)) };
  };
  let hasLetters = true;
  let { inside, unit } = fitting(true);
  if (unit < LETTER * type) {
    hasLetters = false;
    ({ inside, unit } = fitting(false));
  }
  const isWhole = unit >= (locks.length > 0 ? LEAST.walls : LEAST.squares);
  if (!isWhole) {
    ({ inside } = fitting(true));
    unit = Math.max(CLOSER, LETTER * type);
    hasLetters = true;
  }
  const [wide, high] = [inside.width, inside.height].map((pixels) => Math.max(1, Math.floor(pixels / unit + 0.001)));
  const [x0, x1] = isWhole ? [0, across] : page(across, wide ?? 1, now.x, before && [before.x0, before.x1]);
  const [y0, y1] = isWhole ? [0, up] : page(up, high ?? 1, now.y, before && [before.y0, before.y1]);
  const left = NAME * type + marks(hasLetters) + (isBeside ? Math.max(0, (inside.width - (x1 - x0) * unit) / 2) : 0);
  const right = left + (x1 - x0) * unit;
  const top = EDGE * type;
  const bottom = top + (y1 - y0) * unit;
  const bars = bottom + marks(hasLetters) - 0.6 * type;
  return {
    span: { x0, x1, y0, y1 },
    isWhole,
    unit,
    type,
    hasLetters,
    left,
    right,
    top,
    bottom,
    name: isBeside ? { x: right + 0.9 * type, y: bars } : { x: left, y: bars + 1.65 * type },
    x: (x) => left + (x - x0) * unit,
    y: (y) => bottom - (y - y0) * unit,
  };
}

/** Which steps of an axis are in sight: the same as before as long as the moment is among them.
 * @param {number} size @param {number} count @param {number} now @param {readonly [number, number] | null} before @returns {[number, number]} */
function page(size, count, now, before) {
  if (count >= size) return [0, size];
  if (before && before[1] - before[0] === count && now >= before[0] && now < before[1]) return [...before];
  const from = Math.max(0, Math.min(size - count, Math.floor(now - count * BEHIND)));
  return [from, from + count];
}

/** The point of the path that lies nearest to a place, if one is near. @param {MapLayout} layout
 * @param {{point: (at: number) => Point, within: (span: Span) => {first: number, last: number}}} path
 * @param {{x: number, y: number}} place @param {number} reach in pixels @returns {number | null} */
export function nearest(layout, path, place, reach) {
  const { first, last } = path.within(layout.span);
  let [best, distance] = [/** @type {number | null} */ (null), reach];
  for (let at = first; at <= last; at += 1) {
    const { x, y } = path.point(at);
    const away = Math.hypot(layout.x(x) - place.x, layout.y(y) - place.y);
    if (away <= distance) [best, distance] = [at, away];
  }
  return best;
}
