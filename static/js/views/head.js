// The head of an arena: which race this is, how it is protected, and the badge that says what is
// real about its pace. Trouble with the connection is told here, where it happened.

import { part, setAttribute, setText, show } from "../dom.js";

/** @import { Frame, ShowActions } from "../types.js" */

/** @type {Readonly<Record<string, string>>} */
const TITLES = { none: "Without a lock", right: "With a lock", faulty: "With a lock, wrongly" };

/** @param {HTMLElement} root @param {ShowActions} actions */
export function createHead(root, actions) {
  let side = 0;
  let isSolo = false;
  const title = part(root, "title", HTMLElement);
  const guard = part(root, "guard-title", HTMLElement);
  const pace = part(root, "pace-title", HTMLElement);
  const solo = part(root, "solo", HTMLButtonElement);
  const trouble = part(root, "trouble", HTMLElement);

  solo.addEventListener("click", () => actions.look({ solo: isSolo ? null : side }));

  /** @param {Frame} frame */
  function render(frame) {
    side = frame.side;
    show(solo, frame.races > 1);
    isSolo = frame.look.solo === side;
    const all = frame.races > 2 ? "All" : "Both";
    setText(solo, isSolo ? all : "Alone");
    setAttribute(solo, "aria-label", isSolo ? `Show ${all.toLowerCase()} races` : "Show this race alone");
    // Of all ways side by side each is named by what it does.
    const known = frame.scenario.lineup === "all" ? undefined : TITLES[frame.variant.kind];
    setText(title, known ?? frame.variant.title);
    // "no lock" beside "Without a lock" would say it twice.
    setText(guard, known && frame.variant.kind !== "none" ? frame.variant.title : "");
    // Three have room for a word each; the rest comes with the pointer.
    const crowded = frame.races > (frame.look.projector ? 1 : 2) && frame.look.solo === null;
    const badge = crowded ? frame.pace.title : frame.pace.badge;
    setText(pace, frame.run.request.traced === false ? `${badge} · untraced` : badge);
    setAttribute(pace, "title", `Real processes. ${frame.pace.about}`);
    show(trouble, frame.trouble !== null);
    if (frame.trouble !== null) setText(trouble, frame.trouble);
  }

  return { render, destroy() {} };
}
