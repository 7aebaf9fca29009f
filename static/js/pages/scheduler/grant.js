// Lets a process take its next step, at the pace `step`.

import { ask } from "../../core/api.js";

/** @import { Failure } from "../../core/api.js" */
/** @import { RunView } from "../../core/types.js" */

/** @typedef {{ok: true, step: {index: number}, run: RunView}} Granted */

/** @param {string} id @param {string} process @returns {Promise<Granted | Failure>} */
export async function grantStep(id, process) {
  const answer = await ask(`/api/runs/${encodeURIComponent(id)}/grants`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ process }),
  });
  return answer.ok ? { ok: true, .../** @type {{step: {index: number}, run: RunView}} */ (answer.body) } : answer;
}
