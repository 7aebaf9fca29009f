// The course of the walkthrough: its steps in order, and where one can be among them. Pure.

/** @import { RunRequest } from "../types.js" */

/** @typedef {{kind: "guess", ask: string, right: number | null, why: string}} Guess */
/** @typedef {{kind: "choice", ask: string, options: string[], right: number, why: string}} Choice `right` counts from 1 */
/** @typedef {Guess | Choice} Question */

/** What a step asks and runs. `repeat` runs the one request so often, one run after the other.
 * @typedef {{chapter: string, step: string, title: string, runs: RunRequest[], repeat: number, question: Question | null}} Program */

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

/** @param {Program} program */
export function nameOf({ chapter, step }) {
  return `${chapter}/${step}`;
}

/** @param {readonly Program[]} programs @param {number} at */
export function addressOf(programs, at) {
  const program = programs[at];
  return program ? `${HOME}/${nameOf(program)}` : HOME;
}

/** The step that an address names; a chapter's address is that of its first step.
 * @param {readonly Program[]} programs @param {string} path @returns {number} -1 where it names none */
export function stepAt(programs, path) {
  const [chapter, step] = path.startsWith(`${HOME}/`) ? path.slice(HOME.length + 1).split("/") : [];
  return programs.findIndex((program) => program.chapter === chapter && (step === undefined || program.step === step));
}

/** "2 of 6" in its chapter. @param {readonly Program[]} programs @param {number} at */
export function placeInChapter(programs, at) {
  const own = programs.filter(({ chapter }) => chapter === programs[at]?.chapter);
  const before = programs.slice(0, at).filter(({ chapter }) => chapter === programs[at]?.chapter);
  return `${before.length + 1} of ${own.length}`;
}
