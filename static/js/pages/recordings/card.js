// One recording in the list: its picture, what ran, what came of it, and what can be done with it.

import { outcome, when } from "./kept.js";
import { pictureOf } from "./picture.js";
import { counted, size } from "../../core/format.js";
import { placed, recordingAt } from "../../core/place.js";
import { button, html, setAttribute } from "../../shell/dom.js";

/** @import { Kept } from "./kept.js" */

/** What can be done with one. @typedef {object} CardActions
 * @property {(kept: Kept, name: string | null) => void} rename
 * @property {(kept: Kept) => void} pin
 * @property {(kept: Kept) => void} remove
 * @property {(kept: Kept) => void} restore
 * @property {(kept: Kept) => void} takeAway
 */

/** @param {Kept} kept @param {CardActions} actions @param {Date} [now] */
export function cardOf(kept, actions, now = new Date()) {
  const item = html("li", "kept-card");
  item.dataset.id = kept.id;
  if (kept.is_deleted) {
    item.classList.add("is-deleted");
    item.append(html("p", "", [`“${kept.name ?? kept.title}” is deleted.`]), button("Undo", () => actions.restore(kept)));
    return item;
  }
  const { words, isBad } = outcome(kept);
  const link = html("a", "kept-title", [kept.name ?? kept.title]);
  link.href = placed(recordingAt(kept.id, kept.kind === "script"));
  const picture = html("a", "kept-picture-frame");
  picture.href = link.href;
  picture.tabIndex = -1;
  picture.setAttribute("aria-hidden", "true");
  picture.innerHTML = pictureOf(kept.cell) || `<span class="kept-picture-none">no shared value</span>`;
  const facts = [
    when(kept.made_at, now),
    counted(kept.steps, "step"),
    size(kept.bytes),
    ...(kept.is_imported ? ["opened from a file"] : []),
    ...(kept.kind === "script" ? ["script"] : []),
  ];
  item.append(
    picture,
    html("div", "kept-words", [
      html("h3", "", [link]),
      ...(kept.name === null ? [] : [html("p", "kept-ran", [kept.title])]),
      html("p", isBad ? "kept-outcome is-bad" : "kept-outcome", [words]),
      html("p", "kept-facts", [facts.join(" · ")]),
    ]),
    buttons(item, kept, actions),
  );
  return item;
}

/** @param {HTMLElement} item @param {Kept} kept @param {CardActions} actions */
function buttons(item, kept, actions) {
  const called = kept.name ?? kept.title;
  const pin = button("Pin", () => actions.pin(kept), `Pin ${called}: it is never removed`);
  setAttribute(pin, "aria-pressed", String(kept.is_pinned));
  return html("div", "kept-buttons", [
    button("Rename", () => rename(item, kept, actions), `Rename ${called}`),
    pin,
    button("Take away…", () => actions.takeAway(kept), `Take ${called} away as a file`),
    button("Delete", () => actions.remove(kept), `Delete ${called}`),
  ]);
}

/** A field in the place of the title: Enter gives the name, Escape leaves it. @param {HTMLElement} item @param {Kept} kept @param {CardActions} actions */
function rename(item, kept, actions) {
  const title = item.querySelector("h3");
  if (!title || title.querySelector("input")) return;
  const link = title.firstElementChild;
  const field = html("input", "kept-name");
  field.value = kept.name ?? "";
  field.placeholder = kept.title;
  field.maxLength = 200;
  field.setAttribute("aria-label", "The name of this recording");
  let isOver = false;
  /** @param {boolean} isGiven */
  const end = (isGiven) => {
    if (isOver) return;
    isOver = true;
    const name = field.value.trim() || null;
    if (isGiven && name !== kept.name) actions.rename(kept, name);
    else if (link) title.replaceChildren(link);
  };
  field.addEventListener("keydown", ({ key }) => {
    if (key !== "Enter" && key !== "Escape") return;
    end(key === "Enter");
    item.querySelector("button")?.focus();
  });
  field.addEventListener("blur", () => end(true));
  title.replaceChildren(field);
  field.focus();
  field.select();
}
