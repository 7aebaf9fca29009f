// All keys, in a dialog.

import { html, part } from "./dom.js";
import { nameOf } from "./keys.js";
import { styled } from "./lazy-styles.js";

/** @import { KeyTable } from "./keys.js" */

/** The names of keys, where the label on the key is another one. @type {Readonly<Record<string, string>>} */
const CAPS = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", PageUp: "Page↑", PageDown: "Page↓", "-": "−" };

/** @template A @param {HTMLElement} root @param {KeyTable<A>} table */
export function createHelp(root, table) {
  const dialog = part(root, "help", HTMLDialogElement);
  part(dialog, "keys", HTMLElement).append(...table.map(([does, keys]) =>
    html("div", "", [html("dt", "", caps(Object.keys(keys))), html("dd", "", [does])]),
  ));
  part(dialog, "help-close", HTMLButtonElement).addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    // By the key that opened it, and by a clicker, which has no other. Once it is closed the focus leaves it with the
    // next frame only: a key that comes before is for the page.
    if (!dialog.open || !["?", "PageDown", "PageUp"].includes(nameOf(event))) return;
    event.preventDefault();
    event.stopPropagation();
    dialog.close();
  });
  dialog.addEventListener("click", ({ target }) => {
    // Everything inside is in an element of its own, so a click on the dialog itself is a click beside it.
    if (target === dialog) dialog.close();
  });

  return {
    async open() {
      await styled(new URL("../../css/help.css", import.meta.url));
      if (!dialog.open) dialog.showModal();
    },
  };
}

/** "Shift+ArrowLeft" is two keys, "+" is one, and one Shift is enough for a row. @param {readonly string[]} keys */
function caps(keys) {
  const names = new Set(keys.flatMap((key) => key.split(/(?<=.)\+/)));
  return [...names].map((name) => html("kbd", "", [CAPS[name] ?? name]));
}
