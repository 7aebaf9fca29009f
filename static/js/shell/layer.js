// A layer of a drawing. Each drawing says what there is; elements are kept by their key and changed only
// where something differs, so that drawing a thousand of them again costs next to nothing.

import { svg } from "./dom.js";

/** @typedef {Record<string, string | number | null>} Attributes */

/** @typedef {{element: SVGElement, attributes: Attributes, text: string, drawn: number}} Known */

export class Layer {
  group;
  #round = 0;
  /** @type {Map<string, Known>} */
  #known = new Map();

  /** @param {string} name */
  constructor(name) {
    this.group = svg("g", { class: name });
  }

  /** From here on is said what there is. */
  begin() {
    this.#round += 1;
  }

  /**
   * @param {string} key
   * @param {"g" | "rect" | "path" | "text" | "use" | "circle"} tag
   * @param {Attributes} attributes all of them; null leaves one out
   * @param {string} [text]
   * @returns {boolean} whether it was not there before
   */
  draw(key, tag, attributes, text) {
    let known = this.#known.get(key);
    const isNew = !known;
    if (!known) {
      known = { element: svg(tag), attributes: {}, text: "", drawn: 0 };
      this.#known.set(key, known);
      this.group.append(known.element);
    }
    known.drawn = this.#round;
    for (const name in attributes) {
      const value = attributes[name] ?? null;
      const wanted = typeof value === "number" ? Math.round(value * 10) / 10 : value;
      if (known.attributes[name] === wanted) continue;
      known.attributes[name] = wanted;
      if (wanted === null) known.element.removeAttribute(name);
      else known.element.setAttribute(name, String(wanted));
    }
    for (const name in known.attributes) {
      if (name in attributes) continue;
      delete known.attributes[name];
      known.element.removeAttribute(name);
    }
    if (text !== undefined && known.text !== text) known.element.textContent = known.text = text;
    return isNew;
  }

  /** Keeps what was drawn before. @param {string} key @returns {boolean} whether it was there */
  keep(key) {
    const known = this.#known.get(key);
    if (known) known.drawn = this.#round;
    return known !== undefined;
  }

  /** Removes what was not drawn again. */
  end() {
    for (const [key, { element, drawn }] of this.#known) {
      if (drawn === this.#round) continue;
      element.remove();
      this.#known.delete(key);
    }
  }

  /** The element of a key, to animate it. @param {string} key */
  find(key) {
    return this.#known.get(key)?.element ?? null;
  }
}
