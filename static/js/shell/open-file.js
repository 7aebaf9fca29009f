// Opens a recording from a file: the server reads it, judges it, and shows it. Fetched when there is such a file.

import { ask } from "../core/api.js";
import { size } from "../core/format.js";
import { placed, recordingAt } from "../core/place.js";

/** @import { Problem } from "../core/types.js" */

/** Below this nobody asks first whether it is too large. In bytes. */
const SMALL = 1_000_000;

/** Leads to the recording. @param {File} file @returns {Promise<Problem | null>} what was in the way */
export async function openFile(file) {
  const tooLarge = file.size > SMALL ? await whyTooLarge(file) : null;
  if (tooLarge) return tooLarge;
  const answer = await ask("/api/recordings", { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
  if (!answer.ok) return { ...answer.problem, message: answer.problem.message.replace(/^The file/, file.name) };
  const { id, command } = /** @type {{id: string, command?: string[]}} */ (answer.body);
  window.location.assign(placed(recordingAt(id, command !== undefined)));
  return null;
}

/** A server that refuses what still comes cannot say why. @param {File} file @returns {Promise<Problem | null>} */
async function whyTooLarge(file) {
  const answer = await ask("/api/recordings?before=0");
  if (!answer.ok) return answer.problem;
  const most = /** @type {{max_import: number}} */ (answer.body).max_import;
  if (file.size <= most) return null;
  return {
    code: "too_large",
    message: `${file.name} has ${size(file.size)}, and this server opens at most ${size(most)}.`,
    hint: "Open it on your own machine with lost-update open, or record a shorter run.",
  };
}
