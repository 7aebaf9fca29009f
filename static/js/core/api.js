// Plain requests to the server. An error comes back as a Problem in words, never as a bare status.

import { asked } from "./server.js";

/** @import { Problem, RunRequest, RunView } from "./types.js" */

/** @typedef {{ok: false, status: number, problem: Problem}} Failure */
/** @typedef {{ok: true, run: RunView} | Failure} Answer */

/** @param {RunRequest} request */
export function startRun(request) {
  return call("/api/runs", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request),
  });
}

/** @param {string} id */
export function fetchRun(id) {
  return call(`/api/runs/${encodeURIComponent(id)}`);
}

/** @param {string} id */
export function stopRun(id) {
  return call(`/api/runs/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** @param {string} path @param {RequestInit} [init] @returns {Promise<Answer>} */
async function call(path, init) {
  const answer = await ask(path, init);
  return answer.ok ? { ok: true, run: /** @type {RunView} */ (answer.body) } : answer;
}

/** Anything else that is asked as JSON. @param {string} path @param {RequestInit} [init] @returns {Promise<{ok: true, body: unknown} | Failure>} */
export async function ask(path, init) {
  const answer = await responseTo(path, init);
  return answer.ok ? { ok: true, body: await answer.response.json().catch(() => null) } : answer;
}

/** What is asked as plain text. @param {string} path @param {RequestInit} [init] @returns {Promise<{ok: true, body: string} | Failure>} */
export async function askForText(path, init) {
  const answer = await responseTo(path, init);
  return answer.ok ? { ok: true, body: await answer.response.text() } : answer;
}

/** @param {string} path @param {RequestInit} [init] @returns {Promise<{ok: true, response: Response} | Failure>} */
async function responseTo(path, init) {
  let response;
  try {
    response = await asked(path, init);
  } catch {
    return failure(0, {
      code: "unreachable",
      message: "The server does not answer.",
      hint: "Is it still running? Start it again, then try once more.",
    });
  }
  if (response.ok) return { ok: true, response };
  /** @type {{error?: Problem} | null} */
  const body = await response.json().catch(() => null);
  return failure(
    response.status,
    body?.error ?? { code: "unknown", message: `The server answered with status ${response.status}.` },
  );
}

/** @param {number} status @param {Problem} problem @returns {Failure} */
function failure(status, problem) {
  return { ok: false, status, problem };
}
