// A recording as lines of JSON, as the server exports it, read in the page: its steps become the columns that the event
// stream would bring. What the file is like stands in app/lost_update/exports/ndjson.py. No DOM.

/** @import { Columns } from "./types.js" */

/** Steps in a batch: as many as the page keeps in a chunk. */
const BATCH = 8192;

const FIELDS = /** @type {const} */ (["index", "t_ns", "process", "op", "target", "value", "text", "version", "base", "lost", "line", "task", "file", "assumed"]);

/** The steps of a recording, some at a time. @param {string} text @returns {Generator<Columns>} */
export function* stepsIn(text) {
  let batch = [];
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    // Every other line says at once what it declares.
    if (text.startsWith('{"index":', from)) batch.push(text.slice(from, to));
    from = to + 1;
    if (batch.length < BATCH && from < text.length) continue;
    // Read together: one after the other takes three times as long.
    if (batch.length > 0) yield columnsOf(JSON.parse(`[${batch.join(",")}]`));
    batch = [];
  }
}

/** @param {Record<string, any>[]} steps @returns {Columns} */
function columnsOf(steps) {
  /** @type {Record<string, unknown[]>} */
  const columns = {};
  // A field that no step has is left out.
  for (const field of FIELDS) if (steps.some((step) => field in step)) columns[field] = steps.map((step) => step[field] ?? null);
  return /** @type {Columns} */ (/** @type {unknown} */ (columns));
}
