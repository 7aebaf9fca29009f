// The screen of a game: who one is, what all hold, and one large button under the thumb. It shows what game-view.js says.

import { html, part, setAttribute, setText, show, toggle } from "../../shell/dom.js";
import { inlineMark } from "../../shell/marks.js";
import { createGamePicture } from "./game-picture.js";
import { tone } from "./game-view.js";

/** @import { Button, End, GameView } from "./game-view.js" */

/** @param {HTMLElement} root @param {{press: () => void}} actions */
export function createGame(root, { press }) {
  const title = part(root, "game-title", HTMLElement);
  const goal = part(root, "game-goal", HTMLElement);
  const lostFigure = part(root, "game-lost-figure", HTMLElement);
  const sentence = part(root, "game-sentence", HTMLElement);
  const picture = createGamePicture(part(root, "game-picture", HTMLElement));
  const button = part(root, "press", HTMLButtonElement);
  const help = part(root, "press-help", HTMLElement);
  let named = "";

  // Not disabled while it cannot be pressed: it would lose the focus, and tell nobody why.
  button.addEventListener("click", press);

  /** @param {GameView["title"]} words */
  function drawTitle({ before, process }) {
    const key = [before, process].join("|");
    if (key === named) return;
    named = key;
    title.replaceChildren(`${before} `, ...(process ? [inlineMark(process), html("b", "", [` ${process}`])] : []));
  }

  /** @param {GameView} view */
  function render(view) {
    drawTitle(view.title);
    setText(goal, view.goal);
    show(goal, view.goal !== "");
    setText(part(root, "game-counter", HTMLElement), view.counter);
    setText(part(root, "game-lost", HTMLElement), view.lost);
    toggle(lostFigure, "is-loss", view.isLoss);
    toggle(root, "has-ended", view.end !== null);
    setText(sentence, view.sentence);
    show(sentence, view.end === null);
    drawButton(view.button);
    setText(help, view.help);
    drawEnd(view.end);
    // Last: how much room there is for it depends on the rest.
    picture.render(view);
  }

  /** @param {Button | null} next */
  function drawButton(next) {
    show(button, next !== null);
    if (!next) return;
    const process = /^\S+/.exec(next.title)?.[0] ?? "";
    const markBox = part(root, "press-mark", HTMLElement);
    const isSame = markBox.dataset["process"] === process;
    // What was pressed stands there until it is known what comes next.
    if (!next.isOnItsWay || !isSame) setText(part(root, "press-title", HTMLElement), next.title);
    setText(part(root, "press-note", HTMLElement), next.note);
    setAttribute(button, "aria-disabled", next.can ? null : "true");
    toggle(button, "is-blocked", next.isBlocked);
    toggle(button, "is-on-its-way", next.isOnItsWay);
    if (isSame) return;
    markBox.dataset["process"] = process;
    markBox.replaceChildren(inlineMark(process));
    button.className = button.className.replace(/\bp\d\b/, "").trim();
    button.classList.add(tone(Number(process.slice(1)) - 1));
  }

  /** @param {End | null} end */
  function drawEnd(end) {
    show(part(root, "game-end", HTMLElement), end !== null);
    if (!end) return;
    setText(part(root, "end-expected", HTMLElement), end.expected);
    setText(part(root, "end-counter", HTMLElement), end.counter);
    setText(part(root, "end-lost", HTMLElement), end.lost);
    toggle(part(root, "game-end", HTMLElement), "is-loss", end.isLoss);
    setText(part(root, "end-goal", HTMLElement), end.goal);
    setText(part(root, "end-words", HTMLElement), end.words);
    setText(part(root, "end-own", HTMLElement), end.own);
  }

  return { render };
}
