// What the signs of a chart mean, in a corner of it where nothing is drawn.

import { html } from "../shell/dom.js";

/** @param {readonly (readonly [sign: string, meaning: string])[]} signs @param {string} [where] */
export function legend(signs, where = "") {
  const items = signs.map(([sign, meaning]) => {
    const drawn = html("i", `sign is-${sign}`);
    drawn.setAttribute("aria-hidden", "true");
    return html("span", `is-about-${sign}`, [drawn, meaning]);
  });
  return html("p", `chart-legend ${where}`, items);
}
