// The address bar holds what is on show: the choice, the runs, the moment, and how they are looked at.
// A link that is sent to a colleague opens the same thing.

import { readGuess } from "../../core/guess.js";

/** @import { Choice, Look, Panel } from "../../core/types.js" */
/** @import { Guess } from "../../core/guess.js" */

/** @typedef {{choice: Partial<Choice>, runs: string[], at: number | null, clip: number | null, guess: Guess | null, clock: "steps" | "clock", look: Look, single: boolean}} Address */

/** What a request calls the variant, which differs from scenario to scenario. @typedef {"guard" | "start_method" | "call"} Field */

/** @type {readonly Field[]} */
const FIELDS = ["guard", "start_method", "call"];
const SIDES = ["left", "right", "third"];
/** @type {readonly Panel[]} */
const PANELS = ["value", "timeline", "map", "lineage", "code", "anatomy", "distribution"];

/** @param {Pick<Location, "pathname" | "search">} location with the path as we know it @returns {Address} */
export function readAddress(location) {
  const query = new URLSearchParams(location.search);
  const single = /^\/runs\/([^/]+)$/.exec(location.pathname)?.[1];
  /** @type {Partial<Choice>} */
  const choice = {};
  const scenario = query.get("scenario");
  const processes = whole(query.get("processes"));
  const iterations = whole(query.get("iterations"));
  const chunksize = whole(query.get("chunksize"));
  const variant = FIELDS.map((field) => query.get(field)).find(Boolean);
  const pace = query.get("pace");
  if (scenario) choice.scenario = scenario;
  if (processes) choice.processes = processes;
  if (iterations) choice.iterations = iterations;
  if (chunksize) choice.chunksize = chunksize;
  if (variant) choice.variant = variant;
  if (pace) choice.pace = pace;
  return {
    choice,
    runs: single ? [decodeURIComponent(single)] : (query.get("runs") ?? "").split(",").filter(Boolean),
    at: whole(query.get("at")),
    clip: whole(query.get("clip")),
    guess: readGuess(query.get("guess")),
    clock: query.get("clock") === "clock" ? "clock" : "steps",
    look: {
      panel: PANELS.find((panel) => panel === query.get("panel")) ?? "value",
      solo: SIDES.includes(query.get("alone") ?? "") ? SIDES.indexOf(query.get("alone") ?? "") : null,
      projector: query.has("projector"),
      cell: query.get("cell"),
    },
    single: single !== undefined,
  };
}

/** @param {string | null} text */
function whole(text) {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;
}

/** @param {Address & {choice: Choice, field: Field | null}} address `field` is null where no variant is chosen */
export function addressOf({ choice, field, runs, at, clip, guess, clock, look, single }) {
  const query = new URLSearchParams();
  if (!single) {
    const { variant, chunksize, ...rest } = choice;
    for (const [name, value] of Object.entries(rest)) query.set(name, String(value));
    if (field) query.set(field, variant);
    if (chunksize) query.set("chunksize", String(chunksize));
    if (runs.length) query.set("runs", runs.join(","));
  }
  // A clip on show opens as that clip again.
  if (clip !== null) query.set("clip", String(clip));
  else if (at !== null) query.set("at", String(at));
  if (guess !== null) query.set("guess", String(guess));
  if (clock !== "steps") query.set("clock", clock);
  if (look.panel !== "value") query.set("panel", look.panel);
  if (look.cell !== null) query.set("cell", look.cell);
  if (look.solo !== null) query.set("alone", SIDES[look.solo] ?? "");
  if (look.projector) query.set("projector", "");
  const path = single ? `/runs/${runs[0] ?? ""}` : "/";
  // Ids are safe in a query; a comma reads better than its escape.
  const text = query.toString().replaceAll("%2C", ",");
  return text ? `${path}?${text}` : path;
}
