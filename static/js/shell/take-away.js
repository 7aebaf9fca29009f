// The ways to take a recording away, each with a sentence that says for whom it is. Fetched when asked for.

import { ask } from "../core/api.js";
import { placed } from "../core/place.js";
import { html } from "./dom.js";
import { styled } from "./lazy-styles.js";

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
  if (document.querySelector("dialog.take-away")) return null;
  const run = encodeURIComponent(runId);
  const [answer] = await Promise.all([ask(`/api/runs/${run}/export`), styled(new URL("../../css/take-away.css", import.meta.url))]);
  if (!answer.ok) return answer.problem;
  const dialog = html("dialog", "take-away");
  dialog.setAttribute("aria-labelledby", "take-away-title");
  const title = html("h2", "", ["Take it away"]);
  title.id = "take-away-title";
  const close = html("button", "quiet", ["Close"]);
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  const formats = /** @type {FormatView[]} */ (answer.body);
  dialog.append(html("header", "", [title, close]), html("ul", "", formats.map((format) => html("li", "", row(format, run)))));
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
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
