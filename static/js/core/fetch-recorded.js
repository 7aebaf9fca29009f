// Fetches the steps of a run that has ended, for whoever builds a history of them: the page, or a worker beside it.

import { placed } from "./place.js";
import { Broken, readRecorded, Unreadable } from "./recorded.js";

/** @import { Chunk, Opening } from "./recorded.js" */

/** How it ended: all steps have come; the server knows no such run; it did not hand it out, or not all of it; or what
 * came cannot be read, and why. @typedef {{is: "whole" | "gone" | "refused"} | {is: "unreadable", reason: string}} Outcome */

/** @param {string} id of the run @param {(opening: Opening) => void} onOpening @param {(chunk: Chunk) => void | Promise<void>} onChunk
 * @param {AbortSignal} [signal] @returns {Promise<Outcome>} */
export async function fetchRecorded(id, onOpening, onChunk, signal) {
  const asked = signal ? { signal } : {};
  const response = await fetch(placed(`/api/runs/${encodeURIComponent(id)}/columns`), asked).catch(() => null);
  if (response?.status === 404) return { is: "gone" };
  if (!response?.ok || !response.body) return { is: "refused" };
  try {
    await readRecorded(response.body, onOpening, onChunk);
  } catch (error) {
    if (error instanceof Broken) return { is: "refused" };
    if (!(error instanceof Unreadable)) throw error;
    return { is: "unreadable", reason: error.message };
  }
  return { is: "whole" };
}
