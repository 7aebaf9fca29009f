// The progress graph of two processes: a point (x, y) is a state in which P1 has taken x steps and P2 y, and a step
// leads right (P1) or up (P2). What they do to each other is then an area: a red square where both are between read
// and write, a wall where both would hold the same lock. Pure. (Progress graphs: Dijkstra; Carson and Reynolds 1987.)
//
// A step happens in the middle of its segment, so squares and walls begin and end at halves, and no path ever runs
// along their edge.

import { holdOf } from "./ops.js";

/** A step that moves a process on. @typedef {{op: string, target: string}} ProgramStep */
/** The steps of P1 and those of P2. @typedef {readonly [readonly ProgramStep[], readonly ProgramStep[]]} Program */
/** An increment: the steps, from 0, that read and write. In it the process can be hurt, from read + ½ to write + ½.
 * @typedef {{read: number, write: number, cell: string}} Increment */
/** @typedef {{x: number, y: number}} Point */
/** Points from (x0, y0) to (x1, y1), both included. @typedef {{x0: number, y0: number, x1: number, y1: number}} Span */

/** More points than this are not surveyed: counting them would be felt. */
const MOST_POINTS = 30_000;

const NONE = -1;

export class ProgressGraph {
  program;
  /** How many steps P1 takes, and P2. @type {readonly [number, number]} */
  size;
  /** By axis. @type {readonly [readonly Increment[], readonly Increment[]]} */
  increments;
  /** By axis, for each point: the increment that it lies in, or -1. */
  #increment;
  /** By axis, for each point: the locks that are held there, a bit each. */
  #held;
  /** By axis: the first point past an acquire of a lock that the process holds itself; it never gets there. */
  #never;
  /** @type {string[]} */
  #locks = [];

  /** @param {Program} program */
  constructor(program) {
    this.program = program;
    const [x, y] = program;
    this.size = /** @type {const} */ ([x.length, y.length]);
    const [across, up] = [incrementsOf(x), incrementsOf(y)];
    this.increments = /** @type {const} */ ([across, up]);
    this.#increment = [incrementAtPoints(across, x.length), incrementAtPoints(up, y.length)];
    const holds = [this.#holdsOf(x), this.#holdsOf(y)];
    this.#held = holds.map(({ held }) => held);
    this.#never = holds.map(({ never }) => never);
  }

  /** @param {readonly ProgramStep[]} steps */
  #holdsOf(steps) {
    const held = new Int32Array(steps.length + 1);
    let never = Infinity;
    steps.forEach(({ op, target }, at) => {
      const change = holdOf(op);
      const bit = change === 0 ? 0 : this.#bit(target);
      const before = held[at] ?? 0;
      if (change > 0 && before & bit) never = Math.min(never, at + 1);
      held[at + 1] = change < 0 ? before & ~bit : before | bit;
    });
    return { held, never };
  }

  /** @param {string} lock */
  #bit(lock) {
    if (!this.#locks.includes(lock)) this.#locks.push(lock);
    return 1 << this.#locks.indexOf(lock);
  }

  /** All locks that the two programs take. */
  get locks() {
    return this.#locks;
  }

  /** Which increments both processes are in the middle of at a point: the red square it lies in.
   * @param {number} x @param {number} y @returns {{i: number, j: number} | null} */
  squareAt(x, y) {
    const i = this.#increment[0]?.[x] ?? NONE;
    const j = this.#increment[1]?.[y] ?? NONE;
    if (i < 0 || j < 0 || this.increments[0][i]?.cell !== this.increments[1][j]?.cell) return null;
    return { i, j };
  }

