// What ran, in one row: how many processes, how long, how it ended, how many steps; and what nobody watched.

import { html, part, setText, show } from "../../shell/dom.js";
import { number, rounded } from "../../core/format.js";

/** @import { NotSeen, ScriptRunView } from "../../core/types.js" */
/** @import { ScriptView } from "./view.js" */

/** @param {HTMLElement} root */
export function createHead(root) {
  const figures = part(root, "figures", HTMLElement);
  const trouble = part(root, "trouble", HTMLElement);
  const notSeen = part(root, "not-seen", HTMLElement);
  /** Not there where the page itself was taken away. */
  const link = root.querySelector("[data-part=export]");
  let shown = "";
  let unseen = "";

  /** @param {ScriptView} view */
  function render({ run, history, live, state }) {
    const words = said(run, history.length, live);
    const key = words.map((pair) => pair.join(" ")).join("|");
    if (key !== shown) {
      shown = key;
      figures.replaceChildren(...words.map(([value, name]) => html("span", "", name === "exit status" ? [`${name} `, html("b", "", [value])] : [html("b", "", [value]), ` ${name}`])));
    }
    setText(trouble, state.trouble ?? (run.status === "stopped" || run.status === "failed" ? (run.reason ?? "") : ""));
    show(trouble, trouble.textContent !== "");
    renderUnseen(run.not_seen);
    if (link) show(link, !live);
  }

  /** @param {readonly NotSeen[]} all */
  function renderUnseen(all) {
    const key = JSON.stringify(all);
    if (key === unseen) return;
    unseen = key;
    show(notSeen, all.length > 0);
    notSeen.replaceChildren("Not watched: ", ...all.flatMap(({ what, file, line }, index) => {
      const name = html("span", "not-seen-name", [what]);
      if (file) name.title = `First at ${file}:${line}`;
      return index > 0 ? [", ", name] : [name];
    }));
  }

  return { render };
}

/** @param {ScriptRunView} run @param {number} steps @param {boolean} live @returns {[string, string][]} */
function said(run, steps, live) {
  const count = run.processes.length;
  const seconds = run.summary.duration_ms / 1000;
  const main = run.processes.find(({ parent }) => parent === null);
  /** @type {[string, string][]} */
  const pairs = [[number(count), count === 1 ? "process" : "processes"]];
  if (live) pairs.push(["● running,", `${rounded(seconds, 2)} s so far`]);
  else pairs.push([rounded(seconds, 1), "s"]);
  if (!live && main && main.exitcode !== null) pairs.push([String(main.exitcode), "exit status"]);
  pairs.push([number(steps), "steps"]);
  if (run.is_steered) pairs.push(["some processes were held", "to bring this about"]);
  return pairs;
}
