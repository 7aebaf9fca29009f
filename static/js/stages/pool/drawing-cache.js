// What of the drawing is over and done with. As long as everything stands where it stood, that is not drawn again.

import { createStrokes } from "../strokes.js";
import { strokeOfDone } from "./draw-boxes.js";
import { strokeOfAction } from "./draw-main.js";

/** @import { Diagram } from "../diagram.js" */

export class DrawingCache {
  /** The paths of what main did, and of the tasks that were done. */
  actions = createStrokes(strokeOfAction);
  done = createStrokes(strokeOfDone);
  /** What stands where, in one word. */
  layout = "";
  /** @type {Set<string>} */
  #over = new Set();
  #diagram;

  /** @param {Diagram} diagram */
  constructor(diagram) {
    this.#diagram = diagram;
  }

  /** @param {string} layout */
  standAt(layout) {
    if (layout !== this.layout) this.#over.clear();
    this.layout = layout;
  }

  /** Draws what may still change, and what is over and done with one last time. @param {string} key @param {boolean} isOver @param {() => void} draw */
  once(key, isOver, draw) {
    if (isOver && this.#over.has(key) && this.#diagram.keep(key)) return;
    draw();
    if (isOver) this.#over.add(key);
    else this.#over.delete(key);
  }
}
