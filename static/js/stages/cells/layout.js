// Where things stand on the stage of shared cells. Pure: from a width, a height and a number of processes to points.
//
//   one cell, two processes                        where there is less room, detail goes step by step:
//
//          [ what was read ]   ← cards behind      three, four:  two rows, a short caption each
//   P1 ┌────┐   ┌──────┐   ┌────┐ P2               five to eight: shape, register and a word beside it
//      │  4 │───│  5   │───│  4 │                  several cells: a row each, names beside the values
//      └────┘   └──────┘   └────┘
//          └── tray ───────────┘
//
// Where a lock guards the cells a gate stands around them, with a rail in front of its one opening.

import { LETTER } from "./shapes.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */
/** @typedef {Point & {anchor: "start" | "middle" | "end"}} TextPlace */

/**
 * @typedef {object} Seat
 * @property {-1 | 1} side -1 is left of the cells
 * @property {Box} register
 * @property {Point} middle of the register
 * @property {Point} inner where its wire begins, on the side of the cells
 * @property {readonly Point[]} wireEnds where its wire to each cell ends
 * @property {Point} mark
 * @property {TextPlace} name
 * @property {TextPlace} caption
 * @property {TextPlace | null} pid at the end of the line of the name; null where names stand beside registers
 * @property {number} reach where a pid that is too long for that has to end
 * @property {TextPlace | null} above the name; null where there is no room
 * @property {number} room how wide the caption can be
 * @property {TextPlace | null} more what does not fit into the caption; null where there is no room
 * @property {boolean} isBrief there is room for a word or two only
 */

/**
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {number} scale
 * @property {number} type the size of captions, in pixels
 * @property {number} least no type is smaller, in pixels
 * @property {number} small the size of what is said more quietly
 * @property {number} line the height of a line of captions
 * @property {boolean} isSpacious two processes and one cell: room for everything
 * @property {Box} cell around all cells
 * @property {readonly Box[]} cells
 * @property {readonly Point[]} values where each cell's value stands
 * @property {number} peek how much of a card behind the cell can be seen
 * @property {Box | null} gate around the cells; null where no lock guards them
 * @property {Point} lockHome in the opening of the gate
 * @property {Point} inside where the holder stands
 * @property {Box} rail those that wait stand on it, the first at its right end
 * @property {Box} tray
 * @property {TextPlace} trayWords
 * @property {readonly Seat[]} seats
 */

/** At this size everything has room; larger and smaller stages are scaled. */
const WIDTH = 580;
const NARROW_WIDTH = 410;
const HEIGHT = 250;

/** Type of this size, in pixels, is there to be read from the last row: there is room for few words. */
export const LARGE = 20;

/** The most letters of a caption, while numbers are short. */
const CAPTION = 18;

/** The line of a cell's name, as a share of the size of captions. */
const NAME = 1.3;

/** A pid that is longer than its register may take this share of the distance to the cell. */
const OVER = 0.45;

/** The width of the longest words beside a register, as a share of the size of captions. */
const BRIEF = 5.2;

/** Narrower stages bring the registers closer to the cell, in pixels. */
const NARROW = 480;

/** @param {number} width @param {number} height @param {number} count of processes @param {number} least the smallest type, in pixels
 * @param {number} several how many cells @param {boolean} hasGate @returns {Layout} */
