// Where many processes stand around shared cells: in lanes, from the left column to the right one, as they would be read.
// Pure: from a width, a height and a number of processes to points.
//
//   P1 ●[ 4 ]  P9 ●[   ]──┐   ┌──────┐   ┌──[   ]● P17  [   ]● P25        words:   beside or below it a word more
//   P2 ▲[   ]─────────────┼───│  5   │───┼──[ 4 ]▲ P18  [   ]▲ P26        numbers: shape, name, and what it holds, beside or below
//   P3 ■[   ] P11 ■[ 4 ]──┘   └──────┘   └──[   ]■ P19  [   ]■ P27        names:   shape and name
//   …                         └ tray ┘      …
//
// What there is room for is shown, in the largest type that fits: first all of it, then numbers, then names alone. A lane
// is drawn from its inner edge outwards, on both sides alike. The thread of an outer lane passes below the inner ones.

import { layOutMiddle, middleHeight, middleWidth } from "./middle.js";

/** @import { Box, Layout, Seat, TextPlace, Wanted } from "./layout.js" */
/** @import { Room } from "./middle.js" */

/** How a lane looks. Its size is in sizes of type, without the room between lanes.
 * @typedef {object} Form
 * @property {"words" | "numbers" | "names"} shows
 * @property {"beside" | "below" | "" } word where a word says what the process does
 * @property {boolean} isStacked the name stands above the register, not beside it
 * @property {number} width
 * @property {number} height
 */

/** The place of one process among many.
 * @typedef {object} LaneParts
 * @property {Box} box all of it
 * @property {TextPlace} name
 * @property {TextPlace | null} word null where there is no room for any
 * @property {number} room how wide the word can be
 * @property {boolean} hasNumber there is room for what it holds
 */
/** @typedef {Seat & LaneParts} Lane */

/** All that has been decided before anything is placed. @typedef {Room & Wanted & {form: Form, columns: number, rows: number, trayWidth: number}} Plan */

// In sizes of type: the parts of a lane, and the room between them.
const MARK = 1.1;
const LETTER = 0.72;
const NEAR = 0.25;
const REGISTER = { width: 2.5, height: 1.35 };
const WORD = 5.7;
const LINE = 1.2;
const STACKED = { title: 1.14, register: 1.2 };
const BETWEEN = { columns: 0.5, rows: 0.24 };

/** A thread that passes below a lane takes this much. */
const PASS = 0.18;

/** The least way from the lanes to the cells, on each side. */
const WAY = 1.5;

/** The longest, in pixels, before it is scaled. */
const LONGEST_WAY = 170;

/** What is said of the tray in a few words: in one line, or in two where there is little room. */
const TRAYS = [{ width: 9, lines: 1 }, { width: 6.4, lines: 2 }];

/** On a stage of this size the cells are as large as they are among few processes. */
const WIDTH = 540;
const HEIGHT = 260;

/** Where there is little room the cells are smaller, down to this. */
const SMALLER = [1, 0.88, 0.76, 0.64, 0.54];
const LEAST_SCALE = 0.5;

/** Type is no larger than this, before it is scaled. */
const TYPE = 14;

/** Where even names do not fit, type is smaller than it should be, by so much at a time. */
const SHRINK = 0.95;

/** Kept free at the edges of the stage, for the light around a lane. */
const EDGE = 0.16;

/** The most columns on a side. */
const MOST_COLUMNS = 8;

/** @param {Wanted} wanted @returns {Layout} */
export function layOutLanes(wanted) {
  const plan = planFor(wanted);
  const middle = layOutMiddle(plan);
  const { width, scale, type, form, columns } = plan;
  const core = coreWidth(plan);
  const across = acrossOf(form, columns) * type;
  const way = Math.min((width - core) / 2 - across - EDGE * type, Math.max(LONGEST_WAY * scale, WAY * type));
  const { cell, gate, lockHome, trayTop, trayHeight } = middle;
  const lanes = Array.from({ length: wanted.count }, (_, index) => laneAt(plan, placeOf(index, wanted.count, plan), core / 2 + way, middle));
  const below = (gate ? gate.y + gate.height : cell.y + cell.height) + 8 * scale;
  const tray = { width: core + 0.5 * way, top: Math.min(trayTop, Math.max(below, trayTop - 0.7 * trayHeight)) };
  const rail = { left: width / 2 - core / 2 - 0.85 * way, right: lockHome.x - 25 * scale };
  return {
    ...middle,
    rail: { x: rail.left, y: Math.max(0, lockHome.y - 1.5 * scale - type), width: rail.right - rail.left, height: type },
    // Below the lock, with its name to the right.
    inside: { x: width / 2 - 0.5 * (titleWidth(wanted.count) - MARK) * type, y: lockHome.y + 9.5 * scale + 0.5 * (cell.y - lockHome.y) },
    isSpacious: false,
    tray: { x: width / 2 - tray.width / 2, y: tray.top, width: tray.width, height: trayTop + trayHeight - tray.top },
    seats: lanes,
    cards: [],
    lanes,
  };
}

