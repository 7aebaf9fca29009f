// Where nothing was found: what has been looked at, while the program runs; and when it has ended, what the run shows and
// what it does not show. No more is said than the steps bear out.

import { copy } from "../../shell/clipboard.js";
import { html, setProse } from "../../shell/dom.js";
import { counted, list, number } from "../../core/format.js";
import { commandLine } from "./finding-words.js";

/** @import { ScriptView } from "./view.js" */
/** @import { ScriptCell, ScriptTarget } from "../../core/types.js" */

/** So many names are told of each kind; the others are counted. */
const MOST_NAMES = 4;

/** @param {ScriptView} view @returns {HTMLElement[]} */
export function lookedAt(view) {
  return view.live ? soFar(view) : atTheEnd(view);
}

/** @param {ScriptView} view */
function soFar(view) {
  const { history } = view;
  const rows = [updates(view), waiting(view), locks(view), queues(view)];
  return [
    head("Nothing found so far", `${counted(history.length, "step")} looked at`),
    html("dl", "looked-at", [
      ...rows.map(([name, words]) => row(name, words)),
      row("At the end", "Copies that were not shared, things left over, and what this run’s order does not rule out.", "is-later"),
    ]),
    html("p", "looked-at-foot", ["A finding stands here as soon as it is certain. The program need not end for it."]),
  ];
}

/** @param {ScriptView} view */
function atTheEnd(view) {
  const { run } = view;
  const command = `lost-update trace --repeat 20 ${commandLine(run.command)}`;
  const button = html("button", "primary", ["Copy the command"]);
  button.type = "button";
  button.addEventListener("click", () => void copy(command).then((copied) => (button.textContent = copied ? "Copied" : "Not copied")));
  const missing = run.status !== "finished" && run.reason ? [run.reason] : [];
  return [
    head("Nothing was found in this run", "nothing suspected"),
    html("h3", "", ["What it shows"]),
    html("ul", "shows", shows(view).map(item)),
    html("h3", "", ["What it does not show"]),
    html("ul", "shows is-not", [...missing, ...showsNot(view)].map(item)),
    html("p", "finding-command", ["Another order may lose something. Run it 20 times: ", html("code", "", [command]), " ", button]),
  ];
}

/** @param {string} title @param {string} note */
function head(title, note) {
  return html("header", "findings-head", [html("h2", "", [title]), html("small", "", [note])]);
}

/** @param {string} words */
function item(words) {
  const made = html("li");
  setProse(made, words);
  return made;
}

/** @param {string} name @param {string} words @param {string} [className] */
function row(name, words, className = "") {
  const said = html("dd");
  setProse(said, words);
  return html("div", className, [html("dt", "", [name]), said]);
}

/** @param {readonly string[]} names */
function named(names) {
  const told = names.slice(0, MOST_NAMES).map((name) => `\`${name}\``);
  return names.length > MOST_NAMES ? `${told.join(", ")} and ${number(names.length - MOST_NAMES)} more` : list(told);
}

/** @param {ScriptView} view @returns {[string, string]} */
function updates({ run }) {
  const { cells } = run.summary;
  const writes = cells.reduce((sum, cell) => sum + cell.writes, 0);
  if (cells.length === 0) return ["Lost updates", "Nothing that is shared holds a value yet."];
  const names = cells.filter((cell) => cell.writes > 0).map(({ name }) => name);
  if (writes === 0) return ["Lost updates", `Nobody has written to ${named(cells.map(({ name }) => name))} yet.`];
  return ["Lost updates", `${counted(writes, "write")} of ${named(names)}, each followed back to its read. None is lost.`];
}

/** @param {ScriptView} view @returns {[string, string]} */
function waiting({ history }) {
  const doing = history.doingAt(history.length);
  const waits = history.lanes.flatMap(({ name }, lane) => {
    const since = doing.waitOf(lane);
    return since < 0 ? [] : [`${name} for \`${history.nameOf(history.target(since))}\``];
  });
  const of = `${number(waits.length)} of ${number(history.lanes.length)}`;
  return ["Deadlock, hang", waits.length === 0 ? "Nobody waits." : `${of} wait: ${waits.slice(0, MOST_NAMES).join(", ")}${waits.length > MOST_NAMES ? ", …" : ""}.`];
}

