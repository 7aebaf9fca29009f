// A pen that writes a picture as text: for pictures to save, and for the page without scripts. It takes what
// the pen of the page takes (layer.js), and knows no page.

/** @param {string} text */
export function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

export class TextPen {
  /** @type {string[]} */
  #elements = [];

  /** @param {string} _key @param {string} tag @param {Record<string, string | number | null>} attributes @param {string} [text] */
  draw(_key, tag, attributes, text = "") {
    const pairs = Object.entries(attributes).flatMap(([name, value]) => {
      if (value === null) return [];
      return ` ${name}="${escaped(String(typeof value === "number" ? Math.round(value * 10) / 10 : value))}"`;
    });
    this.#elements.push(`<${tag}${pairs.join("")}>${escaped(text)}</${tag}>`);
  }

  /** What has been drawn, in the order in which it was. */
  get text() {
    return this.#elements.join("");
  }
}