/** The forms, those first that show the most. @param {number} count of processes @returns {readonly (readonly Form[])[]} */
function formsFor(count) {
  const title = titleWidth(count);
  const whole = title + NEAR + REGISTER.width;
  const stacked = { isStacked: true, word: /** @type {const} */ (""), width: title, height: STACKED.title + STACKED.register };
  return [
    [
      { shows: "words", word: "beside", isStacked: false, width: whole + 2 * NEAR + WORD, height: REGISTER.height },
      { shows: "words", word: "below", isStacked: false, width: Math.max(whole, WORD), height: REGISTER.height + LINE },
    ],
    [
      { shows: "numbers", word: "", isStacked: false, width: whole, height: REGISTER.height },
      { shows: "numbers", ...stacked },
    ],
    [{ shows: "names", word: "", isStacked: false, width: title + NEAR, height: LINE }],
  ];
}

/** A mark and a name, in sizes of type. @param {number} count of processes */
function titleWidth(count) {
  return MARK + NEAR + LETTER * (1 + String(count).length);
}

/** How much is shown, and how large. Where not even names fit, all of it is drawn smaller than it should be.
 * @param {Wanted} wanted @returns {Plan} */
function planFor(wanted) {
  const forms = formsFor(wanted.count);
  for (let shrunk = 1; ; shrunk *= SHRINK) {
    for (const alike of forms) {
      for (const tray of TRAYS) {
        const found = largest(wanted, alike, tray, shrunk);
        if (found) return found;
      }
    }
  }
}

/** Of all ways to show this much, the one with the largest type; null where none fits.
 * @param {Wanted} wanted @param {readonly Form[]} forms @param {typeof TRAYS[number]} tray @param {number} shrunk how small the smallest may be
 * @returns {Plan | null} */
function largest(wanted, forms, tray, shrunk) {
  const { width, height, count } = wanted;
  const whole = Math.min(width / WIDTH, height / HEIGHT, 2.4);
  const least = wanted.least * shrunk;
  /** @type {Plan | null} */
  let best = null;
  for (const smaller of SMALLER) {
    const scale = Math.max(LEAST_SCALE * shrunk, whole * smaller);
    for (const form of forms) {
      for (let columns = 1; columns <= MOST_COLUMNS; columns += 1) {
        const rows = Math.ceil(Math.ceil(count / 2) / columns);
        const plan = { ...wanted, least, narrow: false, scale, type: least, trayWidth: tray.width, trayLines: tray.lines, form, columns, rows };
        const type = largestType(plan);
        if (type > (best?.type ?? 0) + 0.01) best = { ...plan, type };
      }
    }
    // With smaller cells it could be larger still, but the number is what it is about.
    if (best) return best;
  }
  return best;
}

/** The largest type with which a plan fits; 0 if it does not with the smallest. @param {Plan} plan */
function largestType(plan) {
  if (!fits(plan)) return 0;
  let [low, high] = [plan.type, Math.max(plan.least, TYPE * plan.scale)];
  while (high - low > 0.1) {
    const type = (low + high) / 2;
    if (fits({ ...plan, type })) low = type;
    else high = type;
  }
  return low;
}

/** @param {Plan} plan */
function fits(plan) {
  const { width, height, type, form, columns, rows } = plan;
  const wide = coreWidth(plan) + 2 * (acrossOf(form, columns) + WAY + EDGE) * type;
  return wide <= width && (rows * rowHeight(form, columns) + 2 * EDGE) * type <= height && middleHeight(plan) <= height;
}

/** What the cells, their gate and the tray need. @param {Plan} plan */
function coreWidth(plan) {
  return Math.max(middleWidth(plan).gate, plan.trayWidth * plan.type);
}

