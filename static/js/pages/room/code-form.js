// The field for a code, where the address has none, or one of no room.

import { placed } from "../../core/place.js";
import { codeOf } from "../../core/room.js";
import { part, setText } from "../../shell/dom.js";

/** @param {HTMLFormElement} form */
export function createCodeForm(form) {
  const field = part(form, "code-field", HTMLInputElement);
  const problem = part(form, "code-problem", HTMLElement);

  /** @param {string} words */
  function complain(words) {
    setText(problem, words);
    if (words) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  field.addEventListener("input", () => complain(""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = codeOf(field.value);
    if (code) window.location.assign(placed(`/room/${code}`));
    else complain("A code is a letter, a digit, a letter and a digit, such as K7F4.");
    if (!code) field.focus();
  });

  return { focus: () => field.focus({ preventScroll: true }) };
}
