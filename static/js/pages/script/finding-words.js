// A finding in words: its title, its evidence as a table, all of it as text. Pure.

import { number } from "../../core/format.js";
import { sentence } from "./step-sentences.js";

/** @import { ScriptHistory, ScriptStep } from "../../core/script-history.js" */
/** @import { Finding, ScriptRunView } from "../../core/types.js" */

/** What people call each kind. @type {Readonly<Record<Finding["kind"], string>>} */
const TITLES = {
  lost_update: "Lost update",
  atomicity: "Decided by a read that was out of date",
  torn_read: "Torn read",
  deadlock: "Deadlock",
  lost_signal: "Lost signal",
  hang: "Waits for ever",
  left_over: "Left over",
  lock_not_shared: "A lock that is not shared",
  not_shared: "Not shared",
};

/** @param {Finding} finding */
export function title({ kind }) {
  return TITLES[kind] ?? kind.replaceAll("_", " ");
}

/** What *Show me* shows. @param {Finding} finding */
export function invitation({ kind, certainty }) {
  if (kind === "lost_update") return "Show me how one died";
  if (kind === "deadlock" && certainty === "suspected") return "Show me the orders";
  return "Show me";
}

/** What it is about: of a deadlock, all that is waited for. @param {Finding} finding @param {ScriptHistory} history @returns {string[]} */
export function about(finding, history) {
  const { kind, target } = finding;
  if (kind !== "deadlock") return target ? [target] : [];
  const names = new Set(evidence(finding, history).filter(({ op }) => op === "acquire" || op === "wait").map((step) => step.target ?? ""));
  return names.size > 1 && names.size < 4 ? [...names] : [target];
}

/** Where it is: "votes.py:9", "votes.py:15, 16". @param {Finding} finding */
export function places({ lines }) {
  /** @type {Map<string, Set<number>>} */
  const files = new Map();
  for (const { file, line } of lines) files.set(file, (files.get(file) ?? new Set()).add(line));
  return [...files].map(([file, found]) => `${file}:${[...found].sort((one, other) => one - other).join(", ")}`).join(" · ");
}

/** A command without what is not plain in a shell. @param {readonly string[]} command */
export function commandLine(command) {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

/** The steps that are its evidence, as far as they have come. @param {Finding} finding @param {ScriptHistory} history @returns {ScriptStep[]} */
export function evidence({ steps }, history) {
  return steps.filter((index) => index < history.length).toSorted((one, other) => one - other).map((index) => history.step(index));
}

/** What one step of the evidence did, as short as a cell of a table. @param {ScriptStep} step */
export function brief({ op, value, text, target }) {
  const shown = text ?? (value === null ? "" : number(value));
  if (op === "read" || op === "modify" || op === "write") return `${op} ${shown}`.trim();
  return [op.replaceAll("_", " "), target, shown && op !== "acquire" && op !== "release" ? `(${shown})` : ""].filter(Boolean).join(" ");
}

/** Advice as its parts: sentences, then, after an empty line, code to copy. @param {string} advice */
export function adviceParts(advice) {
  const [sentences = "", ...code] = advice.split("\n\n");
  const parts = [{ text: sentences, isCode: false }];
  return code.length > 0 ? [...parts, { text: code.join("\n\n"), isCode: true }] : parts;
}

/** All of it, to be pasted into a message. @param {Finding} finding @param {ScriptRunView} run @param {ScriptHistory} history */
export function asText(finding, run, history) {
  const { certainty, target, message, advice } = finding;
  const rows = evidence(finding, history).map((step) => `  ${step.index}  ${step.process}  ${step.file ? `${step.file}:${step.line}  ` : ""}${sentence({ history, step, processes: run.processes })}`);
  return [
    `${title(finding)}: ${target} (${certainty})  ${places(finding)}`,
    message,
    ...(rows.length > 0 ? ["", "The steps that show it:", ...rows] : []),
    "",
    ...adviceParts(advice).map(({ text, isCode }) => (isCode ? text.replaceAll(/^/gm, "    ") : text)),
    "",
    `$ lost-update trace ${commandLine(run.command)}`,
  ].join("\n").replaceAll("`", "");
}
