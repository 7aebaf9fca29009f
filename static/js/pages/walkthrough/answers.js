// The answers to the questions, repeated beside the run, and at the end whether they were right.

import { createQuestion } from "./question.js";
import { verdictOf } from "./verdict.js";

/** @import { Location, Program } from "./course.js" */
/** @import { Runs } from "./runs.js" */

/**
 * @param {HTMLElement} root where it is said again
 * @param {readonly HTMLElement[]} steps
 * @param {readonly Program[]} programs
 * @param {Runs} runs
 * @param {(direction: "next" | "previous") => void} move
 * @param {() => void} onAnswer
 */
export function createAnswers(root, steps, programs, runs, move, onAnswer) {
  const questions = steps.map((step) => createQuestion(step, move, onAnswer));
  let shown = "";

  return {
    /** @param {number} at a step @param {number} number of an option, from 1 */
    choose: (at, number) => questions[at]?.choose(number),
    /** @param {Location} location */
    judge({ at, phase }) {
      const program = programs[at];
      const question = questions[at];
      const views = runs.racesOf(at).map(({ run }) => run);
      const verdict = phase === "look" && program && question ? verdictOf(program, question.given, views, runs.counted) : null;
      // It is asked with each view of the run, and seldom differs.
      const wanted = JSON.stringify([at, question?.given, verdict]);
      if (wanted === shown) return;
      shown = wanted;
      root.replaceChildren(...(question?.repeated(verdict) ?? []));
    },
  };
}
