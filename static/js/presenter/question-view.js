// A question that is open or closed: the question, what stands ready or can be chosen, and how many have answered. What
// they have answered stays hidden.

import { number } from "../core/format.js";
import { html, setAttribute, setText, show } from "../shell/dom.js";
import { restingPicture } from "./resting-picture.js";
import { createWayIn } from "./way-in.js";

/** @import { Question } from "../core/room-types.js" */
/** @import { SceneName } from "./scene.js" */
/** @import { Situation, View } from "./situation.js" */

/** More phones than these have smaller boxes. */
const ROOMY = 30;

/** What is said below the boxes. @type {Readonly<Partial<Record<SceneName, (now: Situation) => string>>>} */
const NOTES = {
  asked: ({ askable }) => (askable?.needsRun ? "The answers stay hidden until it has run." : "The answers stay hidden until they are revealed."),
  closed: () => "The vote is closed.",
  talking: () => "Then everybody votes once more.",
  running: () => "It runs. The answers come back when it has ended.",
};

/** @param {HTMLElement} root @returns {View} */
export function createQuestionView(root) {
  const [title, detail, about, answered, note] = [html("h1"), html("p", "room-lead"), html("div", "asked-about"), html("p", "answered"), html("p", "asked-note")];
  const boxes = html("div", "boxes");
  const wayIn = createWayIn();
  answered.setAttribute("role", "status");
  boxes.setAttribute("aria-hidden", "true");
  root.append(html("div", "room-main asked", [title, detail, about, html("div", "asked-answers", [answered, boxes, note])]), wayIn.root);
  let drawn = "";

  /** @param {Situation} now */
  function render(now) {
    const { room, scene } = now;
    const { question } = room;
    wayIn.render(now);
    if (!question) return;
    const isTalking = scene.name === "talking";
    setText(title, isTalking ? "Talk to your neighbour." : question.text);
    setText(detail, isTalking ? question.text : question.detail);
    show(detail, detail.textContent !== "");
    renderAbout(question, now);
    const count = question.answered[question.round - 1] ?? 0;
    const phones = Math.max(room.phones, count);
    const words = [html("b", "", [number(count)]), ` of ${number(phones)} ${question.round > 1 ? "have voted again" : "have answered"}`];
    if (answered.textContent !== words.map((each) => (typeof each === "string" ? each : each.textContent)).join("")) answered.replaceChildren(...words);
    renderBoxes(count, phones);
    setText(note, NOTES[scene.name]?.(now) ?? "");
  }

  /** What stands ready, where the page asks just that; the options of a choice. @param {Question} question @param {Situation} now */
  function renderAbout({ kind, options, text }, { askable, scene }) {
    const picture = askable?.asked.text === text ? askable.picture : null;
    const key = JSON.stringify([options, picture, scene.name === "talking"]);
    if (key === drawn) return;
    drawn = key;
    if (kind === "choice") about.replaceChildren(html("ol", "choices-list", options.map((option, index) => html("li", "", [html("span", "vote-number", [String(index + 1)]), html("span", "", [option])]))));
    else about.replaceChildren(...(picture ? [restingPicture(picture)] : []));
  }

  /** @param {number} count @param {number} phones */
  function renderBoxes(count, phones) {
    while (boxes.children.length > phones) boxes.lastChild?.remove();
    while (boxes.children.length < phones) boxes.append(html("i"));
    [...boxes.children].forEach((box, index) => setAttribute(box, "class", index < count ? "is-full" : ""));
    boxes.classList.toggle("are-many", phones > ROOMY);
  }

  return { render, destroy: () => {} };
}
