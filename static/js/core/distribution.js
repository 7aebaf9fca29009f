// A histogram of finals: its bins, the dots of runs stacked in them, and the theory as an outline on the same scale.
// Pure: numbers in, positions out. A dot and the outline use the same scale: height is a share of the runs.

/** How one run ended, or could end: its name is its final value, or this. */
export const DEADLOCK = "deadlock";

/** Finals from and to, both included; a deadlock, where there is one, stands alone behind them.
 * @typedef {{from: number, to: number, deadlock: boolean}} Axis */

/** A column: the finals from and to that it holds; both null for a deadlock. `at` is its position, from 0.
 * @typedef {{at: number, from: number | null, to: number | null}} Bin */

/** What could happen, by name: how probable it is. @typedef {ReadonlyMap<string, number>} Shares */

/** Where a dot stands: its centre, measured from the left end of the axis and upwards from it. @typedef {{x: number, y: number}} Spot */

/** Heights that the axis may end at: what comes in must not change the scale at every run. */
const TOPS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1];

/** Wide enough for a dot and the number below it, in the same unit as the type. */
const NARROWEST = 1;

/** The distance of a deadlock from the numbers, in the same unit. */
const APART = 2.5;

/** The least height of what is possible, however improbable, in pixels. */
const HAIRLINE = 2;

/** The share of a bin's width that dots and bars take. */
const FILLED = 0.84;

/** A dot is never larger than this, in the same unit, or smaller than this, in pixels. */
const LARGEST = 1.125;
const SMALLEST = 3;

/** A dot of this size is seen well: with larger ones, fewer stand side by side. */
const GOOD = 11;

/** From one dot to the next beside it, in diameters. */
const CLOSE = 1.2;

/** The distances that lines to read shares from may have, and the most lines. */
const APARTS = [0.05, 0.1, 0.2, 0.25, 0.5, 1];
const MOST_LINES = 3;

/** How many runs one dot may stand for, where there are too many to draw. */
const HEAPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** The finals that get a column: from the least that increments can come to, to what they should, and all that were
 * seen beside that. @param {{least: number, expected: number}} about @param {Iterable<string>} seen @returns {Axis} */
export function axisOf({ least, expected }, seen) {
  const names = [...seen];
  const finals = names.filter((name) => name !== DEADLOCK).map(Number);
  return {
    from: Math.min(least, expected, ...finals),
    to: Math.max(expected, ...finals),
    deadlock: names.includes(DEADLOCK),
  };
}

/** The least that a cell can come to, without a lock: all increments but two can be lost, however many there are.
 * @param {number} initial @param {number} iterations */
export function leastOf(initial, iterations) {
  return initial + Math.min(2, iterations);
}

/** As many columns as there is room for, all alike. @param {Axis} axis @param {number} width @param {number} unit the size of the type @returns {Bin[]} */
export function binsOf({ from, to, deadlock }, width, unit) {
  const finals = to - from + 1;
  const most = Math.max(2, Math.floor(width / (NARROWEST * unit)) - (deadlock ? Math.ceil(APART) + 1 : 0));
  const wide = roundStep(finals / most);
  // Columns of several finals begin at round numbers.
  const first = wide === 1 ? from : Math.floor(from / wide) * wide;
  /** @type {Bin[]} */
  const bins = [];
  for (let low = first; low <= to; low += wide) bins.push({ at: bins.length, from: Math.max(low, from), to: Math.min(low + wide - 1, to) });
  // Something else than a number: a distance between, and room for the word.
  const each = width / (bins.length + APART + 3);
  if (deadlock) bins.push({ at: bins.length + Math.max(1, Math.ceil((APART * unit) / each)), from: null, to: null });
  return bins;
}

/** The next of 1, 2, 5, 10, 20, 50, … @param {number} least */
export function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= least) ?? 1;
}

/** @param {readonly Bin[]} bins @param {string} name */
export function binOf(bins, name) {
  if (name === DEADLOCK) return bins.find(({ from }) => from === null);
  const final = Number(name);
  return bins.find(({ from, to }) => from !== null && to !== null && from <= final && final <= to);
}

/** The share of each bin. @param {readonly Bin[]} bins @param {Shares} shares @returns {Map<Bin, number>} */
export function sharesOf(bins, shares) {
  /** @type {Map<Bin, number>} */
  const sums = new Map();
  for (const [name, share] of shares) {
    const bin = binOf(bins, name);
    if (bin) sums.set(bin, (sums.get(bin) ?? 0) + share);
  }
  return sums;
}

/** The share at which the height ends. @param {readonly number[]} shares */
export function topOf(shares) {
  const highest = Math.max(0, ...shares);
  return TOPS.find((top) => top >= highest) ?? 1;
}

