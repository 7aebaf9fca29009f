// Where the sentences of what to look at point: from "first_loss" to a race, a position in it, and a part of its
// picture. Pure.

/** @import { History } from "../../core/history.js" */
/** @import { RunView } from "../../core/types.js" */

/** What a sentence points at; `run` counts the races from 1. @typedef {{at: string, run: number}} Explanation */

/** A race as far as it is known. `complete`: no more steps will come. @typedef {{run: RunView, history: History, complete: boolean}} Seen */

/** What is pointed at: the race on `side`, from 0, after `position` steps; the process on its stage that took the last
 * of them, or where that is null, the race's numbers.
 * @typedef {{side: number, position: number, isLoss: boolean, process: string | null}} Destination */

/** A target; "open" while it may still come; null where it is not there. @typedef {Destination | "open" | null} Found */

/** @param {Explanation} explanation @param {readonly Seen[]} races @returns {Found} */
export function find({ at, run }, races) {
  const side = run - 1;
  const race = races[side];
  if (!race) return null;
  const isLoss = at.endsWith("_loss");
  // The last one is known only when nothing more comes.
  const isOpen = !race.complete && (at.startsWith("last_") || !at.includes("_"));
  const position = isOpen ? null : positionOf(at, race);
  if (position === null) return race.complete ? null : "open";
  const process = at === "end" ? null : (race.run.processes[race.history.step(position - 1).process]?.name ?? null);
  return { side, position, isLoss, process };
}

/** The position at which it can be seen; null where it never can. @param {string} at @param {Seen} race */
function positionOf(at, { run, history }) {
  const { length, losses } = history;
  if (at === "end") return length > 0 ? length : null;
  if (at === "deadlock") return run.deadlock?.length ? length : null;
  if (at === "first_loss") return losses.next(0, 1);
  if (at === "last_loss") return losses.next(length + 1, -1);
  if (at === "most_tasks") return whenBusiest(history);
  const [, end, op] = /^(first|last)_(.+)$/.exec(at) ?? [];
  return op === undefined ? null : stepOf(history, op, end === "first" ? 1 : -1);
}

/** The first step of a kind, or the last. @param {History} history @param {string} op @param {1 | -1} direction */
function stepOf(history, op, direction) {
  // A process that no other launched was there before: its start shows nothing.
  const from = op === "start" ? launched(history) : 0;
  for (let count = from; count < history.length; count += 1) {
    const index = direction > 0 ? count : history.length - 1 - (count - from);
    if (history.step(index).op === op) return index + 1;
  }
  return null;
}

/** Where the first process is launched; 0 where none is. @param {History} history */
function launched(history) {
  for (let index = 0; index < history.length; index += 1) {
    if (history.step(index).op === "launch") return index;
  }
  return 0;
}

/** When the most tasks are worked on at the same time. @param {History} history */
function whenBusiest(history) {
  let busy = 0;
  let most = 0;
  /** @type {number | null} */
  let found = null;
  for (let index = 0; index < history.length; index += 1) {
    const { op } = history.step(index);
    if (op === "task_start") busy += 1;
    if (op === "task_end") busy -= 1;
    if (busy <= most) continue;
    most = busy;
    found = index + 1;
  }
  return found;
}