export function layOut(width, height, count, least, several, hasGate) {
  const narrow = width < NARROW;
  const rows = Math.max(1, Math.ceil(count / 2));
  const isOne = several < 2;
  const scale = Math.max(0.66, Math.min(width / (narrow ? NARROW_WIDTH : WIDTH), height / HEIGHT, 2.6));
  const type = Math.max(least, 13.5 * scale);
  const line = 1.25 * type;
  const peek = isOne ? 26 * scale : 0;
  // Room for a gate is kept where there is none, too, so that races side by side are level.
  const above = 20 * scale + Math.max(26 * scale, line) + (isOne ? peek : 0);
  const trayHeight = least < LARGE ? Math.max(30 * scale, 1.2 * line) : 1.9 * least;
  const below = 22 * scale + trayHeight + 1.35 * line;
  const cell = cellBox({ width, height, scale, line, several, narrow, above, below, least });
  const middle = { x: width / 2, y: cell.y + cell.height / 2 };
  const gap = isOne ? 0 : 4 * scale;
  const each = (cell.height - gap * (several - 1)) / Math.max(1, several);
  const cells = Array.from({ length: several }, (_, index) => ({ ...cell, y: cell.y + index * (each + gap), height: each }));
  const gate = hasGate ? gateAround(cell, scale, peek) : null;
  const seats = seatsFor({ width, height, count, rows, scale, type, line, narrow, isOne, cell, cells, gate, middle, least, trayTop: height - 1.35 * line - trayHeight });
  const inner = seats[0]?.register;
  const reach = inner && rows === 1 ? middle.x - inner.x : inner ? middle.x - inner.x - inner.width - 8 * scale : cell.width;
  const tray = { x: middle.x - reach, y: height - 1.35 * line - trayHeight, width: 2 * reach, height: trayHeight };
  const top = gate ? gate.y : cell.y;
  return {
    width,
    height,
    scale,
    type,
    least,
    small: Math.max(least, 0.88 * type),
    line,
    isSpacious: rows === 1 && isOne && !narrow && least < LARGE,
    cell,
    cells,
    values: cells.map((box) => ({
      x: isOne ? middle.x : box.x + box.width - Math.max(34 * scale, 1.55 * line),
      // Of one cell the name stands above its value; of several, beside it.
      y: box.y + 0.5 * (box.height + (isOne ? NAME * type : 0)),
    })),
    peek,
    gate,
    lockHome: { x: middle.x, y: top - 2 * scale },
    inside: { x: middle.x + cell.width / 2 - 4 * scale, y: top + 13 * scale },
    rail: { x: middle.x - cell.width / 2 - 30 * scale, y: top - 20 * scale, width: cell.width / 2 + 12 * scale, height: 16 * scale },
    tray,
    trayWords: { x: middle.x, y: height - 0.35 * line, anchor: "middle" },
    seats,
  };
}

/** @param {{width: number, height: number, scale: number, line: number, several: number, narrow: boolean, above: number, below: number, least: number}} room @returns {Box} */
function cellBox({ width, height, scale, line, several, narrow, above, below, least }) {
  const room = height - above - below;
  const box = several < 2
    ? { width: (narrow ? 104 : 126) * scale, height: Math.max(84 * scale, Math.min(112 * scale, room)) }
    : {
        width: Math.min(width * (least > 16 ? 0.42 : 0.36), 7.2 * line + 60 * scale),
        // Name and version stand beside the value, so that up to four cells find room on top of each other.
        height: Math.max(several * 2.1 * line, Math.min(several * 56 * scale, room)),
      };
  return { x: width / 2 - box.width / 2, y: above + Math.max(0, (room - box.height) / 2), ...box };
}

/** @param {Box} cell @param {number} scale @param {number} peek @returns {Box} */
function gateAround({ x, y, width, height }, scale, peek) {
  const side = 14 * scale;
  const top = peek + 22 * scale;
  return { x: x - side, y: y - top, width: width + 2 * side, height: height + top + 10 * scale };
}

/** @typedef {{width: number, height: number, count: number, rows: number, scale: number, type: number, line: number, narrow: boolean, isOne: boolean, cell: Box, cells: readonly Box[], gate: Box | null, middle: Point, least: number, trayTop: number}} Room */

/** @param {Room} room @returns {Seat[]} */
function seatsFor(room) {
  const { width, height, count, rows, scale, line, narrow, isOne, cell, cells, gate, middle } = room;
  // With three rows and more there is no room above and below a register: its text goes beside it.
  const beside = rows > 2;
  const rowHeight = height / rows;
  const edge = (gate?.width ?? cell.width) / 2;
  const free = width / 2 - edge;
  const size = registerSize(room, free, beside);
  const brief = BRIEF * room.type + 9 * scale;
  const words = beside ? Math.min(Math.max((narrow ? 62 : 112) * scale, brief), free - size.width - 8) : 2 * scale;
  const wire = Math.max(10, Math.min(118 * scale, free - size.width - words));
  return Array.from({ length: count }, (_, index) => {
    /** @type {-1 | 1} */
    const side = index % 2 === 0 ? -1 : 1;
    const row = Math.floor(index / 2);
    const y = rows === 1 ? middle.y : rowHeight * (row + 0.5) + (beside ? 0 : 0.2 * line);
    const inner = middle.x + side * (edge + wire);
    const register = { x: side < 0 ? inner - size.width : inner, y: y - size.height / 2, ...size };
    const spread = rows === 1 ? 0 : ((row + 0.5) / rows - 0.5) * cell.height * 0.8;
    const wireEnds = cells.map((each) => ({
      x: middle.x + (side * cell.width) / 2,
      y: isOne ? middle.y + spread : each.y + each.height / 2,
    }));
    const seat = { side, register, middle: { x: register.x + size.width / 2, y }, inner: { x: inner, y }, wireEnds };
    return { ...seat, ...(beside ? textBeside(side, register, room) : textAround(side, register, wire, room)) };
  });
}

