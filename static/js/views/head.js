// The head of an arena: which race this is, how it is protected, and the badge that says what is
// real about its pace. Trouble with the connection is told here, where it happened.

import { part, setAttribute, setText, show } from "../dom.js";

/** @import { Frame, ShowActions } from "../types.js" */

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
    show(solo, !frame.isSingle);
    isSolo = frame.look.solo === side;
    setText(solo, isSolo ? "Both" : "Alone");
    setAttribute(solo, "aria-label", isSolo ? "Show both races" : "Show this race alone");
    setText(title, TITLES[frame.guard.kind]);
    // "no lock" beside "Without a lock" would say it twice.
    setText(guard, frame.guard.kind === "none" ? "" : frame.guard.title);
    setText(pace, frame.run.request.traced === false ? `${frame.pace.badge} · untraced` : frame.pace.badge);
    setAttribute(pace, "title", `Real processes. ${frame.pace.about}`);
    show(trouble, frame.trouble !== null);
    if (frame.trouble !== null) setText(trouble, frame.trouble);
  }

  return { render, destroy() {} };
}
