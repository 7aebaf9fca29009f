// A file that is dropped anywhere on a page: a recording, to be opened here.

import { html } from "./dom.js";

/** @param {HTMLElement} body @param {(file: File) => void} open */
export function listenForDrops(body, open) {
  /** What lies over the page while a file is held over it. @type {HTMLElement | null} */
  let cover = null;
  // Each element that is crossed says that it was entered and left.
  let inside = 0;
  /** @param {number} now */
  const hold = (now) => {
    inside = now;
    if (inside > 0 && !cover) body.append((cover = html("div", "drop", [html("p", "", ["Drop it to open it here"])])));
    if (inside > 0) return;
    cover?.remove();
    cover = null;
  };
  body.addEventListener("dragenter", (event) => holdsFiles(event) && hold(inside + 1));
  body.addEventListener("dragleave", (event) => holdsFiles(event) && hold(inside - 1));
  body.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  body.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    hold(0);
    const file = event.dataTransfer?.files[0];
    if (file) open(file);
  });
}

/** @param {DragEvent} event */
function holdsFiles({ dataTransfer }) {
  return dataTransfer?.types.includes("Files") ?? false;
}
