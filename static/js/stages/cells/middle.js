// What stands in the middle of the stage of shared cells: the cells themselves, the cards behind them, the gate of a lock
// with its rail, and below them the room for the tray. The same for few processes and for many. Pure.
//
//       ── rail ──  lock
//      ┌──────────    ──────────┐   gate
//      │     [ what was read ]  │   ← cards behind
//      │     ┌──────────────┐   │
//      │     │   number  5  │   │   cell
//      │     └──────────────┘   │
//      └────────────────────────┘
//           └──── tray ────┘

/** @import { Box, Point, TextPlace } from "./layout.js" */

/**
 * @typedef {object} Middle
 * @property {number} width of the stage
 * @property {number} height of the stage
 * @property {number} scale
 * @property {number} type the size of captions, in pixels
 * @property {number} least no type is smaller, in pixels
 * @property {number} small the size of what is said more quietly
 * @property {number} line the height of a line of captions
 * @property {Box} cell around all cells
 * @property {readonly Box[]} cells
 * @property {readonly Point[]} values where each cell's value stands
 * @property {number} peek how much of a card behind the cell can be seen
 * @property {Box | null} gate around the cells; null where no lock guards them
 * @property {Point} lockHome in the opening of the gate
 * @property {Point} inside where the holder stands
 * @property {Box} rail those that wait stand on it, the first at its right end
 * @property {number} trayTop
 * @property {number} trayHeight
 * @property {TextPlace} trayWords the last line of what is said of the tray
 * @property {number} trayLines how many lines that may take
 */

/** @typedef {{width: number, height: number, least: number, several: number, hasGate: boolean, narrow: boolean, scale: number, type: number, trayLines: number}} Room */

/** Type of this size, in pixels, is there to be read from the last row: there is room for few words. */
export const LARGE = 20;

/** The line of a cell's name, as a share of the size of captions. */
const NAME = 1.3;

/** @param {Room} room @returns {Middle} */
export function layOutMiddle(room) {
  const { width, height, least, several, hasGate, scale, type, trayLines } = room;
  const isOne = several < 2;
  const line = lineOf(type);
  const { peek, trayHeight, words } = heightsOf(room);
  const cell = cellBox(room);
  const middle = width / 2;
  const gap = isOne ? 0 : 4 * scale;
  const each = (cell.height - gap * (several - 1)) / Math.max(1, several);
  const cells = Array.from({ length: several }, (_, index) => ({ ...cell, y: cell.y + index * (each + gap), height: each }));
  const gate = hasGate ? gateAround(cell, scale, peek) : null;
  const top = gate ? gate.y : cell.y;
  return {
    width,
    height,
    scale,
    type,
    least,
    small: Math.max(least, 0.88 * type),
    line,
    cell,
    cells,
    values: cells.map((box) => ({
      x: isOne ? middle : box.x + box.width - Math.max(34 * scale, 1.55 * line),
      // Of one cell the name stands above its value; of several, beside it.
      y: box.y + 0.5 * (box.height + (isOne ? NAME * type : 0)),
    })),
    peek,
    gate,
    lockHome: { x: middle, y: top - 2 * scale },
    inside: { x: middle + cell.width / 2 - 4 * scale, y: top + 13 * scale },
    rail: { x: middle - cell.width / 2 - 30 * scale, y: top - 20 * scale, width: cell.width / 2 + 12 * scale, height: 16 * scale },
    trayTop: height - words - trayHeight,
    trayHeight,
    trayWords: { x: middle, y: height - 0.35 * line, anchor: "middle" },
    trayLines,
  };
}

/** The height of a line. @param {number} type */
function lineOf(type) {
  return 1.25 * type;
}

/** What is above and below the cells. @param {Pick<Room, "least" | "several" | "scale" | "type" | "trayLines">} room */
function heightsOf({ least, several, scale, type, trayLines }) {
  const line = lineOf(type);
  const peek = several < 2 ? 26 * scale : 0;
  const trayHeight = least < LARGE ? Math.max(30 * scale, 1.2 * line) : 1.9 * least;
  // Room for a gate is kept where there is none, too, so that races side by side are level.
  const above = 20 * scale + Math.max(26 * scale, line) + peek;
  const words = (trayLines + 0.35) * line;
  return { peek, trayHeight, words, above, below: 22 * scale + trayHeight + words };
}

/** How wide the cells are, with or without a gate around them. @param {Room} room */
export function middleWidth({ width, least, several, narrow, scale, type }) {
  const cell = several < 2 ? (narrow ? 104 : 126) * scale : Math.min(width * (least > 16 ? 0.42 : 0.36), 7.2 * lineOf(type) + 60 * scale);
  return { cell, gate: cell + 28 * scale };
}

/** The least height in which all of it has room. @param {Room} room */
export function middleHeight(room) {
  const { above, below } = heightsOf(room);
  return above + leastHeight(room) + below;
}

/** Of the cells. @param {Room} room */
function leastHeight({ several, scale, type }) {
  return several < 2 ? 84 * scale : several * 2.1 * lineOf(type);
}

/** @param {Room} room @returns {Box} */
function cellBox(room) {
  const { width, several, scale } = room;
  const { above, below } = heightsOf(room);
  const left = room.height - above - below;
  const wide = middleWidth(room).cell;
  // Name and version of several stand beside the value, so that up to four cells find room on top of each other.
  const high = Math.max(leastHeight(room), Math.min((several < 2 ? 112 : several * 56) * scale, left));
  return { x: width / 2 - wide / 2, y: above + Math.max(0, (left - high) / 2), width: wide, height: high };
}

/** @param {Box} cell @param {number} scale @param {number} peek @returns {Box} */
function gateAround({ x, y, width, height }, scale, peek) {
  const side = 14 * scale;
  const top = peek + 22 * scale;
  return { x: x - side, y: y - top, width: width + 2 * side, height: height + top + 10 * scale };
}
