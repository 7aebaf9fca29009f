// A notice across the page, for what concerns it as a whole: a run that is not there any more.

import { part, setText, show } from "./dom.js";

/** @param {HTMLElement} root the notice itself */
export function createNotice(root) {
  const text = part(root, "notice-text", HTMLElement);
  const button = part(root, "notice-action", HTMLButtonElement);
  /** @type {(() => void) | null} */
  let act = null;
  button.addEventListener("click", () => act?.());

  return {
    /** @param {string} words @param {(() => void) | null} [again] offered as "Run it again" */
    say(words, again = null) {
      act = again;
      setText(text, words);
      show(button, again !== null);
      show(root, true);
    },
    clear: () => show(root, false),
    destroy() {},
  };
}
