// What is on show, to hand on: its address as text, copied, and as a QR code beside it; and its recordings as files.
// Fetched when asked for.

import { copy } from "./clipboard.js";
import { openDialog } from "./dialog.js";
import { button, html, setText } from "./dom.js";
import { placed } from "../core/place.js";

/** Names by which a machine calls itself: nobody else reaches it by them. */
const THIS_MACHINE = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Longer than this makes a code too fine for a phone; the server refuses it. */
const LONGEST = 1500;

/** A recording on show: how it is called there. @typedef {{id: string, title: string}} OnShow */

/** @param {string} address as we know it, beginning with "/" @param {readonly OnShow[]} recordings those that are over @param {(run: string) => void} takeAway */
export async function showLink(address, recordings, takeAway) {
  const whole = new URL(placed(address), window.location.href).href;
  const field = html("input", "link-address");
  field.type = "text";
  field.readOnly = true;
  field.value = whole;
  field.setAttribute("aria-label", "The address");
  // From its end, so that its beginning is what one sees.
  field.addEventListener("focus", () => field.setSelectionRange(0, whole.length, "backward"));
  const said = html("p", "link-said");
  said.setAttribute("role", "status");
  const copying = button("Copy", async () => setText(said, (await copy(whole)) ? "Copied." : "Could not copy: select it, and copy it by hand."));
  const dialog = await openDialog("link", new URL("../../css/link.css", import.meta.url), "Share this", [
    html("div", "link-row", [field, copying]),
    said,
    html("p", "link-means", [meaning(window.location.hostname)]),
    ...(address.length <= LONGEST ? [codeOf(address)] : []),
    ...(recordings.length > 0 ? [files(recordings, (id) => (dialog?.close(), takeAway(id)))] : []),
  ]);
  if (dialog) field.focus();
}

/** What whoever opens it will see, and where it can be opened. @param {string} hostname */
function meaning(hostname) {
  const opens = "It opens what you see, as long as this server keeps the recording. On another Lost Update, or later, it opens the same settings, to run anew.";
  return THIS_MACHINE.test(hostname)
    ? `${opens} This address is for this machine alone. For phones and others in the room start with --host 0.0.0.0, and open the page by this machine’s address in the network.`
    : opens;
}

/** @param {string} address */
function codeOf(address) {
  const code = html("img", "link-code");
  code.src = placed(`/api/qr.svg?address=${encodeURIComponent(address)}`);
  code.alt = "The same address as a QR code";
  return code;
}

/** @param {readonly OnShow[]} recordings @param {(run: string) => void} takeAway */
function files(recordings, takeAway) {
  return html("div", "link-files", [
    html("p", "link-means", ["Or take it away as a file, which opens anywhere:"]),
    ...recordings.map(({ id, title }) => button(`${title}…`, () => takeAway(id))),
  ]);
}
