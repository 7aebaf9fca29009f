// The parts of a pool's drawing that can no longer change. While the layout is the same, they are not drawn again.

import { createStrokes } from "../strokes.js";
import { strokeOfDone } from "./draw-boxes.js";
import { strokeOfAction } from "./draw-main.js";

/** @import { Diagram } from "../diagram.js" */

export class DrawingCache {
  /** The strokes of what main did, and of finished tasks. */
  actions = createStrokes(strokeOfAction);
  done = createStrokes(strokeOfDone);
  /** The layout, as text. */
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

  /** Draws what may still change; what cannot is drawn one last time. @param {string} key @param {boolean} isOver @param {() => void} draw */
  once(key, isOver, draw) {
    if (isOver && this.#over.has(key) && this.#diagram.keep(key)) return;
    draw();
    if (isOver) this.#over.add(key);
    else this.#over.delete(key);
  }
}
