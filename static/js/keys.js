// The keyboard, and a presenter's clicker, which sends PageDown and PageUp.

/** @import { Actions } from "./types.js" */

/** @param {Actions} actions */
export function listenForKeys(actions) {
  /** @type {Record<string, (event: KeyboardEvent) => void>} */
  const keys = {
    " ": () => actions.togglePlay(),
    ArrowLeft: ({ shiftKey }) => actions.step(shiftKey ? -10 : -1),
    ArrowRight: ({ shiftKey }) => actions.step(shiftKey ? 10 : 1),
    PageUp: () => actions.step(-1),
    PageDown: () => actions.step(1),
    Home: () => actions.toStart(),
    End: () => actions.toEnd(),
    n: () => actions.toLoss(1),
    p: () => actions.toLoss(-1),
  };
  document.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTaken(event)) return;
    event.preventDefault();
    action(event);
  });
}

/** Whether the key already means something where the focus is. @param {KeyboardEvent} event */
function isTaken({ key, target }) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("input[type=range]")) return false;
  if (target.matches("input, select, textarea, [contenteditable]")) return true;
  return key === " " && target.matches("button, a[href], summary");
}
