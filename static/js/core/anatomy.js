// One lost update taken apart: the steps that made it. Pure: a history and a position in, a table out.

import { number } from "./format.js";

/** @import { History } from "./history.js" */
/** @import { Lineage } from "./lineage.js" */
/** @import { Step } from "./types.js" */

/** What a process did, and the cell after it. `erases` is empty but for the write that took the update away.
 * @typedef {{position: number, process: number, did: string, erases: string, after: string}} Row */
/** @typedef {{cell: string, processes: number[], names: string[], rows: Row[], caption: string}} Anatomy */

/** @type {Readonly<Record<string, string>>} */
const DOES = { read: "reads", modify: "computes", write: "writes" };

/** Of the writes that erased what is lost, the last one up to a position, else the first one after it.
 * @param {History} history @param {number} position */
export function lossNear({ losses }, position) {
  return losses.next(position + 1, -1) ?? losses.next(position, 1);
}

/** @param {History} history @param {number} position of a write that erased an update @returns {Anatomy} */
export function anatomy(history, position) {
  const write = history.step(position - 1);
  const cell = write.target ?? "";
  const { lost, own, count } = partsOf(history, write);
  const victim = lost[0]?.process ?? 0;
  const more = count > 1 ? ` and ${number(count - 1)} more` : "";
  const { names, cells } = history.stateAt(position);
  const whose = victim === write.process ? "its own" : `${names[victim]}’s`;
  const erases = `erases ${whose} +1${more}`;
  const where = cells.length > 1 ? ` to ${cell}` : "";
  const processes = [...new Set([victim, write.process])].sort((one, other) => one - other);
  const read = own.find(({ op }) => op === "read");
  const why = read ? `: it was computed from the ${number(read.value ?? 0)} read before` : "";
  return {
    cell,
    processes,
    names: processes.map((process) => names[process] ?? ""),
    rows: inOrder([...lost, ...own]).map((step) => rowOf(history, step, step.index === write.index ? erases : "")),
    caption: `${names[write.process]}’s write${where} ${erases}${why}.`,
  };
}

/** The steps without which nothing would have been lost, in their order; the last one is the write that erased.
 * @param {History} history @param {number} position of that write @returns {Step[]} */
export function stepsThatMatter(history, position) {
  const { lost, own } = partsOf(history, history.step(position - 1));
  return inOrder([...lost, ...own]);
}

/** What the newest update that a write erased consists of, what the write itself does, and how many it erased.
 * @param {History} history @param {Step} write */
function partsOf(history, { index, version, target, base }) {
  const lineage = history.lineage(target ?? "");
  /** The newest of those that are lost still; others may have come back. */
  let newest = 0;
  let count = 0;
  lineage.diverge(version ?? 0, base, (update, _, fate) => {
    if (fate === "erased") count += 1;
    if (fate === "erased" && lineage.erasedAt(update) === index + 1) newest = Math.max(newest, update);
  });
  return { lost: stepsOf(history, lineage, newest), own: stepsOf(history, lineage, version ?? 0), count };
}

/** Each once: a process that erased its own update may have read for both. @param {Step[]} steps */
function inOrder(steps) {
  const byIndex = new Map(steps.map((step) => [step.index, step]));
  return [...byIndex.values()].sort((one, other) => one.index - other.index);
}

/** The write of a version, the modify and the read before it. @param {History} history @param {Lineage} lineage @param {number} version */
function stepsOf(history, lineage, version) {
  const write = history.step(lineage.position(version) - 1);
  const steps = [write];
  for (let index = write.index - 1; index >= lineage.readAt(version) - 1; index -= 1) {
    const step = history.step(index);
    if (step.process === write.process && step.target === write.target && step.op in DOES) steps.push(step);
  }
  return steps;
}

/** @param {History} history @param {Step} step @param {string} erases @returns {Row} */
function rowOf(history, { index, process, op, target, value }, erases) {
  const cell = history.stateAt(index + 1).cells.find(({ name }) => name === target);
  const after = cell ? `${number(cell.value)} · v${cell.version}` : "";
  return { position: index + 1, process, did: `${DOES[op]} ${number(value ?? 0)}`, erases, after };
}

/** As text. Its columns line up in any fixed-width type. @param {Anatomy} anatomy */
export function asText({ cell, processes, names, rows, caption }) {
  const lines = rows.map(({ position, process, did, erases, after }) => {
    const words = erases ? `${did}, ${erases}` : did;
    return [String(position), ...processes.map((one) => (one === process ? words : "")), after];
  });
  lines.unshift(["step", ...names, cell]);
  /** @param {number} column */
  const width = (column) => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  const aligned = lines.map((line) => line.map((text, column) => text.padEnd(width(column))).join("  ").trimEnd());
  return [...aligned, "", caption, ""].join("\n");
}