/** @param {Room} room @param {number} free @param {boolean} beside */
function registerSize({ scale, narrow, height, rows, line }, free, beside) {
  const rowHeight = height / rows;
  if (beside) return { width: (narrow ? 44 : 58) * scale, height: Math.min(40 * scale, rowHeight * 0.7) };
  const most = rows === 1 ? 60 * scale : Math.max(0.9 * line, Math.min(60 * scale, rowHeight - 2.7 * line));
  return { width: Math.min((narrow ? 82 : 112) * scale, free * 0.62), height: most };
}

/** The name above the register, what it does below. @param {-1 | 1} side @param {Box} register @param {number} wire @param {Room} room */
function textAround(side, { x, y, width, height }, wire, { type, line, scale, rows, isOne, narrow, least, width: all, trayTop, cell, gate }) {
  const top = y - 7 * scale;
  const toEdge = side < 0 ? x + width / 2 : all - x - width / 2;
  const isWide = isOne && !narrow && rows === 1 && toEdge > CAPTION * 0.5 * LETTER * type;
  // Words stand below the middle where there is room on both sides; else they grow towards the cell.
  const below = isWide ? x + width / 2 : side < 0 ? x : x + width;
  /** @type {"start" | "middle" | "end"} */
  const anchor = isWide ? "middle" : side < 0 ? "start" : "end";
  /** @param {number} row @returns {TextPlace} */
  const under = (row) => ({ x: below, y: y + height + row * line, anchor });
  const name = 1.15 * type;
  const wall = gate ?? cell;
  const isUnder = y + height + line - type > wall.y + wall.height;
  // Beside the cells up to them, and under them up to the middle.
  const toWall = side < 0 ? (isUnder ? all / 2 : wall.x) - below : below - (isUnder ? all / 2 : wall.x + wall.width);
  return {
    mark: { x: x + 0.5 * name, y: top - 0.36 * name },
    name: place(x + 1.3 * name, top, "start"),
    caption: under(1),
    room: (anchor === "middle" ? 2 * Math.min(toEdge, toWall) : toWall) - 4,
    more: rows === 1 && y + height + 2 * line <= trayTop + 3 ? under(2) : null,
    pid: place(x + width, top, "end"),
    reach: Math.min(x + width + OVER * wire, all),
    above: rows === 1 ? place(x, top - 1.1 * line, "start") : null,
    isBrief: rows > 1 && (narrow || least >= LARGE),
  };
}

/** All text on the far side of the register. @param {-1 | 1} side @param {Box} register @param {Room} room */
function textBeside(side, { x, y, width, height }, { scale, type, line, width: all }) {
  /** @type {"start" | "end"} */
  const anchor = side < 0 ? "end" : "start";
  const edge = (side < 0 ? x : x + width) + side * 9 * scale;
  const middle = y + height / 2;
  return {
    mark: { x: edge + side * 0.5 * type, y: middle - 0.55 * line },
    name: place(edge + side * 1.25 * type, middle - 0.55 * line + 0.36 * type, anchor),
    caption: place(edge, middle + 0.75 * line, anchor),
    room: side < 0 ? edge : all - edge,
    more: null,
    pid: null,
    reach: 0,
    above: null,
    isBrief: true,
  };
}

/** @param {number} x @param {number} y @param {"start" | "middle" | "end"} anchor @returns {TextPlace} */
function place(x, y, anchor) {
  return { x, y, anchor };
}
