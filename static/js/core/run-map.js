// The map of one run: its progress graph, and the path that its recording took through it. It grows with the recording.
// Pure.

import { isMove } from "./ops.js";
import { programOf } from "./program.js";
import { ProgressGraph, surveyOf } from "./progress-graph.js";
import { GraphPath } from "./graph-path.js";

/** @import { Program, ProgramStep, Survey } from "./progress-graph.js" */
/** @import { RunView, Step } from "./types.js" */

/** What is read of a recording. @typedef {{length: number, step: (index: number) => Step}} Recorded */
/** @typedef {{graph: ProgressGraph, survey: Survey | null, path: GraphPath}} Mapped */

/** Where the steps are not known beforehand, the map of a live run is built again at each step. Only up to this length. */
const SHORT = 1500;

export class RunMap {
  /** What is known beforehand. @type {Program | null} */
  #program;
  /** @type {readonly [ProgramStep[], ProgramStep[]]} */
  #recorded = [[], []];
  #read = 0;
  /** By process: the step after which it only releases its locks, because it was ended. */
  #ended = [Infinity, Infinity];
  /** By process: steps that the recording has a moment too soon, see `#take`. */
  #early = [0, 0];
  /** @type {Mapped | null} */
  #map = null;

  /** @param {RunView} run */
  constructor({ request }) {
    this.#program = programOf(request);
  }

  /** The map as far as the recording has come; null where none can be drawn yet.
   * @param {Recorded} history @param {boolean} isLive @returns {Mapped | null} */
  update(history, isLive) {
    const before = this.#read;
    for (; this.#read < history.length; this.#read += 1) this.#note(history.step(this.#read));
    if (this.#program) {
      this.#map ??= mapOf(this.#program);
      this.#follow(this.#map.path, history, before);
    } else if (this.#read > before || !this.#map) {
      if (this.#read === 0 || (isLive && this.#read > SHORT)) return null;
      const [one, two] = this.#recorded;
      this.#map = mapOf([[...one], [...two]]);
      this.#early = [0, 0];
      this.#follow(this.#map.path, history, 0);
    }
    return this.#map;
  }

  /** @param {Step} step */
  #note({ index, process, op, target }) {
    const axis = process === 0 ? 0 : 1;
    if (!isMove(op) || index >= (this.#ended[axis] ?? 0)) return;
    const own = { op, target: target ?? "" };
    const foreseen = this.#program?.[axis][this.#recorded[axis].length];
    if (this.#program && (foreseen?.op !== own.op || foreseen.target !== own.target)) {
      if (op === "release") {
        // Nothing in its program: it releases what it holds, because it was asked to end.
        this.#ended[axis] = index;
        return;
      }
      this.#program = this.#map = null;
    }
    this.#recorded[axis].push(own);
  }

  /** @param {GraphPath} path @param {Recorded} history @param {number} from */
  #follow(path, history, from) {
    for (let index = from; index < history.length; index += 1) {
      const { process, op } = history.step(index);
      const axis = process === 0 ? 0 : 1;
      if (index >= (this.#ended[axis] ?? 0)) continue;
      if (op === "wait") path.wait(axis);
      else if (isMove(op)) this.#take(path, axis, index + 1);
    }
  }

  /** A release and the acquire that it made possible may stand in the recording the wrong way round, because each is
   * written down a moment after it happened. The acquire is then held back until the lock is free.
   * @param {GraphPath} path @param {0 | 1} process @param {number} position */
  #take(path, process, position) {
    const early = this.#early;
    early[process] = (early[process] ?? 0) + 1;
    /** @param {number} mover */
    const goOn = (mover) => {
      const can = (early[mover] ?? 0) > 0 && path.canStep(mover);
      if (can) {
        early[mover] = (early[mover] ?? 0) - 1;
        path.step(mover, position);
      }
      return can;
    };
    while (goOn(process) || goOn(1 - process));
  }
}

/** @param {Program} program @returns {Mapped} */
function mapOf(program) {
  const graph = new ProgressGraph(program);
  return { graph, survey: surveyOf(graph), path: new GraphPath(graph) };
}
