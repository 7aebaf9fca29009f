// The formats in which a run can be taken away, as a list of links: for whom each is, and why this run cannot be had in
// it, where it cannot. The server says all of that, when a person opens the list.

import { placed } from "../core/place.js";
import { html, setText } from "../shell/dom.js";

/** @import { Failure } from "../core/api.js" */

/** @typedef {{name: string, about: string, media_type: string, file: string, why_not: string | null}} Format */
/** What `GET /api/runs/ID/export` answers. @typedef {{ok: true, body: unknown} | Failure} Listed */

/** @param {string} id of a run @param {() => Promise<Listed>} list @returns {HTMLDetailsElement} */
export function takeAway(id, list) {
  const items = html("ul", "take-away-formats");
  const said = html("p", "share-said");
  said.setAttribute("role", "status");
  const element = html("details", "take-away", [html("summary", "", ["Take the whole run away"]), said, items]);
  element.addEventListener("toggle", async () => {
    if (!element.open || items.childElementCount > 0) return;
    const answer = await list();
    setText(said, answer.ok ? "" : answer.problem.message);
    if (!answer.ok) return;
    items.replaceChildren(.../** @type {Format[]} */ (answer.body).map((format) => itemOf(id, format)));
    items.scrollIntoView({ block: "nearest" });
  });
  return element;
}

/** @param {string} id @param {Format} format */
function itemOf(id, { name, about, file, why_not: whyNot }) {
  if (whyNot !== null) return html("li", "is-absent", [html("b", "", [name]), ` ${whyNot}`]);
  const link = html("a", "", [name]);
  link.href = placed(`/api/runs/${encodeURIComponent(id)}/export/${name}`);
  link.download = file;
  return html("li", "", [link, ` ${about}`]);
}
