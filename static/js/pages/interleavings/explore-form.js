// The form that says what to explore. It says at once what is out of range.

import { part, setAttribute, setText, toggle } from "../../shell/dom.js";
import { number } from "../../core/format.js";

/** @import { ExploreRequest } from "../../core/explore.js" */

/** @param {HTMLFormElement} root @param {(exploreRequest: ExploreRequest) => void} ask */
export function createExploreForm(root, ask) {
  const processes = part(root, "processes", HTMLInputElement);
  const iterations = part(root, "iterations", HTMLInputElement);
  const guard = part(root, "guard", HTMLSelectElement);
  const message = part(root, "message", HTMLElement);
  const button = part(root, "explore", HTMLButtonElement);
  /** What is on show, as text. */
  let shown = "";

  /** @returns {ExploreRequest | null} null, and a message, where something is out of range */
  function read() {
    let problem = "";
    for (const [input, what] of /** @type {const} */ ([[processes, "processes"], [iterations, "increments each"]])) {
      const [least, most] = [Number(input.min), Number(input.max)];
      const good = /^\d+$/.test(input.value) && Number(input.value) >= least && Number(input.value) <= most;
      setAttribute(input, "aria-invalid", good ? null : "true");
      if (!good && !problem) problem = `Between ${number(least)} and ${number(most)} ${what}, please.`;
    }
    setText(message, problem);
    const exploreRequest = { processes: Number(processes.value), iterations: Number(iterations.value), guard: guard.value };
    // The button stands out only while something new would be explored.
    toggle(button, "primary", problem !== "" || JSON.stringify(exploreRequest) !== shown);
    return problem ? null : exploreRequest;
  }

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    const exploreRequest = read();
    if (exploreRequest) ask(exploreRequest);
  });
  root.addEventListener("input", read);

  return {
    /** @param {ExploreRequest} exploreRequest */
    set(exploreRequest) {
      processes.value = String(exploreRequest.processes);
      iterations.value = String(exploreRequest.iterations);
      if ([...guard.options].some(({ value }) => value === exploreRequest.guard)) guard.value = exploreRequest.guard;
      return read();
    },
    /** This is on show now. @param {ExploreRequest | null} exploreRequest */
    mark(exploreRequest) {
      shown = JSON.stringify(exploreRequest);
      read();
    },
    /** The variant's title, as it stands in the select. */
    get guardTitle() {
      return guard.selectedOptions[0]?.textContent ?? "";
    },
  };
}
