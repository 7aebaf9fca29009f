// The answers of a class to a choice: a bar for each option, as long as the share of those who took it; two where there
// were two votes. For the presenter's screen and for the phones.

import { number } from "../core/format.js";
import { html, setAttribute } from "../shell/dom.js";
import { totalOf } from "./votes-words.js";

/** @import { Count } from "../core/room-types.js" */

/** @typedef {{options: readonly string[], results: readonly Count[], right: readonly string[], words: string}} BarsPicture */

/** @param {HTMLElement} root */
export function createVoteBars(root) {
  const list = html("ol", "vote-bars");
  root.append(list);
  let drawn = "";

  /** @param {BarsPicture} picture */
  function render(picture) {
    const key = JSON.stringify(picture);
    if (key === drawn) return;
    drawn = key;
    setAttribute(list, "aria-label", picture.words);
    list.replaceChildren(...picture.options.map((option, index) => row(option, String(index + 1), picture)));
  }

  return { render, destroy: () => list.remove() };
}

/** @param {string} option @param {string} answer @param {BarsPicture} picture */
function row(option, answer, { results, right }) {
  const isRight = right.includes(answer);
  const bars = results.map((count, vote) => bar(count[answer] ?? 0, totalOf(count), vote < results.length - 1));
  return html("li", `vote-row${isRight ? " is-right" : ""}`, [
    html("span", "vote-number", [answer]),
    html("span", "vote-option", [option, ...(isRight ? [html("b", "vote-right", [" ✓ right"])] : [])]),
    ...bars,
  ]);
}

/** @param {number} count @param {number} total @param {boolean} isEarlier */
function bar(count, total, isEarlier) {
  const fill = html("i");
  fill.style.setProperty("--share", String(total === 0 ? 0 : count / total));
  return html("span", `vote-bar${isEarlier ? " is-earlier" : ""}`, [fill, html("b", "", [number(count)])]);
}
