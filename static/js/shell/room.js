// The room that this browser presents, as every page with a server has it: a button in the header, and what the page lends
// to a presenter. All else is fetched when a room is opened, or where this browser holds one already.
//
//   page ── write, offer ──▶ room.js ◀── asks ── presenter/ (fetched): the layer, the requests, the stream

import { heldRoom } from "./room-storage.js";

/** @import { Asked, Question } from "../core/room-types.js" */

/** What a class can be asked on this page. `needsRun`: what is right shows only when it has run. `picture` is what then
 * stands ready, where it can be drawn.
 * @typedef {{label: string, asked: Asked, needsRun: boolean, picture: {processes: number, cell: string, initial: number} | null}} Askable */

/** Something to do on the page. @typedef {{label: string, act: () => void}} Deed */

/** What came of it, as the page shows it. `deaths` are the processes whose updates were lost, at most as many as a tray holds.
 * @typedef {{truth: string, right: string[], words: string, figures: {expected: number, counter: number, lost: number} | null,
 *   deaths: readonly number[], see: Deed | null, again: Deed | null}} Outcome */

/** What a page lends to a presenter. Each is asked anew whenever it is needed.
 * @typedef {object} Offer
 * @property {() => Askable | null} [question] what can be asked now
 * @property {() => Promise<boolean>} [run] runs on the page what the question is about: whether it has begun
 * @property {(question: Question) => Outcome | null} [outcome] of that question; null while nobody knows
 * @property {boolean} [plays] whether a class can be the processes here
 */

/** What a presenter sees of the page. @typedef {{readonly path: string, readonly offer: Offer}} Page */

/** The presenter's side of a room. `look`: something on the page may have changed. @typedef {{toggle: () => void, look: () => void}} Presenter */

/** @typedef {{button: HTMLButtonElement, page: Page, say: (words: string) => void, toggleFullscreen: () => void, blank: () => void}} Around */

/** @typedef {() => Promise<{createPresenter: (around: Around) => Presenter}>} FetchPresenter */

/** @typedef {ReturnType<typeof createRoom>} Room */

/** @param {HTMLElement} body @param {FetchPresenter} fetch @param {string} path where the page was opened @param {Pick<Around, "say" | "toggleFullscreen" | "blank">} shell */
export function createRoom(body, fetch, path, { say, toggleFullscreen, blank }) {
  // A page without a server has no such button.
  const button = body.querySelector("[data-part=room]");
  /** @type {Offer} */
  let offer = {};
  /** @type {ReturnType<FetchPresenter> | null} */
  let fetched = null;
  /** @type {Presenter | null} */
  let presenter = null;
  const page = {
    get path() {
      return path;
    },
    get offer() {
      return offer;
    },
  };

  /** The presenter's side; null where it did not come. */
  async function get() {
    if (!(button instanceof HTMLButtonElement)) return null;
    const module = await (fetched ??= fetch()).catch(() => null);
    if (module) return (presenter ??= module.createPresenter({ button, page, say, toggleFullscreen, blank }));
    // It is asked for again with the next press.
    fetched = null;
    say("The room’s part of the page did not come: the server is away. Try again.");
    return null;
  }

  button?.addEventListener("click", toggle);
  // Who reloads, or goes to another page, is still the presenter.
  if (button && heldRoom()) void get();

  /** Opens a room; where this browser holds one, shows it or hides it. */
  async function toggle() {
    (await get())?.toggle();
  }

  return {
    toggle,
    /** @param {Offer} own from now on */
    offer(own) {
      offer = own;
      presenter?.look();
    },
    /** @param {string} address with its query */
    wrote(address) {
      path = address;
      presenter?.look();
    },
  };
}
