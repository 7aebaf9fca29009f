// What every page has around its content: keys and their help, the theme, projector mode, the whole screen, the row
// for what went wrong, and the address bar. A page makes one shell, once, and gives it the page's keys.
//
//   const shell = createShell({ keys: KEYS, actions, onProjector, onTheme });
//   shell.say(words, { label, act });  // what went wrong, and a way out; "" takes it away
//   shell.showProblem(problem);               // the same, of an answer of the server; null takes it away
//   shell.write(address, link, runs);  // what is on show, for the address bar; `link` opens it elsewhere, too; `runs` are files
//   shell.takeAway(run);               // the ways to take that recording away
//   shell.openFile(file);              // a recording, to be looked at; a file that is dropped on the page is opened, too
//   shell.room.offer(offer);           // what can be asked of a class on this page, and how it goes on
//   shell.projector                    // whether the type is big

import { createAddress } from "./address.js";
import { pathWithin } from "../core/place.js";
import { part } from "./dom.js";
import { listenForDrops } from "./file-drop.js";
import { listenForKeys } from "./keys.js";
import { createNotice } from "./notice.js";
import { createRoom } from "./room.js";
import { createScreen } from "./screen.js";
import { BY_BUTTON, EVERYWHERE } from "./shell-keys.js";
import { createTheme } from "./theme.js";

/** @import { Problem } from "../core/types.js" */
/** @import { KeyTable } from "./keys.js" */
/** @import { OnShow } from "./link.js" */
/** @import { NoticeAction } from "./notice.js" */
/** @import { FetchPresenter, Room } from "./room.js" */
/** @import { ShellActions } from "./shell-keys.js" */

/** Where there is no server there are no rooms. @type {Pick<Room, "toggle" | "offer" | "wrote">} */
const NO_ROOM = { toggle: async () => {}, offer: () => {}, wrote: () => {} };

/** @template A
 * @typedef {object} ShellOptions
 * @property {KeyTable<A>} keys what they do on this page alone
 * @property {A} actions
 * @property {(projector: boolean) => void} [onProjector] the type has become big, or small again
 * @property {() => void} [onTheme] colours have changed: what is painted by a script must be painted again
 * @property {FetchPresenter} [presenter] the presenter's side of a room, fetched when it is needed
 */

/** @typedef {ReturnType<typeof createShell>} Shell */

/** @template A @param {ShellOptions<A>} setting */
export function createShell({ keys, actions, onProjector = () => {}, onTheme = () => {}, presenter }) {
  const body = document.body;
  const button = part(body, "projector", HTMLButtonElement);
  const screen = createScreen(body, button);
  const notice = createNotice(part(body, "notice", HTMLElement));
  // A page without a server has no such button.
  const linkButton = body.querySelector("[data-part=link]");
  let projector = new URLSearchParams(window.location.search).has("projector");
  /** @type {KeyTable<A & ShellActions>} */
  const table = [...keys, ...EVERYWHERE, ...Object.entries(BY_BUTTON).flatMap(([name, row]) => (body.querySelector(`[data-part=${name}]`) ? row : []))];
  /** @type {Promise<{open: () => Promise<void>}> | null} */
  let dialog = null;
  const address = createAddress();
  let linked = pathWithin(window.location.pathname) + window.location.search;
  /** @type {readonly OnShow[]} */
  let recordings = [];

  /** @type {ShellActions} */
  const own = {
    toggleProjector() {
      projector = !projector;
      screen.render(projector);
      onProjector(projector);
    },
    toggleFullscreen: () => void screen.toggleFullscreen(),
    blank: () => screen.blank(),
    link() {
      import("./link.js").then(({ showLink }) => showLink(linked, recordings, takeAway)).catch(sayAway);
    },
    room: () => void room.toggle(),
    help() {
      // Fetched when someone asks for it: a page must be light.
      dialog ??= import("./help.js").then(({ createHelp }) => createHelp(body, table));
      dialog.then((it) => it.open(), () => {
        dialog = null;
        notice.say("The list of keys did not come: the server is away. Try again.");
      });
    },
  };

  const sayAway = () => notice.say("The server is away. Try again.");
  /** @param {Promise<Problem | null>} answered */
  const sayProblem = (answered) => void answered.then((problem) => notice.say(inWords(problem)), sayAway);
  /** @param {string} run */
  const takeAway = (run) => sayProblem(import("./take-away.js").then(({ showTakeAway }) => showTakeAway(run)));
  /** @param {File} file */
  const openFile = (file) => sayProblem(import("./open-file.js").then((module) => module.openFile(file)));

  const room = presenter ? createRoom(body, presenter, linked, { say: notice.say, ...own }) : NO_ROOM;

  fixLinks(body);
  screen.render(projector);
  createTheme(part(body, "theme", HTMLButtonElement), onTheme);
  button.addEventListener("click", own.toggleProjector);
  part(body, "help-button", HTMLButtonElement).addEventListener("click", own.help);
  linkButton?.addEventListener("click", own.link);
  if (linkButton) listenForDrops(body, openFile);
  listenForKeys({ ...actions, ...own }, table);

  return {
    say: notice.say,
    room,
    takeAway,
    openFile,
    /** @param {Problem | null} problem @param {NoticeAction | null} [action] */
    showProblem: (problem, action = null) => notice.say(inWords(problem), action),
    /** @param {string} path with its query @param {string} [link] the same with what it takes to run it anew elsewhere
     * @param {readonly OnShow[]} [onShow] recordings that can be taken away */
    write(path, link = path, onShow = []) {
      linked = link;
      recordings = onShow;
      address(path);
      room.wrote(path);
    },
    get projector() {
      return projector;
    },
  };
}

/** Links are relative to the address at which the page was opened, and the address bar will hold another.
 * @param {HTMLElement} body */
function fixLinks(body) {
  for (const link of body.querySelectorAll("a")) {
    const address = link.getAttribute("href");
    if (address !== null && !address.startsWith("#")) link.href = link.href;
  }
}

/** What is wrong, and what to do. @param {Problem | null} problem */
export function inWords(problem) {
  return problem ? [problem.message, problem.hint].filter(Boolean).join(" ") : "";
}