/** Where there are lines to read shares from, up to the top. @param {number} top */
export function linesOf(top) {
  const apart = APARTS.find((each) => Math.abs(top / each - Math.round(top / each)) < 1e-9 && top / each <= MOST_LINES) ?? top;
  return Array.from({ length: Math.round(top / apart) }, (_, index) => (index + 1) * apart);
}

/** The room that a histogram has.
 * @typedef {object} Room
 * @property {number} width
 * @property {number} height
 * @property {number} columns how many bins fit side by side, with the gap before a deadlock
 * @property {number} top the share at which the height ends
 * @property {number} unit the size of the type
 * @property {number} runs of how many runs a dot is one: also those that are still to come
 */

/** The dots of these runs, in their order; several share one where there are too many to be seen.
 * @param {readonly string[]} names how each run ended @param {readonly Bin[]} bins @param {Room} room
 * @returns {{spots: (Spot & {name: string, run: number})[], diameter: number, heap: number}} */
export function stack(names, bins, room) {
  const { width, height, columns, top, unit } = room;
  const each = width / columns;
  const most = Math.max(room.runs, names.length, 1);
  const wide = each * FILLED;
  const heap = HEAPS.find((size) => side(wide, height, most / size, top, unit).diameter >= SMALLEST) ?? HEAPS[HEAPS.length - 1] ?? 1;
  const { beside, rise, diameter } = side(wide, height, most / heap, top, unit);
  /** @type {Map<Bin, number>} */
  const heights = new Map();
  const spots = names.flatMap((name, run) => {
    const bin = binOf(bins, name);
    if (!bin) return [];
    const before = heights.get(bin) ?? 0;
    heights.set(bin, before + 1);
    if (before % heap !== 0) return [];
    const rank = before / heap;
    const x = (bin.at + 0.5) * each + ((rank % beside) - (beside - 1) / 2) * Math.min(wide / beside, CLOSE * diameter);
    return [{ name, run, x, y: Math.floor(rank / beside) * rise + diameter / 2 }];
  });
  return { spots, diameter, heap };
}

/** How many dots stand side by side in a bin, so that the height of their stack shows the share.
 * @param {number} wide @param {number} height @param {number} runs @param {number} top @param {number} unit */
function side(wide, height, runs, top, unit) {
  const alone = height / (runs * top);
  const beside = Math.max(1, Math.min(Math.floor(Math.sqrt(wide / alone)), Math.ceil(GOOD / alone)));
  const rise = beside * alone;
  return { beside, rise, diameter: Math.min(LARGEST * unit, rise, wide / beside) };
}

/** The theory as steps over its bins: points of one line, from the axis up and back. @param {readonly Bin[]} bins @param {Shares} shares @param {Room} room @returns {Spot[]} */
export function outline(bins, shares, { width, height, columns, top }) {
  const each = width / columns;
  const of = sharesOf(bins, shares);
  let last = -1;
  const points = bins.flatMap((bin) => {
    const share = of.get(bin) ?? 0;
    const y = share > 0 ? Math.max(HAIRLINE, (share / top) * height) : 0;
    const [left, right] = [bin.at * each, (bin.at + 1) * each];
    const gap = bin.at > last + 1 && last >= 0 ? [{ x: (last + 1) * each, y: 0 }, { x: left, y: 0 }] : [];
    last = bin.at;
    return [...gap, { x: left, y }, { x: right, y }];
  });
  return points.length ? [{ x: points[0]?.x ?? 0, y: 0 }, ...points, { x: points[points.length - 1]?.x ?? 0, y: 0 }] : [];
}

/** Which bins get their number written below: as many as fit, evenly, the last one always, and never one that would
 * touch those that have to stand. @param {readonly Bin[]} bins @param {number} fits how many bins a number needs @param {readonly number[]} must places that have one @returns {number[]} */
export function labelled(bins, fits, must = []) {
  const numbers = bins.filter(({ from }) => from !== null);
  const step = roundStep(fits);
  // Columns of several finals begin at multiples of as many.
  const wide = (numbers[2]?.from ?? 2) - (numbers[1]?.from ?? 1);
  const last = numbers[numbers.length - 1]?.at ?? 0;
  const standing = [...new Set([...must, last, 0])].filter((at, index, all) => all.slice(0, index).every((other) => Math.abs(other - at) >= fits));
  const others = numbers.filter(({ at, from }) => (from ?? 0) % (step * wide) === 0 && standing.every((other) => Math.abs(other - at) >= fits)).map(({ at }) => at);
  return [...new Set([...standing, ...others])].sort((one, other) => one - other);
}
