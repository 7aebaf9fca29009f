// The course of the walkthrough: its steps in order, and where one can be among them. Pure.

/** @import { RunRequest } from "../../core/types.js" */

/** What a step runs; its words are in the page. `name` is "locks/with", as in its address. `repeat` runs the one
 * request that often, one run after the other. `right` is the answer: a number, or the number of the right option
 * from 1, or null where chance decides.
 * @typedef {{name: string, runs: RunRequest[], repeat: number, right: number | null}} Program */

/** First the question, then the run, then what to look at. @typedef {"overview" | "ask" | "run" | "look"} Phase */

/** Where one is; the overview comes before the first step, at -1. @typedef {{at: number, phase: Phase}} Place */

/** @type {Place} */
export const OVERVIEW = { at: -1, phase: "overview" };

const HOME = "/walkthrough";

/** @param {readonly Program[]} programs @param {Place} place @returns {Place} */
export function nextPlace(programs, { at, phase }) {
  if (phase === "ask") return { at, phase: "run" };
  if (phase === "run") return { at, phase: "look" };
  return at + 1 < programs.length ? { at: at + 1, phase: "ask" } : OVERVIEW;
}

/** Back to where a run was looked at, where there has been one. @param {Place} place @param {(at: number) => boolean} hasRun @returns {Place} */
export function previousPlace({ at, phase }, hasRun) {
  if (phase === "look") return { at, phase: "run" };
  if (phase === "run") return { at, phase: "ask" };
  if (at <= 0) return OVERVIEW;
  return { at: at - 1, phase: hasRun(at - 1) ? "look" : "ask" };
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
export function placeInChapter(programs, at) {
  const chapter = chapterOf(programs[at]);
  const own = programs.filter((program) => chapterOf(program) === chapter);
  return `${own.findIndex((program) => program === programs[at]) + 1} of ${own.length}`;
}

/** @param {Program | undefined} program */
export function chapterOf(program) {
  return program?.name.split("/")[0];
}
