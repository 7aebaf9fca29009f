// The address bar holds what is on show: the choice, the runs, the position.
// A link that is sent to a colleague opens the same thing.

/** @import { Choice } from "./types.js" */

/** @typedef {{choice: Partial<Choice>, runs: string[], at: number | null, alone: boolean}} Place */

/** Browsers refuse too many changes of the address; a position that is still moving can wait. */
const PAUSE = 300;

/** @param {Location} location @returns {Place} */
export function readAddress(location) {
  const query = new URLSearchParams(location.search);
  const alone = /^\/runs\/([^/]+)$/.exec(location.pathname)?.[1];
  /** @type {Partial<Choice>} */
  const choice = {};
  const processes = whole(query.get("processes"));
  const iterations = whole(query.get("iterations"));
  const guard = query.get("guard");
  const pace = query.get("pace");
  if (processes) choice.processes = processes;
  if (iterations) choice.iterations = iterations;
  if (guard) choice.guard = guard;
  if (pace) choice.pace = pace;
  return {
    choice,
    runs: alone ? [decodeURIComponent(alone)] : (query.get("runs") ?? "").split(",").filter(Boolean),
    at: whole(query.get("at")),
    alone: alone !== undefined,
  };
}

/** @param {string | null} text */
function whole(text) {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

export class Address {
  #timer = 0;
  #wanted = "";

  /** @param {Place} place */
  show({ choice, runs, at, alone }) {
    const query = new URLSearchParams();
    if (!alone) {
      for (const [name, value] of Object.entries(choice)) query.set(name, String(value));
      if (runs.length) query.set("runs", runs.join(","));
    }
    if (at !== null) query.set("at", String(at));
    const path = alone ? `/runs/${runs[0] ?? ""}` : "/";
    // Ids are safe in a query; a comma reads better than its escape.
    const text = query.toString().replaceAll("%2C", ",");
    const wanted = text ? `${path}?${text}` : path;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => history.replaceState(null, "", wanted), PAUSE);
  }
}
