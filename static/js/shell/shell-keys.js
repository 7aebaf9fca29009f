// What keys do on every page, beside what they do on that page alone. No key of a page has two meanings: a test.

/** @import { KeyTable } from "./keys.js" */

/** What keys do on every page.
 * @typedef {object} ShellActions
 * @property {() => void} toggleProjector
 * @property {() => void} toggleFullscreen
 * @property {() => void} blank the screen, until a key is pressed
 * @property {() => void} link what is on show, to hand on
 * @property {() => void} room opens one, shows it, hides it
 * @property {() => void} help
 */

/** @type {KeyTable<ShellActions>} */
export const EVERYWHERE = [
  ["Projector mode: big type", { m: ({ toggleProjector }) => toggleProjector() }],
  ["Fullscreen", { f: ({ toggleFullscreen }) => toggleFullscreen() }],
  ["Blank screen", { b: ({ blank }) => blank() }],
  ["All keys", { "?": ({ help }) => help() }],
];

/** What not every page has: by the button that does the same. @type {Readonly<Record<string, KeyTable<ShellActions>>>} */
export const BY_BUTTON = {
  link: [["Share it: a link, a QR code, files", { l: ({ link }) => link() }]],
  room: [["Room: a class follows on its phones", { j: ({ room }) => room() }]],
};
