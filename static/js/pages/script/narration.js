// The sentence under the code: the step on show; the message of a finding, when its clip has come to its end. Pure.

import { sentence } from "./step-sentences.js";

/** @import { ScriptView } from "./view.js" */

/** @param {ScriptView} view @returns {{text: string, isLoss: boolean}} */
export function narration(view) {
  const { run, history, step, finding, clipPositions, position, live } = view;
  if (step === null) {
    if (history.length > 0) return { text: "Nothing has happened yet. Step forward, or play.", isLoss: false };
    if (live) return { text: "The program has begun. Nothing that is shared has been touched yet.", isLoss: false };
    return { text: run.steps > 0 ? "Fetching its steps." : "This program shared nothing that we trace.", isLoss: false };
  }
  const told = sentence({ history, step, processes: run.processes });
  const isLast = clipPositions.length > 0 && position === clipPositions.at(-1);
  const isLoss = history.losses.between(position - 1, position);
  // The message of a finding comes last, with the step that completes its evidence.
  if (finding && isLast && !isLoss) return { text: `${told} ${finding.message}`, isLoss };
  const isEnd = !live && position === history.length && position === run.steps;
  return { text: isEnd ? `${told} That was the last step.` : told, isLoss };
}
