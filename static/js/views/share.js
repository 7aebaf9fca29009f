// Shares a lost update as a picture, to be saved as SVG or PNG, with the address at which it can be seen again.
// Fetched when a person asks for it.

import { lossNear } from "../core/anatomy.js";
import { addressed } from "../core/place.js";
import { copy } from "../shell/clipboard.js";
import { button, html, setText } from "../shell/dom.js";
import { styled } from "../shell/lazy-styles.js";
import { portableCopy } from "../shell/portable-svg.js";
import { lossPicture } from "../stages/cells/loss-picture.js";

/** @import { ViewState } from "../core/types.js" */

/** A picture is shown on screens that are finer than the page's own pixels. */
const FINER = 2;

let opening = false;

/** @param {ViewState} view with a lost update at or near its moment */
export async function share(view) {
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
  const address = addressOf(view, position);
  preview.innerHTML = lossPicture(view, position, address);
  const said = html("p", "share-said");
  said.setAttribute("role", "status");
  const name = `lost-update-${view.run.id}-${position}`;
  /** @param {string} label @param {() => Promise<string>} act */
  const telling = (label, act) => button(label, async () => setText(said, await act()));
  const row = html("div", "share-row", [
    telling("Save as PNG", async () => saved(await pngOf(svgOf(preview)), `${name}.png`)),
    telling("Save as SVG", async () => saved(new Blob([svgOf(preview)], { type: "image/svg+xml" }), `${name}.svg`)),
    ...(address ? [telling("Copy the address", async () => ((await copy(address)) ? "Copied." : "Could not copy."))] : []),
    said,
    button("Close", () => dialog.close()),
  ]);
  dialog.append(preview, row);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Where this very clip is shown again, as long as the server keeps the run; "" where it has no address. @param {ViewState} view @param {number} position */
function addressOf({ run }, position) {
  const address = addressed(`/runs/${run.id}?clip=${position}`);
  return address === null ? "" : new URL(address, window.location.href).href;
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
