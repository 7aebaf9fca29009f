// What the walkthrough lends to a presenter: the question of the step on show, and its answer.

import { cameOf } from "./verdict.js";

/** @import { Asked } from "../../core/room-types.js" */
/** @import { Askable, Offer, Outcome } from "../../shell/room.js" */
/** @import { Program } from "./course.js" */
/** @import { Runs } from "./runs.js" */

/** A step on show: its place, its program, and its words on the page. @typedef {{at: number, program: Program, article: HTMLElement}} StepOnShow */

/** What is needed of the page's navigation. @typedef {{readonly at: number, steps: readonly HTMLElement[], runs: Runs, run: () => Promise<boolean>}} Navigation */

/** A guess may be so many times too large; and where the sum is small, at least so large. */
const TOO_LARGE = 2;
const AT_LEAST = 1000;

/** @param {readonly Program[]} programs @param {Navigation} navigation @param {() => boolean} isPlayed the runs on show have come to their end
 * @returns {Offer} */
export function roomOffer(programs, navigation, isPlayed) {
  /** @returns {StepOnShow | null} */
  function onShow() {
    const { at, steps } = navigation;
    const [program, article] = [programs[at], steps[at]];
    return program && article ? { at, program, article } : null;
  }

  return {
    question() {
      const step = onShow();
      return step && askable(step);
    },
    run: async () => onShow() !== null && navigation.run(),
    outcome(question) {
      const step = onShow();
      const asked = step && askable(step)?.asked;
      return step && asked?.text === question.text && asked.detail === question.detail ? outcome(step, navigation.runs, isPlayed) : null;
    },
  };
}

/** @param {StepOnShow} step @returns {Askable | null} */
function askable({ program, article }) {
  const text = words(article.querySelector(".question-ask"));
  const options = [...article.querySelectorAll(".option")].map(words);
  if (!text) return null;
  /** @type {Asked} */
  const asked = options.length > 0 ? { kind: "choice", text, options } : { kind: "number", text, least: 0, most: mostOf(program), chips: [] };
  return { label: "Ask this question", asked: { ...asked, detail: words(article.querySelector("h3")) }, needsRun: program.right === null, picture: null };
}

/** @param {Program} program */
function mostOf({ runs: [request], repeat, right }) {
  if (repeat > 1) return repeat;
  return Math.max(AT_LEAST, TOO_LARGE * Math.max(right ?? 0, (request?.processes ?? 1) * (request?.iterations ?? 1)));
}

/** @param {StepOnShow} step @param {Runs} runs @param {() => boolean} isPlayed @returns {Outcome | null} */
function outcome({ at, program: { right, result, repeat } }, runs, isPlayed) {
  const isOver = repeat > 1 || isPlayed();
  const came = result !== null && isOver ? cameOf(result, runs.racesOf(at).map(({ run }) => run), runs.counted).came : null;
  const truth = right ?? came;
  return truth === null ? null : { truth: String(truth), right: [String(truth)], words: "", figures: null, deaths: [], see: null, again: null };
}

/** @param {Element | null} element */
function words(element) {
  return element?.textContent?.replace(/\s+/g, " ").trim() ?? "";
}
