// Whether the run on show has reached the goal. It is judged once, when all of its steps are here.

import { number } from "../../core/format.js";
import { isReached } from "../../core/goals.js";
import { remember } from "./goal-storage.js";

/** @import { Race } from "../../core/race.js" */
/** @import { GoalResult } from "./goal-card.js" */
/** @import { Goal } from "../../core/goals.js" */

export function createGoalJudge() {
  /** The run and the goal that were judged last, and the result. @type {{id: string, result: GoalResult}} */
  let judged = { id: "", result: null };

  /** @param {Race} race @param {Goal | null} goal @param {number} switches @returns {GoalResult} */
  return function judge(race, goal, switches) {
    if (!race.complete || !goal) return null;
    const id = `${race.run.id} ${goal.slug}`;
    if (judged.id !== id) {
      judged = { id, result: goalResult(race, goal, switches) };
      if (judged.result?.reached) remember(goal.slug, switches);
    }
    return judged.result;
  };
}

/** @param {Race} race @param {Goal} goal @param {number} switches @returns {GoalResult} */
function goalResult({ run, history }, goal, switches) {
  if (run.status !== "finished" && !run.deadlock) return null;
  const value = history.stateAt(history.length).cells[0]?.value ?? 0;
  const ending = run.deadlock ? "everybody waits for ever." : `the counter ended at ${number(value)}.`;
  return { reached: isReached(goal, run, history), switches, ending };
}
