// The steps of a run that has ended, from the server into a history: asked for on the page, and read there or by a worker.

import { placed } from "./place.js";
import { Broken, readRecorded, Unreadable } from "./recorded.js";

/** @import { Chunk, Opening } from "./recorded.js" */

const OVER = new Set(["finished", "failed", "stopped"]);

/** Whether a run has ended: only then can all of it be asked for. @param {{status: string}} run */
export function isOver({ status }) {
  return OVER.has(status);
}

/** How it ended: all steps have come; the server knows no such run; it did not hand it out, or not all of it; or what
 * came cannot be read, and why. @typedef {{is: "whole" | "gone" | "refused"} | {is: "unreadable", reason: string}} Outcome */

/** What takes steps in. @typedef {{begin: (opening: Opening) => void, extend: (chunk: Chunk) => void | Promise<void>}} Taker */

/** Asks for them: the stream of its bytes, or how it ended already.
 * @param {string} id @param {AbortSignal} signal @returns {Promise<{stream: ReadableStream<Uint8Array>} | {stream: null, outcome: Outcome}>} */
export async function askForRecorded(id, signal) {
  const response = await fetch(placed(`/api/runs/${encodeURIComponent(id)}/columns`), { signal }).catch(() => null);
  if (response?.ok && response.body) return { stream: response.body };
  return { stream: null, outcome: { is: response?.status === 404 ? "gone" : "refused" } };
}

/** Reads all of it. @param {ReadableStream<Uint8Array>} stream @param {Taker} taker @returns {Promise<Outcome>} */
export async function readInto(stream, taker) {
  try {
    await readRecorded(stream, (opening) => taker.begin(opening), (chunk) => taker.extend(chunk));
  } catch (error) {
    if (error instanceof Broken) return { is: "refused" };
    if (!(error instanceof Unreadable)) throw error;
    return { is: "unreadable", reason: error.message };
  }
  return { is: "whole" };
}
