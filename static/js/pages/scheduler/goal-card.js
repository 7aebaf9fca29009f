// The goal on show: what to reach, a hint on request, and the result.

import { part, setText, show } from "../../shell/dom.js";
import { counted, number } from "../../core/format.js";

/** @import { Goal } from "../../core/goals.js" */

/** The result of the run; null while it goes on. @typedef {{reached: boolean, switches: number, ending: string} | null} GoalResult */

/** @param {HTMLElement} root @param {{hint: () => void, next: () => void}} actions */
export function createGoalCard(root, actions) {
  const text = part(root, "goal-text", HTMLElement);
  const hint = part(root, "goal-hint", HTMLElement);
  const ask = part(root, "ask-hint", HTMLButtonElement);
  const next = part(root, "next-goal", HTMLButtonElement);
  const result = part(root, "goal-result", HTMLElement);
  /** The text without a goal. */
  const free = text.textContent ?? "";
  ask.addEventListener("click", actions.hint);
  next.addEventListener("click", actions.next);

  /** @param {Goal | null} goal @param {{hinted: boolean, outcome: GoalResult, isLast: boolean}} now */
  function render(goal, { hinted, outcome, isLast }) {
    const reached = goal !== null && outcome?.reached === true;
    root.classList.toggle("is-reached", reached);
    setText(text, goal?.text ?? free);
    show(ask, goal !== null && !hinted && !reached);
    show(hint, goal !== null && hinted && !reached);
    setText(hint, goal ? `Hint: ${goal.hint}` : "");
    show(next, reached && !isLast);
    setText(result, goal && outcome ? resultInWords(goal, outcome) : "");
  }

  return { render };
}

/** @param {Goal} goal @param {NonNullable<GoalResult>} outcome */
function resultInWords({ par }, { reached, switches, ending }) {
  if (!reached) return `Not reached: ${ending} Undo a few steps, or start again.`;
  const used = counted(switches, "context switch").replace("switchs", "switches");
  if (switches <= par) return `✓ Reached with ${used}: par, the fewest there can be.`;
  return `✓ Reached with ${used}. Par is ${number(par)}, the fewest there can be.`;
}
