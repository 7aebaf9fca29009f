// Where things stand on the stage. Pure: from a width, a height and a number of processes to points.
// The cell is in the middle; processes sit left and right of it, their registers towards it.

/** @typedef {{x: number, y: number}} Point */

/**
 * @typedef {object} Seat
 * @property {-1 | 1} side -1 is left of the cell
 * @property {{x: number, y: number, width: number, height: number}} register
 * @property {Point} middle of the register
 * @property {Point} wireFrom at the register
 * @property {Point} wireTo at the cell
 * @property {Point} lock where a lock stands between this process and the cell
 * @property {Point} mark
 * @property {readonly Point[]} lines baselines of the card's lines of text
 * @property {"start" | "end"} anchor how these lines are anchored
 */

/**
 * @typedef {object} Layout
 * @property {number} scale
 * @property {{x: number, y: number, width: number, height: number}} cell
 * @property {Point} middle of the cell
 * @property {Point} lockHome where a free lock rests
 * @property {Point} loss where a lost +1 breaks away
 * @property {readonly Seat[]} seats
 * @property {boolean} pidBeside the pid stands on the same line as the name
 */

const WIDTH = 600;
const HEIGHT = 262;

/** @param {number} width @param {number} height @param {number} count @returns {Layout} */
export function layOut(width, height, count) {
  const narrow = width < 480;
  const scale = Math.max(0.72, Math.min(width / WIDTH, height / HEIGHT, 2.4));
  const rows = Math.max(1, Math.ceil(count / 2));
  const cellWidth = (narrow ? 126 : 140) * scale;
  const cellHeight = 112 * scale;
  // Above the cell a free lock and its queue; below it what is lost.
  const above = 50 * scale;
  const below = 84 * scale;
  const middle = { x: width / 2, y: above + Math.max(cellHeight, height - above - below) / 2 };
  const cell = {
    x: middle.x - cellWidth / 2,
    y: middle.y - cellHeight / 2,
    width: cellWidth,
    height: cellHeight,
  };
  const rowHeight = height / rows;
  const dense = rowHeight < 92 * scale && !narrow;
  const registerWidth = (dense ? 58 : 68) * scale;
  const registerHeight = Math.min((dense ? 40 : 56) * scale, rowHeight * 0.62);
  const textWidth = narrow ? 0 : 122 * scale;
  const wire = Math.min(
    92 * scale,
    Math.max(20, (width - cellWidth) / 2 - registerWidth - textWidth - 4 * scale),
  );

  /** @param {number} index @returns {Seat} */
  const seat = (index) => {
    const side = index % 2 === 0 ? -1 : 1;
    const row = Math.floor(index / 2);
    const y = rows === 1 ? middle.y : rowHeight * (row + 0.5);
    const inner = middle.x + side * (cellWidth / 2 + wire);
    const registerX = side < 0 ? inner - registerWidth : inner;
    const spread = rows === 1 ? 0 : ((row + 0.5) / rows - 0.5) * cellHeight * 0.74;
    const wireTo = { x: middle.x + (side * cellWidth) / 2, y: middle.y + spread };
    const wireFrom = { x: inner, y };
    const text = narrow
      ? narrowText(side, inner, registerWidth, y, registerHeight, scale)
      : wideText(side, inner + side * (registerWidth + 12 * scale), y, scale, dense);
    return {
      side,
      register: { x: registerX, y: y - registerHeight / 2, width: registerWidth, height: registerHeight },
      middle: { x: registerX + registerWidth / 2, y },
      wireFrom,
      wireTo,
      lock: { x: wireTo.x + side * wire * 0.36, y: wireTo.y + (wireFrom.y - wireTo.y) * 0.36 },
      ...text,
    };
  };

  return {
    scale,
    cell,
    middle,
    lockHome: { x: middle.x, y: cell.y - 26 * scale },
    loss: { x: middle.x, y: cell.y + cellHeight + 12 * scale },
    seats: Array.from({ length: count }, (_, index) => seat(index)),
    pidBeside: dense || narrow,
  };
}

/** Beside the register, away from the cell. @param {-1 | 1} side @param {number} x @param {number} y @param {number} scale @param {boolean} dense */
function wideText(side, x, y, scale, dense) {
  const gaps = dense ? [-13, 3, 18, 32] : [-28, -9, 12, 30];
  return {
    anchor: /** @type {"start" | "end"} */ (side < 0 ? "end" : "start"),
    mark: { x: x + side * 8 * scale, y: y + ((gaps[0] ?? 0) - 6) * scale },
    lines: gaps.map((gap, line) => ({
      x: line === 0 ? x + side * 22 * scale : x,
      y: y + gap * scale,
    })),
  };
}

/** Above and below the register, where there is no room beside it. @param {-1 | 1} side @param {number} inner @param {number} width @param {number} y @param {number} height @param {number} scale */
function narrowText(side, inner, width, y, height, scale) {
  const outer = inner + side * width;
  const top = y - height / 2 - 9 * scale;
  const bottom = y + height / 2;
  return {
    anchor: /** @type {"start" | "end"} */ (side < 0 ? "end" : "start"),
    mark: { x: inner + side * 8 * scale, y: top - 5 * scale },
    lines: [
      { x: inner + side * 20 * scale, y: top },
      { x: inner + side * 44 * scale, y: top },
      { x: inner, y: bottom + 17 * scale },
      { x: outer, y: bottom + 17 * scale },
    ],
  };
}
