// A file that somebody opens here: chosen, or dropped anywhere on the page.

import { show } from "../../shell/dom.js";

/** @param {HTMLElement} body @param {HTMLInputElement} field @param {HTMLElement} drop what lies over the page meanwhile @param {(file: File) => void} open */
export function listenForFiles(body, field, drop, open) {
  field.addEventListener("change", () => {
    const file = field.files?.[0];
    if (file) open(file);
    // The same file can be chosen once more.
    field.value = "";
  });
  // Each element that is crossed says that it was entered and left.
  let inside = 0;
  body.addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    inside += 1;
    show(drop, true);
  });
  body.addEventListener("dragleave", (event) => {
    if (!holdsFiles(event)) return;
    inside -= 1;
    show(drop, inside > 0);
  });
  body.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  body.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    inside = 0;
    show(drop, false);
    const file = event.dataTransfer?.files[0];
    if (file) open(file);
  });
}

/** @param {DragEvent} event */
function holdsFiles({ dataTransfer }) {
  return dataTransfer?.types.includes("Files") ?? false;
}
