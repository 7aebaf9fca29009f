// The screen of a message: what is so, in words, and one way on. It shows what message.js says.

import { placed } from "../../core/place.js";
import { part, setText, show } from "../../shell/dom.js";

/** @import { Message } from "./message.js" */

/** @param {HTMLElement} root @param {{button: () => void}} actions */
export function createMessage(root, { button: act }) {
  const link = part(root, "message-link", HTMLAnchorElement);
  const button = part(root, "message-button", HTMLButtonElement);
  button.addEventListener("click", act);

  return {
    /** @param {Message} message */
    render({ title, words, hint, asks, link: way, button: label }) {
      setText(part(root, "message-title", HTMLElement), title);
      setText(part(root, "message-words", HTMLElement), words);
      setText(part(root, "message-hint", HTMLElement), hint);
      show(part(root, "code-form", HTMLElement), asks);
      show(link, way !== null);
      if (way) {
        setText(link, way.label);
        link.href = placed(way.path);
      }
      show(button, label !== "");
      setText(button, label);
    },
  };
}