/** The columns of one side. @param {Form} form @param {number} columns */
function acrossOf({ width }, columns) {
  return columns * width + (columns - 1) * BETWEEN.columns;
}

/** A lane, and below it the threads that pass. @param {Form} form @param {number} columns */
function rowHeight({ height }, columns) {
  return height + BETWEEN.rows + (columns - 1) * PASS;
}

/** On which side a process is, how many columns from the cells, and in which row.
 * @param {number} index @param {number} count @param {Plan} plan @returns {{side: -1 | 1, depth: number, row: number}} */
function placeOf(index, count, { columns, rows }) {
  const left = Math.ceil(count / 2);
  const isLeft = index < left;
  const own = isLeft ? index : index - left;
  const column = Math.floor(own / rows);
  // The left side is filled from its outer edge, and what is not needed there is left out there.
  const used = Math.ceil((isLeft ? left : count - left) / rows);
  return { side: isLeft ? -1 : 1, depth: isLeft ? used - 1 - column : Math.min(column, columns - 1), row: own % rows };
}

/** @param {Plan} plan @param {{side: -1 | 1, depth: number, row: number}} place @param {number} from how far from the middle the lanes begin
 * @param {ReturnType<typeof layOutMiddle>} middle @returns {Lane} */
function laneAt(plan, { side, depth, row }, from, { cell, cells }) {
  const { width, height, type, form, columns, rows } = plan;
  const size = { width: form.width * type, height: form.height * type };
  const pitch = Math.min((height - 2 * EDGE * type) / rows, 1.3 * rowHeight(form, columns) * type);
  const free = pitch - size.height;
  const top = (height - rows * pitch) / 2 + row * pitch + 0.5 * (free - (columns - 1) * PASS * type);
  const inner = width / 2 + side * (from + depth * (size.width + BETWEEN.columns * type));
  const box = { x: side < 0 ? inner - size.width : inner, y: top, ...size };
  const parts = partsOf(plan, side, inner, box);
  const { register } = parts;
  const end = { x: side < 0 ? register.x + register.width : register.x, y: register.y + register.height / 2 };
  // Between two rows each column has a height of its own.
  const pass = top + size.height + (free / (columns + 1)) * depth;
  const first = width / 2 + side * from;
  const via = depth > 0 ? [{ x: inner - side * BETWEEN.columns * type, y: pass }, { x: first, y: pass }] : [];
  const share = ((via.at(-1) ?? end).y / height - 0.5) * 0.8;
  const wireEnds = cells.map((each) => ({
    x: width / 2 + (side * cell.width) / 2,
    y: each.y + each.height / 2 + (cells.length < 2 ? share * cell.height : 0),
  }));
  return { side, box, inner: end, via, wireEnds, ...parts };
}

/** The parts of a lane, from its inner edge outwards. @param {Plan} plan @param {-1 | 1} side @param {number} inner @param {Box} box
 * @returns {Pick<Lane, "register" | "middle" | "mark" | "name" | "word" | "room" | "hasNumber">} */
function partsOf({ type, form, count }, side, inner, box) {
  /** @type {"start" | "end"} */
  const anchor = side < 0 ? "end" : "start";
  const hasNumber = form.shows !== "names";
  const [wide, high] = form.isStacked ? [form.width * type, STACKED.register * type] : [REGISTER.width * type, REGISTER.height * type];
  const register = hasNumber
    ? { x: side < 0 ? inner - wide : inner, y: box.y + (form.isStacked ? STACKED.title * type : 0), width: wide, height: high }
    : box;
  const middle = { x: register.x + register.width / 2, y: register.y + register.height / 2 };
  const beside = inner + side * (form.isStacked ? 0 : hasNumber ? REGISTER.width + NEAR : NEAR / 2) * type;
  const y = form.isStacked ? box.y + 0.55 * type : middle.y;
  const mark = { x: beside + side * 0.5 * MARK * type, y };
  const name = { x: mark.x + side * (0.5 * MARK + NEAR) * type, y: y + 0.36 * type, anchor };
  const outer = name.x + side * (LETTER * (1 + String(count).length) + 2 * NEAR) * type;
  const beneath = { x: inner, y: box.y + (REGISTER.height + 0.86 * LINE) * type, anchor };
  const word = form.word === "beside" ? { x: outer, y: middle.y + 0.36 * type, anchor } : form.word === "below" ? beneath : null;
  return { register, middle, mark, name, word, room: (form.word === "beside" ? WORD : form.width) * type, hasNumber };
}