  /** Whether no run can be at a point: both would hold the same lock, or one of them would hold it twice.
   * @param {number} x @param {number} y */
  isWall(x, y) {
    if (x >= (this.#never[0] ?? Infinity) || y >= (this.#never[1] ?? Infinity)) return true;
    return ((this.#held[0]?.[x] ?? 0) & (this.#held[1]?.[y] ?? 0)) !== 0;
  }

  /** Whether a process can take its next step. @param {number} process @param {number} x @param {number} y */
  canMove(process, x, y) {
    const [right, up] = process === 0 ? [1, 0] : [0, 1];
    return x + right <= this.size[0] && y + up <= this.size[1] && !this.isWall(x + right, y + up);
  }

  /** Why a process cannot take the step that it still has to take: the lock, and whether it holds it itself. Null
   * where nothing is in its way. @param {number} process @param {number} x @param {number} y */
  obstacle(process, x, y) {
    const own = process === 0 ? x : y;
    const step = this.program[process === 0 ? 0 : 1][own];
    if (!step || this.canMove(process, x, y)) return null;
    const bit = this.#bit(step.target);
    return { lock: step.target, isOwn: ((this.#held[process]?.[own] ?? 0) & bit) !== 0 };
  }

  /** The locks that a process holds. @param {number} process @param {number} at how many steps it has taken */
  holds(process, at) {
    const bits = this.#held[process]?.[at] ?? 0;
    return this.#locks.filter((_, index) => bits & (1 << index));
  }

  /** Whether both have come to their end. @param {number} x @param {number} y */
  isEnd(x, y) {
    return x === this.size[0] && y === this.size[1];
  }
}

/** @param {readonly ProgramStep[]} steps @returns {readonly Increment[]} */
function incrementsOf(steps) {
  /** @type {Map<string, number>} */
  const reads = new Map();
  /** @type {Increment[]} */
  const found = [];
  steps.forEach(({ op, target }, at) => {
    if (op === "read") reads.set(target, at);
    const read = reads.get(target);
    if (op !== "write" || read === undefined) return;
    found.push({ read, write: at, cell: target });
    reads.delete(target);
  });
  return found;
}

/** @param {readonly Increment[]} increments @param {number} length */
function incrementAtPoints(increments, length) {
  const at = new Int32Array(length + 1).fill(NONE);
  increments.forEach(({ read, write }, index) => at.fill(index, read + 1, write + 1));
  return at;
}

/** Where paths lead, and how many there are.
 * @typedef {object} Survey
 * @property {bigint} paths from the start to the end, or to where they can go no further
 * @property {bigint} through of these, those that come to the end
 * @property {bigint} clear of these, those that cut no square
 * @property {readonly Point[]} deadEnds where nobody can move and not all is done
 * @property {(x: number, y: number) => boolean} isDoomed it can be reached, and the end cannot be reached from it
 * @property {(x: number, y: number) => boolean} isCutOff no wall, and no path leads there
 */

/** Looks at every point; null where they are too many. @param {ProgressGraph} graph @returns {Survey | null} */
export function surveyOf(graph) {
  const [width, height] = graph.size;
  const row = width + 1;
  const count = row * (height + 1);
  if (count > MOST_POINTS) return null;
  /** How many paths lead here, and how many of them have cut no square. */
  const paths = new Array(count).fill(0n);
  const clear = new Array(count).fill(0n);
  const arrives = new Uint8Array(count);
  /** @type {Point[]} */
  const deadEnds = [];
  let stuck = 0n;
  paths[0] = clear[0] = 1n;
  for (let y = 0; y <= height; y += 1) {
    for (let x = 0; x <= width; x += 1) {
      const at = y * row + x;
      if (paths[at] === 0n) continue;
      if (graph.squareAt(x, y)) clear[at] = 0n;
      let isStuck = !graph.isEnd(x, y);
      for (const [process, to] of /** @type {const} */ ([[0, at + 1], [1, at + row]])) {
        if (!graph.canMove(process, x, y)) continue;
        isStuck = false;
        paths[to] += paths[at];
        clear[to] += clear[at];
      }
      if (!isStuck) continue;
      deadEnds.push({ x, y });
      stuck += paths[at];
    }
  }
  for (let at = count - 1; at >= 0; at -= 1) {
    const [x, y] = [at % row, Math.floor(at / row)];
    if (graph.isWall(x, y)) continue;
    const goesOn = (graph.canMove(0, x, y) && arrives[at + 1]) || (graph.canMove(1, x, y) && arrives[at + row]);
    arrives[at] = graph.isEnd(x, y) || goesOn ? 1 : 0;
  }
  return {
    paths: paths[count - 1] + stuck,
    through: paths[count - 1],
    clear: clear[count - 1],
    deadEnds,
    isDoomed: (x, y) => paths[y * row + x] > 0n && arrives[y * row + x] === 0,
    isCutOff: (x, y) => paths[y * row + x] === 0n && !graph.isWall(x, y),
  };
}

/** The outlines of an area: each point in it stands for the unit square around it. Closed lines, clockwise on the
 * outside as one sees it with y upwards, so that holes wind the other way. @param {Span} span @param {(x: number, y: number) => boolean} isInside @returns {Point[][]} */
export function outlines({ x0, y0, x1, y1 }, isInside) {
  const inside = (/** @type {number} */ x, /** @type {number} */ y) => x >= x0 && x <= x1 && y >= y0 && y <= y1 && isInside(x, y);
  /** The sides between inside and outside, by the corner where each begins. @type {Map<string, Point[]>} */
  const sides = new Map();
  const add = (/** @type {number} */ x, /** @type {number} */ y, /** @type {Point} */ to) => {
    const key = `${x} ${y}`;
    sides.set(key, [...(sides.get(key) ?? []), to]);
  };
  for (let y = y0; y <= y1; y += 1) {
    for (let x = x0; x <= x1; x += 1) {
      if (!inside(x, y)) continue;
      const [west, east, south, north] = [x - 0.5, x + 0.5, y - 0.5, y + 0.5];
      if (!inside(x - 1, y)) add(west, south, { x: west, y: north });
      if (!inside(x, y + 1)) add(west, north, { x: east, y: north });
      if (!inside(x + 1, y)) add(east, north, { x: east, y: south });
      if (!inside(x, y - 1)) add(east, south, { x: west, y: south });
    }
  }
  /** @type {Point[][]} */
  const lines = [];
  for (const key of sides.keys()) {
    /** @type {Point[]} */
    const line = [];
    let next = sides.get(key)?.pop();
    while (next) {
      if (isStraight(line.at(-2), line.at(-1), next)) line.pop();
      line.push(next);
      next = sides.get(`${next.x} ${next.y}`)?.pop();
    }
    // It may have begun in the middle of a side.
    if (isStraight(line.at(-1), line[0], line[1])) line.shift();
    if (line.length > 0) lines.push(line);
  }
  return lines;
}

/** @param {Point | undefined} one @param {Point | undefined} two @param {Point | undefined} three */
function isStraight(one, two, three) {
  if (!one || !two || !three) return false;
  return (one.x === two.x && two.x === three.x) || (one.y === two.y && two.y === three.y);
}
