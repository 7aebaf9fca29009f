// On a phone only one race is seen at a time: this line repeats all scoreboards, and leads to each race.

import { number } from "../core/format.js";
import { html, setText, show } from "../shell/dom.js";
import { titleOf } from "./race-header.js";
import { figuresOf } from "./scoreboard.js";

/** @import { ViewState } from "../core/types.js" */

/** @param {HTMLElement} root @param {HTMLElement} races */
export function createScoreLine(root, races) {
  /** By side. @type {{button: HTMLButtonElement, title: Element, counter: Element, lost: Element}[]} */
  const entries = [];

  /** @param {number} side */
  function add(side) {
    const [title, counter, lost] = [html("span"), html("b"), html("span", "score-line-lost")];
    const button = html("button", "", [title, " ", counter, " ", lost]);
    button.type = "button";
    button.addEventListener("click", () => races.querySelectorAll("section")[side]?.scrollIntoView({ inline: "start", block: "nearest" }));
    root.append(button);
    return { button, title, counter, lost };
  }

  /** @param {readonly ViewState[]} views what is on show */
  function render(views) {
    show(root, views.length > 1);
    const most = Math.max(0, ...views.map(({ side }) => side + 1));
    for (let side = entries.length; side < most; side += 1) entries.push(add(side));
    entries.forEach(({ button, title, counter, lost }, side) => {
      const view = views.find((one) => one.side === side);
      show(button, view !== undefined);
      if (!view) return;
      const [, counted, lossFigure] = figuresOf(view);
      const { cells } = view.state;
      // There is room for one number each.
      const isOne = cells.length < 2;
      const all = number(cells.reduce((sum, cell) => sum + cell.lost, 0));
      setText(title, titleOf(view));
      setText(counter, isOne ? (counted?.value ?? "") : "");
      setText(lost, lossFigure?.isLoss ? `✕ ${isOne ? lossFigure.value : all}` : "");
    });
  }

  return { render, destroy() {} };
}
