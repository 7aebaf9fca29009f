// Shares a lost update as a picture, to be saved as SVG or PNG, with the address at which it can be seen again.
// Fetched when a person asks for it.

import { lossNear } from "../core/anatomy.js";
import { placed } from "../core/place.js";
import { copy } from "../shell/clipboard.js";
import { html, setText } from "../shell/dom.js";
import { styled } from "../shell/lazy-styles.js";
import { portableCopy } from "../shell/portable-svg.js";
import { lossPicture } from "../stages/cells/loss-picture.js";
import { takeAway } from "./take-away.js";

/** @import { ViewState } from "../core/types.js" */
/** @import { Listed } from "./take-away.js" */

/** A picture is shown on screens that are finer than the page's own pixels. */
const FINER = 2;

let opening = false;

/** @param {ViewState} view with a lost update at or near its moment @param {() => Promise<Listed>} list the formats of its run */
export async function share(view, list) {
  // A second press of a double click opens no second one.
  if (opening || document.querySelector("dialog.share")) return;
  const position = lossNear(view.history, view.position);
  if (position === null) return;
  opening = true;
  await styled(new URL("../../css/share.css", import.meta.url));
  opening = false;
  const dialog = html("dialog", "share");
  dialog.setAttribute("aria-label", "Share this death");
  const preview = html("div", "share-preview stage");
  preview.innerHTML = lossPicture(view, position, addressOf(view, position));
  const said = html("p", "share-said");
  said.setAttribute("role", "status");
  const name = `lost-update-${view.run.id}-${position}`;
  /** @param {string} label @param {() => Promise<string>} act */
  const button = (label, act) => {
    const made = html("button", "quiet", [label]);
    made.type = "button";
    made.addEventListener("click", async () => setText(said, await act()));
    return made;
  };
  const close = button("Close", async () => (dialog.close(), ""));
  const row = html("div", "share-row", [
    button("Save as PNG", async () => saved(await pngOf(svgOf(preview)), `${name}.png`)),
    button("Save as SVG", async () => saved(new Blob([svgOf(preview)], { type: "image/svg+xml" }), `${name}.svg`)),
    button("Copy the address", async () => ((await copy(addressOf(view, position))) ? "Copied." : "Could not copy.")),
    said,
    close,
  ]);
  dialog.append(preview, row, takeAway(view.run.id, list));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Where this very clip is shown again, as long as the server keeps the run. @param {ViewState} view @param {number} position */
function addressOf({ run }, position) {
  return new URL(placed(`/runs/${run.id}?clip=${position}`), window.location.href).href;
}

/** The picture by itself: as text that needs nothing from the page. @param {HTMLElement} preview */
function svgOf(preview) {
  return new XMLSerializer().serializeToString(portableCopy(/** @type {SVGSVGElement} */ (preview.querySelector("svg"))));
}

/** @param {string} svg @returns {Promise<Blob | null>} */
async function pngOf(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = html("canvas");
  canvas.width = image.naturalWidth * FINER;
  canvas.height = image.naturalHeight * FINER;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((settle) => canvas.toBlob(settle, "image/png"));
}

/** @param {Blob | null} blob @param {string} name */
function saved(blob, name) {
  if (!blob) return "This browser could not make the picture.";
  const link = html("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  return `Saved as ${name}.`;
}
