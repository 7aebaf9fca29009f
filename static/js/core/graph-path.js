// A path through a progress graph: its points, the red squares that it cuts, its waits, and the updates that are
// lost on it. It grows at its end, and can be asked about any of its points. Pure.

import { Ints } from "./columns.js";
import { Lineage } from "./lineage.js";

/** @import { ProgressGraph } from "./progress-graph.js" */

/** A red square that the path has entered, at its point number `at`. @typedef {{i: number, j: number, at: number}} Cut */
/** A lost update: its process and which of its increments; `by` is the process whose write erased it, on the segment to
 * point `at`. From point `until` on it counts again. @typedef {{process: number, increment: number, by: number, at: number, until: number}} LostIncrement */
/** A process waits at the points `from` to `to`. @typedef {{process: number, from: number, to: number}} Wait */
/** A cell: its lineage, what each process has read, and the increment that made each version.
 * @typedef {{lineage: Lineage, versions: number, read: number[], increments: number[], open: Map<number, LostIncrement>}} Cell */

export class GraphPath {
  #graph;
  #xs = new Ints();
  #ys = new Ints();
  #positions = new Ints();
  /** @type {Map<string, Cell>} */
  #cells = new Map();
  /** How many increments each process has written. */
  #written = [0, 0];
  /** By process, while it waits. @type {(Wait | null)[]} */
  #waiting = [null, null];
  /** @type {Cut[]} */
  cuts = [];
  /** In the order of `at`. @type {LostIncrement[]} */
  losses = [];
  /** @type {Wait[]} */
  waits = [];

  /** @param {ProgressGraph} graph */
  constructor(graph) {
    this.#graph = graph;
    this.#push(0, 0, 0);
  }

  /** @param {number} x @param {number} y @param {number} position */
  #push(x, y, position) {
    this.#xs.push(x);
    this.#ys.push(y);
    this.#positions.push(position);
  }

  /** How many steps it is long. */
  get length() {
    return this.#xs.length - 1;
  }

  /** @param {number} at */
  point(at) {
    return { x: this.#xs.at(at), y: this.#ys.at(at) };
  }

  /** The process that took the step to a point. @param {number} at from 1 */
  mover(at) {
    return this.#xs.at(at) > this.#xs.at(at - 1) ? 0 : 1;
  }

  /** How many steps of the recording have been taken at a point. @param {number} at */
  position(at) {
    return this.#positions.at(at);
  }

  /** The point after a number of steps of the recording. @param {number} position */
  pointAt(position) {
    return Math.max(0, this.#positions.countUpTo(position) - 1);
  }

  /** The points within a part of the graph, first and last: a path only ever leads on, so they are in one piece.
   * @param {{x0: number, y0: number, x1: number, y1: number}} span */
  within({ x0, y0, x1, y1 }) {
    const first = Math.max(this.#xs.countUpTo(x0 - 1), this.#ys.countUpTo(y0 - 1));
    return { first, last: Math.min(this.#xs.countUpTo(x1), this.#ys.countUpTo(y1)) - 1 };
  }

  /** Those that are lost at a point. @param {number} at */
  lostAt(at) {
    return this.losses.filter((loss) => loss.at <= at && at < loss.until);
  }

  /** A process waits from here on, until its next step. @param {number} process */
  wait(process) {
    if (this.#waiting[process]) return;
    const wait = { process, from: this.length, to: Infinity };
    this.#waiting[process] = wait;
    this.waits.push(wait);
  }

  /** Whether nothing is in a process’s way. @param {number} process */
  canStep(process) {
    const { x, y } = this.point(this.length);
    return this.#graph.canMove(process, x, y);
  }

  /** A process takes its next step. @param {number} process @param {number} [position] how many steps of the recording that makes */
  step(process, position = this.length + 1) {
    const { x, y } = this.point(this.length);
    const wait = this.#waiting[process];
    if (wait) wait.to = this.length;
    this.#waiting[process] = null;
    const step = this.#graph.program[process === 0 ? 0 : 1][process === 0 ? x : y];
    this.#push(process === 0 ? x + 1 : x, process === 0 ? y : y + 1, position);
    if (step?.op === "read") this.#cell(step.target).read[process] = this.#cell(step.target).versions;
    if (step?.op === "write") this.#write(this.#cell(step.target), process);
    this.#cut();
  }

  #cut() {
    const { x, y } = this.point(this.length);
    const square = this.#graph.squareAt(x, y);
    const last = this.cuts.at(-1);
    if (square && (last?.i !== square.i || last.j !== square.j)) this.cuts.push({ ...square, at: this.length });
  }

  /** @param {string} name @returns {Cell} */
  #cell(name) {
    const known = this.#cells.get(name) ?? { lineage: new Lineage(), versions: 0, read: [], increments: [0], open: new Map() };
    this.#cells.set(name, known);
    return known;
  }

  /** @param {Cell} cell @param {number} process */
  #write(cell, process) {
    const base = cell.read[process] ?? null;
    const version = (cell.versions += 1);
    const at = this.length;
    cell.lineage.add(version, base, process, at);
    cell.increments.push(this.#written[process] ?? 0);
    this.#written[process] = (this.#written[process] ?? 0) + 1;
    cell.lineage.diverge(version, base, (update, writer, fate) => {
      if (fate === "erased") {
        const loss = { process: writer, increment: cell.increments[update] ?? 0, by: process, at, until: Infinity };
        cell.open.set(update, loss);
        this.losses.push(loss);
      } else {
        const loss = cell.open.get(update);
        if (loss) loss.until = at;
        cell.open.delete(update);
      }
    });
  }
}

/** The path of these moves: the process of each step. A process that cannot go on waits. @param {ProgressGraph} graph @param {readonly number[]} moves */
export function pathOf(graph, moves) {
  const path = new GraphPath(graph);
  const look = () => {
    const { x, y } = path.point(path.length);
    for (const process of [0, 1]) if (graph.obstacle(process, x, y)) path.wait(process);
  };
  look();
  for (const process of moves) {
    path.step(process);
    look();
  }
  return path;
}
