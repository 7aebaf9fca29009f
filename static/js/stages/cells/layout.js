// Where things stand on the stage. Pure: from a width, a height and a number of processes to points.
// The cell is in the middle, or several on top of each other; registers stand left and right of it, on wires
// as long as there is room for, because what travels on them is the stage.

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */
/** @typedef {Point & {anchor: "start" | "end"}} TextPlace */

/**
 * @typedef {object} Seat
 * @property {-1 | 1} side -1 is left of the cell
 * @property {Box} register
 * @property {Point} middle of the register
 * @property {Point} wireFrom at the register
 * @property {readonly {to: Point, lock: Point}[]} ways to each cell, and where a lock stands on them
 * @property {Point} mark
 * @property {TextPlace} name
 * @property {TextPlace} pid
 * @property {TextPlace} status
 * @property {TextPlace} lost
 * @property {boolean} hasPid there is room for it beside the name
 * @property {boolean} isBrief there is room for a word or two only
 * @property {TextPlace | null} line where the code it is on can be read; null where there is no room
 */

/**
 * @typedef {object} Layout
 * @property {number} scale
 * @property {number} line the height of a line of type
 * @property {boolean} isLarge type is so large that there is room for few words
 * @property {boolean} hasLossWords there is room to say below the cells what is lost
 * @property {Box} cell around all cells
 * @property {readonly Box[]} cells
 * @property {readonly Point[]} values where each cell's value stands
 * @property {Point} lockHome where a free lock rests
 * @property {Point} queuePlace where those that wait stand in line
 * @property {number} stop how long the bar is that stops a wire
 * @property {Point} loss where a lost +1 breaks away
 * @property {readonly Seat[]} seats
 */

/** With larger type than this, in pixels, there is no room for code. */
const LEAST_WITH_CODE = 16;

const WIDTH = 592;
const HEIGHT = 284;

/** @param {number} width @param {number} height @param {number} count @param {number} least the smallest type, in pixels @param {number} several how many cells @returns {Layout} */
export function layOut(width, height, count, least, several) {
  const narrow = width < 480;
  const rows = Math.max(1, Math.ceil(count / 2));
  const scale = Math.max(0.74, Math.min(width / WIDTH, height / HEIGHT, 2.4));
  const line = Math.max(least * 1.15, 17 * scale);
  const isOne = several < 2;
  const isLarge = least > LEAST_WITH_CODE;
  // Above the cell a free lock and its queue; below it what is lost. Several cells each say that themselves.
  const above = 47 * scale + line;
  const below = isOne ? 86 * scale : 1.7 * line;
  const cell = { x: 0, y: 0, width: (narrow ? 118 : 148) * scale, height: Math.max(116 * scale, 2 * line + 62 * scale) };
  if (!isOne) {
    // Name and version stand beside the value, so that up to four cells find room on top of each other.
    cell.width = Math.min(width * (isLarge ? 0.42 : 0.36), 7.2 * line + 60 * scale);
    cell.height = Math.max(several * 2.1 * line, Math.min(several * 58 * scale, height - above - below));
  }
  const middle = { x: width / 2, y: above + Math.max(cell.height, height - above - below) / 2 };
  cell.x = middle.x - cell.width / 2;
  cell.y = middle.y - cell.height / 2;

  const gap = isOne ? 0 : 4 * scale;
  const each = (cell.height - gap * (several - 1)) / Math.max(1, several);
  const cells = Array.from({ length: several }, (_, index) => ({ ...cell, y: cell.y + index * (each + gap), height: each }));

  const rowHeight = height / rows;
  // With three rows and more there is no room above and below a register: its text goes beside it.
  const beside = rows > 2 && !narrow;
  const room = (width - cell.width) / 2;
  const register = beside
    ? { width: 62 * scale, height: Math.min(42 * scale, rowHeight * 0.66) }
    : { width: Math.min(narrow ? room * 0.72 : 134 * scale, room), height: Math.min(60, rowHeight * 0.42) * (narrow ? 1 : scale) };
  const wire = Math.min(132 * scale, room - register.width - (beside ? 126 * scale : 0));

  /** @param {number} index @returns {Seat} */
  const seat = (index) => {
    const side = index % 2 === 0 ? -1 : 1;
    const row = Math.floor(index / 2);
    const y = rows === 1 ? middle.y : rowHeight * (row + 0.5);
    const inner = middle.x + side * (cell.width / 2 + wire);
    const x = side < 0 ? inner - register.width : inner;
    const spread = rows === 1 ? 0 : ((row + 0.5) / rows - 0.5) * cell.height * 0.8;
    const ways = cells.map((each) => {
      const to = { x: middle.x + (side * cell.width) / 2, y: isOne ? middle.y + spread : each.y + each.height / 2 };
      const lock = { x: to.x + side * (7 * scale + (wire - 7 * scale) * 0.42), y: to.y + (y - to.y) * 0.42 };
      return { to, lock };
    });
    const box = { x, y: y - register.height / 2, ...register };
    return {
      side,
      register: box,
      middle: { x: x + register.width / 2, y },
      wireFrom: { x: inner, y },
      ways,
      ...(beside ? textBeside(side, box, scale, line) : textAround(side, box, scale, line, rows, !isLarge, isOne || !narrow)),
    };
  };

  return {
    scale,
    line,
    isLarge,
    hasLossWords: isOne || cell.y + cell.height + 1.2 * line <= height,
    cell,
    cells,
    values: cells.map((box) => ({ x: isOne ? middle.x : box.x + box.width - Math.max(34 * scale, 1.55 * line), y: box.y + box.height / 2 })),
    lockHome: { x: middle.x, y: cell.y - 25 * scale },
    queuePlace: { x: middle.x, y: cell.y - 40 * scale - line * 0.65 },
    stop: Math.min(22 * scale, (cell.height * 0.6) / rows),
    loss: { x: middle.x, y: cell.y + cell.height + (isOne ? 13 * scale : 0) },
    seats: Array.from({ length: count }, (_, index) => seat(index)),
  };
}

