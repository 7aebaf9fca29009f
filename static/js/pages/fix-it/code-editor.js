// The code of the puzzle: its lines are in the page, and between them gaps, each with both calls as buttons. Those that
// are pressed stand in the code, and the lines between them are marked as held.

import { setAttribute, toggle } from "../../shell/dom.js";

/** @import { Call, Placement } from "./placement.js" */

/** @param {HTMLElement} root @param {(call: Call, gap: string) => void} place */
export function createCodeEditor(root, place) {
  const gaps = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-gap]")]);
  const lines = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-after]")]);
  const gapNames = gaps.map((gap) => gap.dataset["gap"] ?? "");

  for (const button of buttons(root)) {
    button.addEventListener("click", () => place(callOf(button), gapOf(button)));
  }

  /** The gap that has the focus. */
  function here() {
    return gaps.findIndex((gap) => gap.contains(document.activeElement));
  }

  return {
    gapNames,
    /** The name of the gap that has the focus; null where none has it. */
    get here() {
      return gapNames[here()] ?? null;
    },
    /** To the next gap, or the one before; from elsewhere to the first. @param {1 | -1} direction */
    move(direction) {
      const from = here();
      const call = document.activeElement instanceof HTMLButtonElement && from >= 0 ? callOf(document.activeElement) : "acquire";
      const gap = gaps[from < 0 ? 0 : Math.min(Math.max(from + direction, 0), gaps.length - 1)];
      buttons(gap ?? root).find((button) => callOf(button) === call)?.focus();
    },
    /** @param {Placement} placement */
    render(placement) {
      for (const button of buttons(root)) {
        setAttribute(button, "aria-pressed", String(placement[callOf(button)] === gapOf(button)));
      }
      const [from, to] = [placement.acquire, placement.release].map((gap) => gapNames.indexOf(gap ?? ""));
      for (const line of lines) {
        const at = gapNames.indexOf(line.dataset["after"] ?? "");
        toggle(line, "is-held", from !== undefined && to !== undefined && from >= 0 && from <= at && at < to);
      }
    },
  };
}

/** @param {HTMLElement} root @returns {HTMLButtonElement[]} */
function buttons(root) {
  return [...root.querySelectorAll("button")];
}

/** @param {HTMLButtonElement} button @returns {Call} */
function callOf(button) {
  return button.dataset["call"] === "release" ? "release" : "acquire";
}

/** @param {HTMLButtonElement} button */
function gapOf(button) {
  return button.closest("[data-gap]")?.getAttribute("data-gap") ?? "";
}
