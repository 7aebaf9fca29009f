// Where things stand on the stage of shared cells. Pure: from a width, a height and a number of processes to points.
//
//   one cell, two processes                        where there is less room, detail goes step by step:
//
//          [ what was read ]   ← cards behind      three, four:  two rows, a short caption each
//   P1 ┌────┐   ┌──────┐   ┌────┐ P2               five to eight: shape, register and a word beside it
//      │  4 │───│  5   │───│  4 │                  several cells: a row each, names beside the values
//      └────┘   └──────┘   └────┘
//          └── tray ───────────┘                  nine and more:     lanes in columns (lane-layout.js)
//
// Where a lock guards the cells a gate stands around them, with a rail in front of its one opening (middle.js).

import { layOutLanes } from "./lane-layout.js";
import { LARGE, layOutMiddle } from "./middle.js";
import { LETTER } from "./shapes.js";

/** @import { Lane } from "./lane-layout.js" */
/** @import { Middle } from "./middle.js" */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */
/** @typedef {Point & {anchor: "start" | "middle" | "end"}} TextPlace */

/** What is to be laid out: in how much room, how many processes, the smallest type, how many cells, and whether a lock
 * guards them. @typedef {{width: number, height: number, count: number, least: number, several: number, hasGate: boolean}} Wanted */

/** Where a process has its place. @typedef {object} Seat
 * @property {-1 | 1} side -1 is left of the cells
 * @property {Box} register
 * @property {Point} middle of the register
 * @property {Point} inner where its wire begins, on the side of the cells
 * @property {readonly Point[]} via what its wire passes between other processes, from there on
 * @property {readonly Point[]} wireEnds where its wire to each cell ends
 * @property {Point} mark
 */

/** The place of one process among few.
 * @typedef {object} CardParts
 * @property {TextPlace} name
 * @property {TextPlace} caption
 * @property {TextPlace | null} pid at the end of the line of the name; null where names stand beside registers
 * @property {number} reach where a pid that is too long for that has to end
 * @property {TextPlace | null} above the name; null where there is no room
 * @property {number} room how wide the caption can be
 * @property {TextPlace | null} more what does not fit into the caption; null where there is no room
 * @property {boolean} isBrief there is room for a word or two only
 */
/** @typedef {Seat & CardParts} Card */

/**
 * @typedef {object} Sides
 * @property {boolean} isSpacious two processes and one cell: room for everything
 * @property {Box} tray
 * @property {readonly Seat[]} seats of all processes, which are
 * @property {readonly Card[]} cards of few, or
 * @property {readonly Lane[]} lanes of many; the other is empty
 */
/** @typedef {Middle & Sides} Layout */

/** More processes than these have a lane each. */
export const MOST_CARDS = 8;

/** At this size everything has room; larger and smaller stages are scaled. */
const WIDTH = 580;
const NARROW_WIDTH = 410;
const HEIGHT = 250;

/** The most letters of a caption, while numbers are short. */
const CAPTION = 18;

/** A pid that is longer than its register may take this share of the distance to the cell. */
const OVER = 0.45;

/** The width of the longest words beside a register, as a share of the size of captions. */
const BRIEF = 5.2;

/** Narrower stages bring the registers closer to the cell, in pixels. */
const NARROW = 480;

/** @param {number} width @param {number} height @param {number} count of processes @param {number} least the smallest type, in pixels
 * @param {number} several how many cells @param {boolean} hasGate @returns {Layout} */
export function layOut(width, height, count, least, several, hasGate) {
  return count > MOST_CARDS ? layOutLanes({ width, height, count, least, several, hasGate }) : layOutCards({ width, height, count, least, several, hasGate });
}

/** @param {Wanted} wanted @returns {Layout} */
function layOutCards({ width, height, count, least, several, hasGate }) {
  const narrow = width < NARROW;
  const rows = Math.max(1, Math.ceil(count / 2));
  const isOne = several < 2;
  const scale = Math.max(0.66, Math.min(width / (narrow ? NARROW_WIDTH : WIDTH), height / HEIGHT, 2.6));
  const type = Math.max(least, 13.5 * scale);
  const middle = layOutMiddle({ width, height, least, several, hasGate, narrow, scale, type, trayLines: 1 });
  const { cell, cells, gate, line, trayTop, trayHeight } = middle;
  const center = { x: width / 2, y: cell.y + cell.height / 2 };
  const cards = cardsFor({ width, height, count, rows, scale, type, line, narrow, isOne, cell, cells, gate, middle: center, least, trayTop });
  const inner = cards[0]?.register;
  const reach = inner && rows === 1 ? center.x - inner.x : inner ? center.x - inner.x - inner.width - 8 * scale : cell.width;
  return {
    ...middle,
    isSpacious: rows === 1 && isOne && !narrow && least < LARGE,
    tray: { x: center.x - reach, y: trayTop, width: 2 * reach, height: trayHeight },
    seats: cards,
    cards,
    lanes: [],
  };
}

/** @typedef {{width: number, height: number, count: number, rows: number, scale: number, type: number, line: number, narrow: boolean, isOne: boolean, cell: Box, cells: readonly Box[], gate: Box | null, middle: Point, least: number, trayTop: number}} Room */

/** @param {Room} room @returns {Card[]} */
function cardsFor(room) {
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
    const seat = { side, register, middle: { x: register.x + size.width / 2, y }, inner: { x: inner, y }, via: [], wireEnds };
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
