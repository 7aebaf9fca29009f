// Remembers which goals were reached, and with how many context switches at best. Storage may be forbidden: then
// what is reached counts until the page is left.

const KEY = "goals";

/** @type {Record<string, number>} */
const reached = recall();

/** @returns {Record<string, number>} */
function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}

/** The fewest switches with which a goal was reached; undefined where it was not. @param {string} slug */
export function bestOf(slug) {
  const best = reached[slug];
  return typeof best === "number" ? best : undefined;
}

/** @param {string} slug @param {number} switches */
export function remember(slug, switches) {
  reached[slug] = Math.min(switches, bestOf(slug) ?? switches);
  try {
    localStorage.setItem(KEY, JSON.stringify(reached));
  } catch {
    // See above.
  }
}
