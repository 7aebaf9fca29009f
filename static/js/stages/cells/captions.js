// What stands on the stage of shared cells in a few words: under each register, at a deadlock, and for people who cannot see it.
// Pure: evidence in, words out. The sentences are in step-sentences.js.

import { isOutOfDate } from "../../core/death.js";
import { counted, listOfMany, number } from "../../core/format.js";
import { longWords, owners } from "./step-sentences.js";

/** @import { Targets } from "../../core/targets.js" */
/** @import { Blocked, Effect, ProcessState, State, ViewState } from "../../core/types.js" */

/** What a process is doing, in a few words. @param {ProcessState} process @param {Targets} targets */
function doing(process, targets) {
  const { register, computed, wroteFrom } = process;
  if (process.ended && process.holds !== null) return `ended, holds ${targets.words(process.holds)}`;
  if (process.ended) return process.failed ? "failed" : wroteFrom ? wrote(process) : "has ended";
  if (process.failed) return "fails";
  if (process.waits !== null) return `waits for ${targets.words(process.waits)}`;
  if (register && computed !== null) return `about to write ${number(computed)}`;
  if (register) return `read ${number(register.value)}`;
  if (process.op === "write" || process.op === "release") return wrote(process);
  if (process.op === "acquire") return `holds ${targets.words(process.holds)}`;
  return process.op === "start" ? "has started" : "";
}

/** @param {ProcessState} process */
function wrote({ wrote: value, wroteFrom }) {
  const from = wroteFrom ? `, from ${number(wroteFrom.value)}` : "";
  return `wrote ${number(value ?? 0)}${from}`;
}

/** What stands under a register. @param {State} state @param {number} index
 * @param {{isDead: boolean, isBrief: boolean, killed: Effect | null}} how `killed` is what its write on show has just erased
 * @returns {{words: string, more: string, isLoss: boolean}} `more` is left out where there is no room */
export function captionOf(state, index, { isDead, isBrief, killed }) {
  const process = /** @type {ProcessState} */ (state.processes[index]);
  const stale = isOutOfDate(process, state);
  const words = isDead && process.waits !== null ? "waits for ever" : doing(process, state.targets);
  if (killed) return { words, more: erasing(killed, state.names), isLoss: true };
  if (isBrief) return { words: stale ? "out of date" : brief(words), more: "", isLoss: stale };
  if (!stale || process.waits !== null) return { words, more: "", isLoss: false };
  return process.computed === null ? { words: "out of date", more: "", isLoss: true } : { words, more: "out of date", isLoss: true };
}

/** @param {Effect} effect @param {readonly string[]} names */
function erasing({ erased, erasedOf }, names) {
  const [only, ...others] = owners(erasedOf);
  if (erased > 1 || others.length > 0) return `erased ${counted(erased, "update")}`;
  return `erased ${names[only?.process ?? 0]}’s +1`;
}

/** A word or two; the register beside them shows the number. @param {string} words */
function brief(words) {
  if (words.startsWith("about to")) return "to write";
  return words.replace("has ", "").split(/,? /)[0] ?? "";
}

/** The stage in words, for people who cannot see it. @param {ViewState} view */
export function describe({ state, atEnd, run }) {
  const cells = state.cells.map(({ name, value }) => `${name} is ${number(value)}`);
  const blocked = (atEnd && run.deadlock) || [];
  const lost = state.cells.reduce((sum, cell) => sum + cell.lost, 0);
  const tray = lost > 0 ? [`${counted(lost, "update")} lost`] : [];
  return `Stage: ${[...cells, ...each(state), ...tray, ...blocked.map((one) => waitsFor(one, state.targets))].join("; ")}.`;
}

/** Of more processes than these, those that do the same are told of together. */
const MOST_ALONE = 8;

/** What every process does. @param {State} state */
function each(state) {
  const told = state.processes.map((process, index) => {
    const late = isOutOfDate(process, state) ? ", out of date" : "";
    return { name: state.names[index] ?? "", does: `${doing(process, state.targets) || "has not started"}${late}` };
  });
  if (told.length <= MOST_ALONE) return told.map(({ name, does }) => `${name} ${does}`);
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const { name, does } of told) groups.set(does, [...(groups.get(does) ?? []), name]);
  return [...groups].map(([does, names]) => `${does}: ${listOfMany(names)}`);
}

/** @param {Blocked} blocked @param {Targets} targets */
function waitsFor({ process, waits_for: what, held_by: holder }, targets) {
  const start = `${process} waits for ${longWords(what, targets)}`;
  return holder ? `${start}, held by ${holder === process ? "itself" : holder}` : start;
}

/** Which process waits for what, a line each. Those without room share the last line. @param {readonly Blocked[]} blocked @param {number} most @param {Targets} targets */
export function blockedWords(blocked, most, targets) {
  const words = (/** @type {Blocked} */ one) => waitsFor(one, targets);
  if (blocked.length <= most) return blocked.map(words);
  const named = Math.max(0, most - 1);
  return most === 0 ? [] : [...blocked.slice(0, named).map(words), `and ${blocked.length - named} more`];
}
