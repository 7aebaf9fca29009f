// The course of the walkthrough: its steps in order, and the locations in it that can be on show. Pure.

/** @import { RunRequest } from "../../core/types.js" */
/** @import { Explanation } from "./pointing.js" */

/** What a step runs; its words are in the page. `name` is "locks/with", as in its address. `repeat` runs the one
 * request that often, one run after the other. `right` is the answer: a number, or the number of the right option
 * from 1, or null where chance decides; then `result` names what holds the answer. `look` says where each sentence of
 * what to look at points.
 * @typedef {object} Program
 * @property {string} name
 * @property {RunRequest[]} runs
 * @property {number} repeat
 * @property {number | null} right
 * @property {string | null} result
 * @property {Explanation[]} look
 */

/** First the question, then the run, then what to look at. @typedef {"overview" | "ask" | "run" | "look"} Phase */

/** A location in the course. The overview comes before the first step, at -1. `explanation` is the sentence of what to look at.
 * @typedef {{at: number, phase: Phase, explanation: number}} Location */

/** @type {Location} */
export const OVERVIEW = { at: -1, phase: "overview", explanation: 0 };

const HOME = "/walkthrough";

/** A step as it begins. @param {number} at @returns {Location} */
export function questionOf(at) {
  return { at, phase: "ask", explanation: 0 };
}

/** @param {readonly Program[]} programs @param {Location} place @returns {Location} */
export function nextLocation(programs, { at, phase, explanation }) {
  if (phase === "ask") return { at, phase: "run", explanation: 0 };
  if (phase === "run") return { at, phase: "look", explanation: 0 };
  if (phase === "look" && explanation < lastExplanation(programs, at)) return { at, phase, explanation: explanation + 1 };
  return at + 1 < programs.length ? questionOf(at + 1) : OVERVIEW;
}

/** Back to where a run was looked at, where there has been one.
 * @param {readonly Program[]} programs @param {Location} place @param {(at: number) => boolean} hasRun @returns {Location} */
export function previousLocation(programs, { at, phase, explanation }, hasRun) {
  if (phase === "look") return explanation > 0 ? { at, phase, explanation: explanation - 1 } : { at, phase: "run", explanation: 0 };
  if (phase === "run") return questionOf(at);
  if (at <= 0) return OVERVIEW;
  return hasRun(at - 1) ? { at: at - 1, phase: "look", explanation: lastExplanation(programs, at - 1) } : questionOf(at - 1);
}

/** @param {readonly Program[]} programs @param {Location} place */
export function isLastLocation(programs, { at, phase, explanation }) {
  return phase === "look" && at === programs.length - 1 && explanation >= lastExplanation(programs, at);
}

/** @param {readonly Program[]} programs @param {number} at */
function lastExplanation(programs, at) {
  return Math.max(0, (programs[at]?.look.length ?? 0) - 1);
}

/** @param {readonly Program[]} programs @param {number} at */
export function addressOf(programs, at) {
  const program = programs[at];
  return program ? `${HOME}/${program.name}` : HOME;
}

/** The step that an address names; a chapter's address is that of its first step.
 * @param {readonly Program[]} programs @param {string} path @returns {number} -1 where it names none */
export function stepAt(programs, path) {
  if (!path.startsWith(`${HOME}/`)) return -1;
  const asked = path.slice(HOME.length + 1);
  return programs.findIndex((program) => program.name === asked || chapterOf(program) === asked);
}

/** "2 of 6" in its chapter. @param {readonly Program[]} programs @param {number} at */
export function positionInChapter(programs, at) {
  const chapter = chapterOf(programs[at]);
  const own = programs.filter((program) => chapterOf(program) === chapter);
  return `${own.findIndex((program) => program === programs[at]) + 1} of ${own.length}`;
}

/** @param {Program | undefined} program */
export function chapterOf(program) {
  return program?.name.split("/")[0];
}
