// What went wrong, in one row across the page, with what to do. It lies over the header, so nothing moves.

import { part, setText, show } from "./dom.js";

/** What can be done about it. @typedef {{label: string, act: () => void}} NoticeAction */

/** @param {HTMLElement} root the row itself */
export function createNotice(root) {
  const text = part(root, "notice-text", HTMLElement);
  const button = part(root, "notice-action", HTMLButtonElement);
  const close = part(root, "notice-close", HTMLButtonElement);
  /** @type {NoticeAction | null} */
  let action = null;
  /** The notice that was closed: it is not shown again until there was another one. */
  let closed = "";
  button.addEventListener("click", () => action?.act());
  close.addEventListener("click", () => {
    closed = text.textContent ?? "";
    show(root, false);
  });
  show(close, true);

  return {
    /** @param {string} words "" is nothing @param {NoticeAction | null} [offered] */
    say(words, offered = null) {
      action = offered;
      if (words !== closed) closed = "";
      if (words) setText(text, words);
      setText(button, offered?.label ?? "");
      show(button, offered !== null);
      show(root, words !== "" && words !== closed);
    },
  };
}
