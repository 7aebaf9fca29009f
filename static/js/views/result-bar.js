// The bar under the races: what ran, what was guessed, and the one obvious next act. Its parts never move.

import { guessInWords, verdict } from "../core/guess.js";
import { html, part, setAttribute, setText, toggle } from "../shell/dom.js";

/** @import { Guess } from "../core/guess.js" */
/** @import { RunView, TransportState } from "../core/types.js" */

/** The one obvious next act; null while there is none. @param {TransportState} transport */
function nextAct({ inviting, live, playing, losses, lossesOnShow }) {
  if (inviting) return "See how one died";
  // One loss has just been shown; there may be more.
  if (live || playing || lossesOnShow === "") return null;
  return Number(lossesOnShow.split("–").at(-1)) < losses ? "See the next one" : "Back to the result";
}

/** The button that starts becomes the one that stops: the second press of a double click, in ms, is neither. */
const DOUBLE_CLICK = 600;

/** @typedef {{ran: string, running: boolean, busy: boolean, changing: boolean, guess: Guess | null, run: RunView | undefined, transport: TransportState}} ResultBarState */

/**
 * @param {HTMLElement} root
 * @param {{toLoss: (direction: 1 | -1) => void, runAgain?: () => void, stop?: () => void, change?: () => void}} actions where nothing can be run, the last three are missing, and so are their buttons
 */
export function createResultBar(root, actions) {
  const see = part(root, "see-loss", HTMLButtonElement);
  const guessed = part(root, "result-bar-guess", HTMLElement);
  const ran = part(root, "ran", HTMLElement);
  const { runAgain, stop } = actions;
  const again = runAgain ? part(root, "run-again", HTMLButtonElement) : null;
  const change = actions.change ? part(root, "change", HTMLButtonElement) : null;
  let running = false;
  let since = 0;

  again?.addEventListener("click", () => {
    if (!running) runAgain?.();
    else if (performance.now() - since > DOUBLE_CLICK) stop?.();
  });
  see.addEventListener("click", () => actions.toLoss(1));
  change?.addEventListener("click", () => actions.change?.());

  /** @param {ResultBarState} view */
  function render(view) {
    if (view.running && !running) since = performance.now();
    running = view.running;
    setText(ran, view.ran);
    if (again) {
      setText(again, running ? "Stop" : "Run again");
      setAttribute(again, "aria-busy", view.busy ? "true" : null);
    }
    if (change) setAttribute(change, "aria-expanded", String(view.changing));
    const act = nextAct(view.transport);
    if (act) setText(see, act);
    toggle(see, "is-inviting", act !== null);
    see.disabled = act === null;
    renderGuess(view);
  }

  /** @param {ResultBarState} view */
  function renderGuess({ guess, run, transport }) {
    const guessText = guess === null ? "" : guessInWords(guess);
    const cell = run?.summary.cells[0];
    const isOver = !transport.live && transport.moment === transport.last && run?.status === "finished";
    const came = guess !== null && isOver && cell?.final != null ? `: ${verdict(guess, cell.final, cell.expected ?? cell.final)}` : "";
    if (guessed.textContent === (guessText && `You guessed ${guessText}${came}`)) return;
    guessed.replaceChildren(...(guessText ? ["You guessed ", html("b", "", [guessText]), came] : []));
  }

  return { render, destroy() {} };
}
