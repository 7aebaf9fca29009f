// What a list says of a recording, in words. Pure.

import { counted, number } from "../../core/format.js";

/** @typedef {{name: string, initial: number | null, expected: number | null, final: number | null, lost: number | null, points: [number, number][]}} CellCard */

/** @typedef {{kind: string, certainty: "happened" | "shown" | "suspected", count: number}} FindingCard */

/** A recording that is kept, as the server lists it.
 * @typedef {object} Kept
 * @property {string} id
 * @property {string | null} name
 * @property {string} title
 * @property {"scenario" | "script"} kind
 * @property {string} made_at
 * @property {string} status
 * @property {number} steps
 * @property {number} bytes
 * @property {boolean} is_pinned
 * @property {boolean} is_imported
 * @property {boolean} is_deleted
 * @property {CellCard | null} cell
 * @property {FindingCard[]} findings
 */

/** @typedef {{recordings: Kept[], next: string | null, bytes: number, budget: number | null, max_import: number, is_kept: boolean, why_not: string | null}} Listing */

/** What came of it, in one line, and whether something was lost or found. @param {Kept} kept @returns {{words: string, isBad: boolean}} */
export function outcome({ kind, status, cell, findings }) {
  const certain = findings.filter(({ certainty }) => certainty !== "suspected");
  if (certain.length > 0) return { words: certain.map(finding).join(" · "), isBad: true };
  if (status === "failed") return { words: "It failed", isBad: true };
  const suspected = findings.length > 0 ? [`${counted(findings.length, "suspicion")}`] : [];
  if (kind === "script") return { words: ["Nothing went wrong", ...suspected].join(" · "), isBad: false };
  if (!cell) return { words: status === "stopped" ? "It was stopped" : "It came to its end", isBad: false };
  const { expected, final, lost } = cell;
  if (lost === null || expected === null || final === null) return { words: "Nobody can know what was lost", isBad: true };
  return { words: `expected ${number(expected)} · counter ${number(final)} · lost ${number(lost)}`, isBad: lost > 0 };
}

/** @param {FindingCard} finding */
function finding({ kind, certainty, count }) {
  const words = kind.replaceAll("_", " ");
  return `${count > 1 ? `${number(count)} × ` : ""}${words}${certainty === "shown" ? ", shown" : ""}`;
}

/** When, seen from now: "today 14:05", "yesterday 9:30", "3 March 2026, 14:05". @param {string} at @param {Date} now */
export function when(at, now) {
  const then = new Date(at);
  const time = `${then.getHours()}:${String(then.getMinutes()).padStart(2, "0")}`;
  const days = Math.round((midnight(now) - midnight(then)) / 86_400_000);
  if (days === 0) return `today ${time}`;
  if (days === 1) return `yesterday ${time}`;
  return `${then.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" })}, ${time}`;
}

/** @param {Date} date */
function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
