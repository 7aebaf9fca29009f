// One lost update, step by step: a column for each process, and only the steps that matter.

import { anatomy, asText, lossNear } from "../core/anatomy.js";
import { copy } from "../shell/clipboard.js";
import { html, setAttribute, setText, show, toggle } from "../shell/dom.js";
import { inlineMark } from "../shell/marks.js";

/** @import { Anatomy, Row } from "../core/anatomy.js" */
/** @import { ViewState, RaceActions } from "../core/types.js" */

/** How long the button says that it copied, in ms. */
const SAID = 2000;

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createAnatomy(root, actions) {
  const caption = html("p", "anatomy-caption");
  const button = html("button", "quiet", ["Copy as text"]);
  button.type = "button";
  setAttribute(button, "aria-live", "polite");
  const table = html("table");
  const sharing = html("button", "quiet", ["Share as a picture"]);
  sharing.type = "button";
  root.append(html("div", "anatomy-head", [caption, button, sharing]), table);
  /** What the table was made from: the run, the write, and the number of losses at that time. */
  let known = "";
  let text = "";
  /** @type {{row: HTMLElement, position: number}[]} */
  let rows = [];
  /** @type {(position: number) => void} */
  let seek = () => {};
  /** @type {ViewState | null} */
  let last = null;

  sharing.addEventListener("click", () => last && actions.share(last));

  button.addEventListener("click", async () => {
    setText(button, (await copy(text)) ? "Copied" : "Could not copy");
    window.setTimeout(() => setText(button, "Copy as text"), SAID);
  });

  /** @param {ViewState} view */
  function render(view) {
    const { history, run, position, timebase } = view;
    const at = lossNear(history, position);
    last = view;
    for (const each of [table, button, sharing]) show(each, at !== null);
    if (at === null) {
      setText(caption, nothing(view));
      return;
    }
    seek = (wanted) => actions.seek(timebase.moment(history, wanted));
    const wanted = `${run.id} ${at} ${history.losses.total}`;
    if (wanted !== known) write(anatomy(history, at));
    known = wanted;
    for (const { row, position: own } of rows) {
      toggle(row, "is-later", own > position);
      setAttribute(row, "aria-current", own === position ? "step" : null);
    }
  }

  /** @param {Anatomy} shown */
  function write(shown) {
    const wanted = asText(shown);
    setText(caption, shown.caption);
    if (wanted === text) return;
    text = wanted;
    const heads = [
      "step",
      ...shown.names.map((name) => html("span", "", [inlineMark(name), ` ${name}`])),
      shown.cell,
    ];
    rows = shown.rows.map((row) => ({ row: line(row, shown.processes), position: row.position }));
    table.replaceChildren(
      html("thead", "", [html("tr", "", heads.map((head) => html("th", "", [head])))]),
      html("tbody", "", rows.map(({ row }) => row)),
    );
  }

  /** @param {Row} row @param {readonly number[]} processes */
  function line({ position, process, did, erases, after }, processes) {
    const button = html("button", "", [String(position)]);
    button.type = "button";
    button.ariaLabel = `Go to step ${position}`;
    const loss = erases ? [" ", html("b", "anatomy-loss", [`✕ ${erases}`])] : [];
    const cells = processes.map((one) => html("td", "", one === process ? [did, ...loss] : []));
    const row = html("tr", "", [html("th", "", [button]), ...cells, html("td", "", [after])]);
    row.addEventListener("click", () => seek(position));
    return row;
  }

  return { render, destroy() {} };
}

/** Why there is nothing to take apart. @param {ViewState} view */
function nothing({ resting, live, run }) {
  if (resting) return "Here one lost update will stand, step by step: who read what, who wrote what, and whose +1 died of it.";
  if (run.request.traced === false) return "This run is not recorded, so nobody knows how its updates were lost.";
  return live ? "Nothing has been lost so far." : "This run lost nothing: there is no lost update to take apart.";
}
