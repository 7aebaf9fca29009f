// The drawing that the pipe, the pool and the lifelines are made on: three layers over one another, and the hatching of
// what waits. When the room for it changes, `redraw` is called.

import { setAttribute, svg } from "../shell/dom.js";
import { Layer } from "../shell/layer.js";
import { hatching } from "./lanes.js";

export class Diagram {
  back = new Layer("back");
  middle = new Layer("middle");
  front = new Layer("front");
  /** What fills a box of what waits. */
  hatched;
  #layers = [this.back, this.middle, this.front];
  #drawing;
  #resized;

  /** @param {HTMLElement} root @param {string} name @param {() => void} redraw */
  constructor(root, name, redraw) {
    const { fill, definition } = hatching(7);
    this.hatched = fill;
    this.#drawing = svg("svg", { class: `stage-drawing diagram ${name}`, "aria-hidden": "true" }, [definition, ...this.#layers.map(({ group }) => group)]);
    root.append(this.#drawing);
    this.#resized = new ResizeObserver(redraw);
    this.#resized.observe(root);
  }

  /** What `draw` says there is, and nothing else. @param {{width: number, height: number}} room @param {number} type @param {() => void} draw */
  draw({ width, height }, type, draw) {
    setAttribute(this.#drawing, "viewBox", `0 0 ${width} ${height}`);
    this.measure("--type", type);
    for (const layer of this.#layers) layer.begin();
    draw();
    for (const layer of this.#layers) layer.end();
  }

  /** A size that the style sheet goes by. @param {string} name @param {number} pixels */
  measure(name, pixels) {
    this.#drawing.style.setProperty(name, `${pixels}px`);
  }

  /** Keeps what is drawn under a key. @param {string} key @returns {boolean} whether anything was */
  keep(key) {
    // Every layer, because all of it has to be kept.
    return this.#layers.filter((layer) => layer.keep(key)).length > 0;
  }

  destroy() {
    this.#resized.disconnect();
    this.#drawing.remove();
  }
}
