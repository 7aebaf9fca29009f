// A dialog over the page: a title, a button that closes it, and what it is about. It is gone when it is closed.

import { button, html } from "./dom.js";
import { styled } from "./lazy-styles.js";

/** @param {string} name its class @param {URL} sheet @param {string} title @param {(Node | string)[]} content
 * @returns {Promise<HTMLDialogElement | null>} null where it is open already: a second press opens no second one */
export async function openDialog(name, sheet, title, content) {
  await Promise.all([styled(new URL("../../css/dialog.css", import.meta.url)), styled(sheet)]);
  if (document.querySelector(`dialog.${name}`)) return null;
  const heading = html("h2", "", [title]);
  heading.id = `${name}-title`;
  const close = button("Close", () => dialog.close());
  const dialog = html("dialog", `dialog ${name}`, [html("div", "dialog-sheet", [html("header", "", [heading, close]), ...content])]);
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.addEventListener("click", ({ target }) => {
    // Everything inside is in the sheet, so a click on the dialog itself is a click beside it.
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
