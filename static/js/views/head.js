// The head of an arena: which race this is, how it is protected, and the badge that says what is
// real about its pace. Trouble with the connection is told here, where it happened.

import { part, setProse, setText, show } from "../dom.js";

/** @import { Frame } from "../types.js" */

const TITLES = { none: "Without a lock", right: "With a lock", faulty: "With a lock, wrongly" };

/** @param {HTMLElement} root */
export function createHead(root) {
  const title = part(root, "title", HTMLElement);
  const guard = part(root, "guard-title", HTMLElement);
  const pace = part(root, "pace-title", HTMLElement);
  const about = part(root, "pace-about", HTMLElement);
  const trouble = part(root, "trouble", HTMLElement);

  /** @param {Frame} frame */
  function render(frame) {
    setText(title, TITLES[frame.guard.kind]);
    // "no lock" beside "Without a lock" would say it twice.
    setText(guard, frame.guard.kind === "none" ? "" : frame.guard.title);
    setText(pace, `${frame.pace.title} · real processes`);
    setProse(about, frame.pace.about);
    show(trouble, frame.trouble !== null);
    if (frame.trouble !== null) setText(trouble, frame.trouble);
  }

  return { render, destroy() {} };
}
