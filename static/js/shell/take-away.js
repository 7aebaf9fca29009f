// The ways to take a recording away, each with a sentence that says for whom it is. Fetched when asked for.

import { openDialog } from "./dialog.js";
import { ask } from "../core/api.js";
import { placed } from "../core/place.js";
import { html } from "./dom.js";

/** @import { Problem } from "../core/types.js" */

/** @typedef {{name: string, about: string, file: string, why_not: string | null}} FormatView */

/** How people call them, where the name is not it. @type {Readonly<Record<string, string>>} */
const CALLED = {
  ndjson: "Recording (ndjson)",
  html: "Page (html)",
  perfetto: "Perfetto trace",
  csv: "Table (csv)",
  svg: "Timeline (svg)",
  "svg-lineage": "Lineage (svg)",
  "svg-map": "Map (svg)",
  markdown: "Anatomy (markdown)",
  text: "Anatomy (text)",
  pytest: "Test (pytest)",
};

/** @param {string} runId @returns {Promise<Problem | null>} what was in the way */
export async function showTakeAway(runId) {
  const run = encodeURIComponent(runId);
  const answer = await ask(`/api/runs/${run}/export`);
  if (!answer.ok) return answer.problem;
  const formats = /** @type {FormatView[]} */ (answer.body);
  const list = html("ul", "", formats.map((format) => html("li", "", row(format, run))));
  await openDialog("take-away", new URL("../../css/take-away.css", import.meta.url), "Take it away", [list]);
  return null;
}

/** @param {FormatView} format @param {string} run */
function row({ name, about, file, why_not: whyNot }, run) {
  const called = CALLED[name] ?? name;
  if (whyNot !== null) return [html("span", "take-away-name", [called]), html("span", "take-away-about", [whyNot])];
  const link = html("a", "take-away-name", [called]);
  link.href = placed(`/api/runs/${run}/export/${name}`);
  link.download = file;
  return [link, html("span", "take-away-about", [about])];
}