/** @param {readonly ScriptTarget[]} targets @param {readonly string[]} kinds */
function ofKind(targets, kinds) {
  return targets.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
}

/** @param {ScriptView} view @returns {[string, string]} */
function locks({ run, history }) {
  const names = ofKind(run.targets, ["lock", "semaphore"]);
  if (names.length === 0) return ["Locks", "There are none so far."];
  const taken = names.filter((name) => history.lastAbout(history.numberOf(name)) >= 0);
  if (taken.length === 0) return ["Locks", `${named(names)} ${names.length === 1 ? "has" : "have"} not been taken yet.`];
  const doing = history.doingAt(history.length);
  const held = taken.filter((name) => doing.holdsOf(history.numberOf(name)).length > 0);
  return ["Locks", `${named(taken)} ${taken.length === 1 ? "has" : "have"} been taken; ${held.length === 0 ? "none is held" : `held now: ${named(held)}`}.`];
}

/** @param {ScriptView} view @returns {[string, string]} */
function queues({ run, history }) {
  const names = ofKind(run.targets, ["queue", "pipe"]);
  if (names.length === 0) return ["Queues", "There are none so far."];
  const { content } = history.doingAt(history.length);
  const told = names.slice(0, MOST_NAMES).map((name) => {
    const target = history.numberOf(name);
    if (history.lastAbout(target) < 0) return `\`${name}\`: nothing put, nothing taken`;
    return `\`${name}\`: ${counted(content.get(target) ?? 0, "object")} in it`;
  });
  return ["Queues", `${told.join("; ")}.`];
}

/** @param {ScriptView} view @returns {string[]} */
function shows(view) {
  const { run, history } = view;
  const kept = run.summary.cells.filter((cell) => cell.updates > 0 && cell.lost === 0);
  return [
    ...(run.summary.consistent ? kept.slice(0, MOST_NAMES).map(allThere) : []),
    ...(kept.length > MOST_NAMES ? [`So are those of ${number(kept.length - MOST_NAMES)} more.`] : []),
    ...orders(view),
    ...endings(view),
    ...(history.length === 0 ? ["Nothing that we trace was shared between processes."] : []),
  ];
}

/** @param {ScriptCell} cell */
function allThere({ name, updates: count }) {
  return `All ${counted(count, "update")} ${count === 1 ? "is" : "are"} in \`${name}\`, as read from memory at the end.`;
}

/** @param {ScriptView} view */
function orders({ run, history }) {
  const taken = run.targets.filter(({ kind, name, guards }) => kind === "lock" && !guards && history.lastAbout(history.numberOf(name)) >= 0);
  return taken.length > 1 ? ["No two locks were taken in opposite orders."] : [];
}

/** @param {ScriptView} view */
function endings({ run, history }) {
  const doing = history.doingAt(history.length);
  const well = run.processes.every(({ exitcode, state }) => state === "ended" && exitcode === 0);
  const held = [...doing.holds].some(([, holds]) => holds.length > 0);
  const left = run.targets.filter(({ kind, name }) => kind === "queue" && (doing.content.get(history.numberOf(name)) ?? 0) > 0);
  const said = [];
  if (run.status === "finished" && well) said.push(`All ${counted(run.processes.length, "process")}`.replace("processs", "processes") + " ended by themselves.");
  if (!held && run.targets.some(({ kind }) => kind === "lock")) said.push("No lock is held at the end.");
  if (left.length === 0 && run.targets.some(({ kind }) => kind === "queue")) said.push("Every queue is empty at the end.");
  return said;
}

/** @param {ScriptView} view */
function showsNot({ run }) {
  const unseen = [...new Set(run.not_seen.map(({ what }) => what))];
  return [
    "Other input, more processes or another start method take other steps.",
    "Lines that did not run: what they would do is not known.",
    ...(unseen.length > 0 ? [`Not watched: ${list(unseen)}.`] : []),
  ];
}
