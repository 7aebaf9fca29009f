// The address holds what is on show: what is explored, and which outcome is open. A link opens the same.

/** @import { ExploreRequest } from "../../core/explore.js" */

/** @typedef {{exploreRequest: ExploreRequest, final: string, projector: boolean}} Address `final` is "2", "deadlock" or "" */

/** @param {string} search @param {ExploreRequest} usual @returns {Address} */
export function readAddress(search, usual) {
  const query = new URLSearchParams(search);
  return {
    exploreRequest: {
      processes: whole(query.get("processes")) ?? usual.processes,
      iterations: whole(query.get("iterations")) ?? usual.iterations,
      guard: query.get("guard") || usual.guard,
    },
    final: query.get("final") ?? "",
    projector: query.has("projector"),
  };
}

/** @param {Address} place */
export function addressOf({ exploreRequest, final, projector }) {
  const query = new URLSearchParams(asTexts(exploreRequest));
  if (final) query.set("final", final);
  if (projector) query.set("projector", "");
  return `/interleavings?${query}`;
}

/** Where a person takes over the schedule. @param {ExploreRequest} exploreRequest @param {readonly string[]} schedule */
export function schedulerAddress({ guard, processes, iterations }, schedule) {
  return `/scheduler?${new URLSearchParams({ ...asTexts({ guard, processes, iterations }), schedule: schedule.join(" ") })}`;
}

/** @param {object} fields */
function asTexts(fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

/** @param {string | null} text */
function whole(text) {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}