/** The name above the register, what it does below, and if there is room the code it is on.
 * @param {-1 | 1} side @param {Box} register @param {number} scale @param {number} line @param {number} rows @param {boolean} isSmall @param {boolean} isWide */
function textAround(side, { x, y, width, height }, scale, line, rows, isSmall, isWide) {
  const withCode = isSmall && isWide && rows === 1;
  const top = y - 9 * scale;
  // Words grow towards the cell, where there is nothing but the wire.
  const edge = side < 0 ? x : x + width;
  /** @param {number} row */
  const below = (row) => place(edge, y + height + row * line, side < 0 ? "start" : "end");
  return {
    mark: { x: x + 0.45 * line, y: top - Math.max(5, 0.35 * line) },
    name: place(x + 1.25 * line, top, "start"),
    pid: place(x + width, top, "end"),
    status: below(1),
    line: withCode ? below(2) : null,
    isBrief: !isSmall && rows > 1,
    hasPid: width > 6.2 * line,
    lost: below(withCode ? 3 : 2),
  };
}

/** All text on the far side of the register. @param {-1 | 1} side @param {Box} register @param {number} scale @param {number} line */
function textBeside(side, { x, y, width, height }, scale, line) {
  const anchor = side < 0 ? "end" : "start";
  const edge = (side < 0 ? x : x + width) + side * 10 * scale;
  const middle = y + height / 2;
  return {
    mark: { x: edge + side * 8 * scale, y: middle - 15 * scale },
    name: place(edge + side * 21 * scale, middle - 9 * scale, anchor),
    pid: place(edge + side * 50 * scale, middle - 9 * scale, anchor),
    status: place(edge, middle - 9 * scale + line, anchor),
    lost: place(edge, middle - 9 * scale + 1.95 * line, anchor),
    line: null,
    isBrief: true,
    hasPid: true,
  };
}

/** @param {number} x @param {number} y @param {"start" | "end"} anchor @returns {TextPlace} */
function place(x, y, anchor) {
  return { x, y, anchor };
}
