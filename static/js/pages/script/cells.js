// Which cell the value row is about. A few are buttons; of ten thousand one sees the busiest, and searches for others.

import { html, part, setAttribute, show } from "../../shell/dom.js";
import { number } from "../../core/format.js";

/** @import { ScriptActions } from "./actions.js" */
/** @import { ScriptView } from "./view.js" */

/** So many stand in the strip. */
const MOST = 12;

/** With no more cells than this there is nothing to search for. */
const FEW = 8;

/** @param {HTMLElement} root @param {ScriptActions} actions */
export function createCells(root, actions) {
  const strip = part(root, "cells", HTMLElement);
  const search = part(root, "search", HTMLInputElement);
  let shown = "";
  search.addEventListener("input", () => actions.invalidate());
  search.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") /** @type {HTMLButtonElement | null} */ (strip.querySelector("button"))?.click();
  });

  /** @param {ScriptView} view */
  function render({ state, cell, live, history }) {
    const { cells } = state;
    const wanted = search.value.trim().toLowerCase();
    const key = [wanted, cells.length, cell, state.revision, live ? 0 : history.length].join("|");
    if (key === shown) return;
    shown = key;
    show(/** @type {HTMLElement} */ (search.parentElement), cells.length > FEW);
    show(strip, cells.length > 1);
    const matching = wanted ? cells.filter(({ name }) => name.toLowerCase().includes(wanted)) : cells;
    const ordered = matching.toSorted((one, other) => (other.lost ?? 0) - (one.lost ?? 0) || other.writes - one.writes);
    const chosen = ordered.filter(({ name }) => name === cell);
    const some = [...chosen, ...ordered.filter(({ name }) => name !== cell)].slice(0, MOST);
    const rest = matching.length - some.length;
    strip.replaceChildren(
      ...some.map(({ name, lost }) => button(name, lost ?? 0, name === cell)),
      ...(rest > 0 ? [html("small", "", [`${number(rest)} more`])] : []),
      ...(matching.length === 0 ? [html("small", "", ["Nothing of that name."])] : []),
    );
  }

  /** @param {string} name @param {number} lost @param {boolean} pressed */
  function button(name, lost, pressed) {
    const made = html("button", lost > 0 ? "has-lost" : "", lost > 0 ? [name, html("small", "", [` ${number(lost)} lost`])] : [name]);
    made.type = "button";
    setAttribute(made, "aria-pressed", String(pressed));
    made.addEventListener("click", () => actions.choose(name));
    return made;
  }

  return { render };
}
