// A placement of the lock: judged by the server, put into words, kept in the address. No page.

import { ask } from "../../core/api.js";
import { counted } from "../../core/format.js";

/** @import { Problem } from "../../core/types.js" */

/** @typedef {"acquire" | "release"} Call */

/** Where each call stands: the name of a gap, or null for nowhere. @typedef {Readonly<Record<Call, string | null>>} Placement */

/** What the server says of a placement. `final` is null for a deadlock, `interleavings` where none were counted.
 * @typedef {object} Judgement
 * @property {boolean} passes
 * @property {"right" | "wrong" | "deadlock" | "failure"} ends
 * @property {string} why
 * @property {string[] | null} schedule that breaks it
 * @property {number | null} final
 * @property {number} expected
 * @property {string | null} interleavings
 * @property {number} held how many lines stand between acquire and release
 */

/** How much runs. @typedef {{processes: number, iterations: number}} Size */

/** @param {Placement} placement @param {Size} size
 * @returns {Promise<{ok: true, judgement: Judgement} | {ok: false, problem: Problem}>} */
export async function judge(placement, size) {
  const headers = { "Content-Type": "application/json" };
  const answer = await ask("/api/fix", { method: "POST", headers, body: JSON.stringify({ ...size, ...placement }) });
  return answer.ok ? { ok: true, judgement: /** @type {Judgement} */ (answer.body) } : answer;
}

/** The lines of a round, without the loop itself. */
const ROUND = 2;

/** What else there is to say about a judgement. @param {Judgement} judgement */
export function more({ passes, interleavings, held, schedule }) {
  if (interleavings === null) return "To know this, no interleaving had to be tried.";
  const ways = counted(Number(interleavings), "interleaving");
  if (!passes) return `There are ${ways}${new Set(schedule).size > 1 ? ". None breaks it with fewer context switches" : ""}.`;
  const long = held > ROUND ? "for the whole loop" : `for ${counted(held, "line")}, and released in every round`;
  return `All ${ways} were tried. The lock is held ${long}.`;
}


/** What an address says, as far as there are such gaps. @param {string} search @param {readonly string[]} gapNames
 * @returns {{placement: Placement, level: string | null, projector: boolean}} */
export function readAddress(search, gapNames) {
  const query = new URLSearchParams(search);
  const gap = (/** @type {Call} */ call) => gapNames.find((name) => name === query.get(call)) ?? null;
  return {
    placement: { acquire: gap("acquire"), release: gap("release") },
    level: query.get("level"),
    projector: query.has("projector"),
  };
}

/** @param {Placement} placement @param {string} level @param {boolean} projector */
export function addressOf({ acquire, release }, level, projector) {
  const query = new URLSearchParams({ level });
  if (acquire) query.set("acquire", acquire);
  if (release) query.set("release", release);
  if (projector) query.set("projector", "");
  return `/fix-it?${query}`;
}
