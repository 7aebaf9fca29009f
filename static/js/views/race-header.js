// The head of a race view: which race this is, how it is protected, and the badge that says what is
// real about its pace. Trouble with the connection is shown here, where it happened.

import { part, setAttribute, setText, show } from "../shell/dom.js";

/** @import { ViewState, RaceActions } from "../core/types.js" */

/** @type {Readonly<Record<string, string>>} */
const TITLES = { none: "Without a lock", right: "With a lock", faulty: "With a lock, wrongly" };

/** How the race is protected, in a few words. @param {ViewState} view */
export function titleOf({ scenario, variant }) {
  // Where all variants stand side by side, each is named by what it does.
  return (scenario.lineup === "all" ? undefined : TITLES[variant.kind]) ?? variant.title;
}

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createRaceHeader(root, actions) {
  let side = 0;
  let isSolo = false;
  const title = part(root, "title", HTMLElement);
  const guard = part(root, "guard-title", HTMLElement);
  const pace = part(root, "pace-title", HTMLElement);
  const solo = part(root, "solo", HTMLButtonElement);
  const trouble = part(root, "trouble", HTMLElement);

  solo.addEventListener("click", () => actions.look({ solo: isSolo ? null : side }));

  /** @param {ViewState} view */
  function render(view) {
    side = view.side;
    show(solo, view.races > 1);
    isSolo = view.look.solo === side;
    const all = view.races > 2 ? "All" : "Both";
    setText(solo, isSolo ? all : "Only this");
    setAttribute(solo, "aria-label", isSolo ? `Show ${all.toLowerCase()} races` : "Show this race alone");
    const named = titleOf(view);
    setText(title, named);
    // Neither "Without a lock · no lock" nor "With a lock · with lock".
    const says = named !== view.variant.title && !["none", "with"].includes(view.variant.name);
    setText(guard, says ? view.variant.title : "");
    // Three have room for a word each; the rest comes with the pointer.
    const crowded = view.races > (view.look.projector ? 1 : 2) && view.look.solo === null;
    const badge = crowded ? view.pace.title : view.pace.badge;
    setText(pace, view.run.request.traced === false ? `${badge} · untraced` : badge);
    setAttribute(pace, "title", `Real processes. ${view.pace.about}`);
    show(trouble, view.trouble !== null);
    if (view.trouble !== null) setText(trouble, view.trouble);
  }

  return { render, destroy() {} };
}
