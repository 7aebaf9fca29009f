// A field for a number, with a button on either side for one less and one more. What stands in it counts once it is sent.

import { part, setText, show, toggle } from "../../shell/dom.js";

/** @import { QuestionView } from "./question-view.js" */

/** @typedef {NonNullable<QuestionView["field"]>} Field */

/** @param {HTMLElement} root @param {(answer: string) => void} send */
export function createAnswerField(root, send) {
  const number = part(root, "answer-number", HTMLInputElement);
  const sendButton = part(root, "send-number", HTMLButtonElement);
  const less = part(root, "one-less", HTMLButtonElement);
  const more = part(root, "one-more", HTMLButtonElement);
  let shownFor = "";
  let sent = "";
  /** @type {Field | null} */
  let field = null;

  /** What stands in it, if it is an answer. */
  function typed() {
    const text = number.value.trim();
    const value = Number(text);
    return field && /^\d+$/.test(text) && value >= field.least && value <= field.most ? value : null;
  }

  /** @param {number} by */
  function stepBy(by) {
    if (!field) return;
    number.value = String(Math.min(field.most, Math.max(field.least, (typed() ?? field.value) + by)));
    drawButtons();
  }

  function sendTyped() {
    const value = typed();
    if (value !== null) send(String(value));
  }

  function drawButtons() {
    const value = typed();
    const isSent = field !== null && field.isChosen && value === field.value;
    setText(sendButton, value === null ? "Send" : isSent ? `Sent: ${value}` : `Send ${value}`);
    sendButton.disabled = value === null || isSent;
    less.disabled = field === null || (value !== null && value <= field.least);
    more.disabled = field === null || (value !== null && value >= field.most);
    toggle(root, "is-chosen", isSent);
    if (value === null && number.value.trim() !== "") number.setAttribute("aria-invalid", "true");
    else number.removeAttribute("aria-invalid");
  }

  less.addEventListener("click", () => stepBy(-1));
  more.addEventListener("click", () => stepBy(1));
  sendButton.addEventListener("click", sendTyped);
  number.addEventListener("input", drawButtons);
  number.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") sendTyped();
    else if (key === "ArrowUp") stepBy(1);
    else if (key === "ArrowDown") stepBy(-1);
  });

  return {
    /** @param {string} key of the question: with another one the field begins anew @param {Field | null} wanted */
    render(key, wanted) {
      field = wanted;
      show(root, wanted !== null);
      if (!wanted) return;
      // What somebody is typing is left alone; what was sent is shown.
      const now = wanted.isChosen ? String(wanted.value) : "";
      if (key !== shownFor || (now !== sent && now !== "")) number.value = String(wanted.value);
      shownFor = key;
      sent = now;
      drawButtons();
    },
  };
}
