// Runs a request to its end with nothing on show: starts it, polls it, and stops it where the result is not needed
// any more. No page.

import { fetchRun, startRun, stopRun } from "./api.js";

/** @import { Answer } from "./api.js" */
/** @import { RunRequest, RunView } from "./types.js" */

/** Between two looks at a run, in ms. */
const PAUSE = 100;

/** How often a full server is asked again, and how long between, in ms. */
const PATIENCE = 30;
const FULL_PAUSE = 1000;

/** @type {ReadonlySet<string>} */
const LIVE = new Set(["queued", "running"]);

/** Runs a request, and returns the run once it has ended. If the server is full, asks again. `onWait` is called with what is waited for; "" once it runs.
 * @param {RunRequest} request @param {() => boolean} wanted @param {(waiting: string) => void} [onWait] @returns {Promise<Answer>} */
export async function ended(request, wanted, onWait = () => {}) {
  let answer = await startRun(request);
  for (let tries = 0; !answer.ok && answer.status === 429 && tries < PATIENCE && wanted(); tries += 1) {
    onWait(`${answer.problem.message} Asking again …`);
    await pause(FULL_PAUSE);
    if (wanted()) answer = await startRun(request);
  }
  while (answer.ok && LIVE.has(answer.run.status)) {
    if (!wanted()) {
      void stopRun(answer.run.id);
      return answer;
    }
    onWait(queueNumberWords(answer.run));
    await pause(PAUSE);
    answer = await fetchRun(answer.run.id);
  }
  return answer;
}

/** @param {RunView} run */
function queueNumberWords({ status, place: number }) {
  if (status !== "queued") return "";
  return number ? `Waiting for a free place: number ${number} in line.` : "Waiting for a free place.";
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resume) => setTimeout(resume, ms));
}
