// Steps and outcomes of races on shared cells, as plain sentences. Pure: evidence in, words out.

import { isOutOfDate, landed } from "../../core/death.js";
import { counted, list, listOfMany, number } from "../../core/format.js";

/** @import { Targets } from "../../core/targets.js" */
/** @import { Blocked, CellState, Effect, RunView, ViewState, ProcessState, State, Step } from "../../core/types.js" */

/** The owners of updates, and how many each has. @param {readonly number[]} counts */
export function owners(counts) {
  return counts.flatMap((count, process) => (count > 0 ? [{ process, count }] : []));
}

/** The name of the cell, where there are several. @param {string | null} cell @param {State} state */
function which(cell, { cells }) {
  return cells.length > 1 ? cell : null;
}

/** "P1's +1 is lost": the short form, for the stage. @param {Effect} effect @param {readonly string[]} names */
export function lossLabel(effect, names) {
  const victims = owners(effect.erasedOf);
  if (victims.length !== 1 || effect.erased > 1) {
    return `${counted(effect.erased, "update")} ${effect.erased === 1 ? "is" : "are"} lost`;
  }
  return `${names[victims[0]?.process ?? 0]}’s +1 is lost`;
}

/** "P1's +1 is back": the same for what is not lost any more. @param {Effect} effect @param {readonly string[]} names */
export function backLabel({ revived, revivedOf }, names) {
  const [only] = owners(revivedOf);
  return revived === 1 ? `${names[only?.process ?? 0]}’s +1 is back` : `${counted(revived, "update")} are back`;
}

/**
 * What happens in the step on show. A write that is still on its way has erased nothing.
 * @param {Pick<ViewState, "step" | "before" | "state" | "progress">} view
 * @returns {string}
 */
export function sentence({ step, before, state, progress }) {
  if (!step) return "";
  const name = state.names[step.process];
  switch (step.op) {
    case "start":
      return `${name} starts.`;
    case "read":
      return read(step, state);
    case "modify":
      return modify(step, before);
    case "write":
      return landed({ step, before, state, progress }) ? write(step, before, state) : writes(step, before);
    case "wait":
      return waits(step, before);
    case "acquire":
      return acquires(step, state);
    case "release":
      return releases(step, before, state);
    case "fail":
      return fails(step, before, state);
    case "exit":
      return exits(step, state);
    default:
      return `${name}: ${step.op}.`;
  }
}

/** @param {Step} step @param {State} after */
function read(step, after) {
  const also = after.processes.flatMap((process, index) =>
    index !== step.process &&
    process.register?.cell === step.target &&
    process.register.version === step.version
      ? [after.names[index] ?? ""]
      : [],
  );
  const value = number(step.value ?? 0);
  const cell = which(step.target, after);
  const where = cell ? ` from ${cell}` : "";
  const start = `${after.names[step.process]} reads ${value}${where}`;
  if (also.length === 0) return `${start} into its own register.`;
  if (also.length > 2) return `${start}. ${also.length} others have read the same ${value} and have not written yet.`;
  const have = also.length === 1 ? "has" : "have";
  return `${start}. ${list(also)} ${have} read the same ${value} and ${have} not written yet.`;
}

/** @param {Step} step @param {State} before */
function modify(step, before) {
  const name = before.names[step.process];
  const register = before.processes[step.process]?.register;
  const cell = before.cells.find(({ name: target }) => target === step.target);
  if (!register || step.value === null) return `${name} computes ${step.value}.`;
  const change = step.value - register.value;
  const sum = `${number(register.value)} ${change < 0 ? "−" : "+"} ${number(Math.abs(change))} = ${number(step.value)}`;
  if (!cell || cell.version === register.version) return `${name} computes ${sum}. Nobody else can see that yet.`;
  const what = before.cells.length > 1 ? cell.name : "the number";
  const now = cell.value === register.value ? "has been written since" : `is ${number(cell.value)} by now`;
  return `${name} computes ${sum}. Its ${number(register.value)} is out of date: ${what} ${now}. ${notYet(before)}`;
}

/** A write that is on its way. @param {Step} step @param {State} before */
function writes(step, before) {
  const process = /** @type {ProcessState} */ (before.processes[step.process]);
  const chosen = which(step.target, before);
  const where = chosen ? ` to ${chosen}` : "";
  const made = process.register ? `, made from the ${number(process.register.value)} that it read` : "";
  const start = `${before.names[step.process]} writes ${number(step.value ?? 0)}${where}${made}.`;
  return isOutOfDate(process, before) ? `${start} ${notYet(before)}` : start;
}

/** A write that has landed. @param {Step} step @param {State} before @param {State} after */
function write(step, before, after) {
  const name = after.names[step.process];
  const effect = after.effect;
  const register = before.processes[step.process]?.register;
  const cell = before.cells.find(({ name: target }) => target === step.target);
  const from = register ? `, made from the ${number(register.value)} that it read` : "";
  const chosen = which(step.target, after);
  const where = chosen ? ` to ${chosen}` : "";
  const start = `${name} writes ${number(step.value ?? 0)}${where}${from}`;
  if (step.lost === null) return `${start}. Writes before it went unrecorded: nobody can know what it erased.`;
  if (!effect || effect.erased === 0) return `${start}.${nothingYet(step, after)}`;

  const since = cell && register ? ` ${meanwhile(step, cell, register.version, effect, after.names)}` : "";
  const lost = losses(effect, after.names);
  if (effect.revived === 0) return `${start}${since}. ${lost}.`;
  return `${start}${since}. ${lost}. ${back(effect, after.names, number(step.value ?? 0))}`;
}

/** An erased update is no longer lost once a value computed from it has replaced the value that erased it.
 * @param {Effect} effect @param {readonly string[]} names @param {string} value */
function back({ revived, revivedOf }, names, value) {
  const whose = owners(revivedOf);
  const only = whose.length === 1 ? names[whose[0]?.process ?? 0] : null;
  if (revived === 1) return `${only}’s earlier +1 is back: this ${value} was made from it.`;
  return `${number(revived)} earlier updates${only === null ? "" : ` of ${only}`} are back: this ${value} was made from them.`;
}

/** Another process may now hold the value that was just replaced. @param {Step} step @param {State} after */
function nothingYet({ process, target, version }, after) {
  const replaced = (version ?? 0) - 1;
  const late = after.processes.flatMap((one, index) =>
    index !== process && one.register?.cell === target && one.register.version === replaced && isOutOfDate(one, after) ? [after.names[index] ?? ""] : [],
  );
  if (late.length === 0) return "";
  if (late.length > 2) return ` What ${late.length} others have read is now out of date. ${notYet(after)}`;
  return ` What ${list(late)} ${late.length === 1 ? "has" : "have"} read is now out of date. ${notYet(after)}`;
}

/** @param {State} state */
function notYet({ cells }) {
  return `Nothing ${cells.some(({ lost }) => lost > 0) ? "more " : ""}is lost yet.`;
}

/** What others wrote between the read of a write and the write itself.
 * @param {Step} step @param {CellState} cell @param {number} read the version that was read @param {Effect} effect @param {readonly string[]} names */
function meanwhile(step, cell, read, effect, names) {
  const writes = cell.version - read;
  const victims = owners(effect.erasedOf);
  // The newest write is always among those that are erased, so a single victim, or the only other, wrote it.
  const isPair = names.length === 2;
  const known = isPair ? 1 - step.process : victims.length === 1 ? victims[0]?.process : undefined;
  const who = known === undefined ? "another process" : names[known];
  if (writes === 1) return `before ${who} wrote ${number(cell.value)}`;
  return `before ${isPair && known !== undefined ? who : "other processes"} wrote ${number(writes)} times`;
}

/** Of more processes than these it is not told how many each has lost. */
const MOST_SHARES = 8;

/** @param {Effect} effect @param {readonly string[]} names */
function losses({ erased, erasedOf }, names) {
  const victims = owners(erasedOf);
  const only = victims.length === 1 ? names[victims[0]?.process ?? 0] : null;
  if (only !== null && erased === 1) return `${only}’s +1 is lost`;
  if (only !== null) return `${number(erased)} updates of ${only} are lost`;
  if (victims.length > MOST_SHARES) return `${number(erased)} updates of ${victims.length} processes are lost`;
  const shares = victims.map(({ process, count }) => `${number(count)} of ${names[process]}`);
  return `${number(erased)} updates are lost (${list(shares)})`;
}

/** @param {Step} step @param {State} before */
function waits({ process, target }, before) {
  const name = before.names[process];
  const holder = before.locks.find((lock) => lock.name === target)?.holder ?? -1;
  if (holder === process) return `${name} waits for ${longWords(target, before.targets)}, which it holds itself.`;
  if (holder < 0) return `${name} waits for ${longWords(target, before.targets)}.`;
  const ended = before.processes[holder]?.ended ? ", which has ended without releasing it" : "";
  return `${name} waits for ${longWords(target, before.targets)}: held by ${before.names[holder]}${ended}.`;
}

/** @param {Step} step @param {State} after */
function acquires(step, after) {
  const name = after.names[step.process];
  const queue = after.locks.find((lock) => lock.name === step.target)?.queue ?? [];
  if (queue.length > 0) return `${name} takes ${longWords(step.target, after.targets)}. ${waiting(queue, after.names)}`;
  const others = after.processes.filter(({ holds }) => holds !== null).length > 1;
  return others
    ? `${name} takes ${longWords(step.target, after.targets)}. Others hold locks too, but not this one.`
    : `${name} takes ${longWords(step.target, after.targets)}: nobody held it.`;
}

/** @param {Step} step @param {State} before @param {State} after */
function releases(step, before, after) {
  const queue = after.locks.find((lock) => lock.name === step.target)?.queue ?? [];
  const holder = before.locks.find((lock) => lock.name === step.target)?.holder ?? -1;
  // A lock does not ask who releases it.
  const whose = holder < 0 || holder === step.process ? "" : `, which ${after.names[holder]} had acquired: any process may`;
  const start = `${after.names[step.process]} releases ${longWords(step.target, after.targets)}${whose}.`;
  return queue.length > 0 ? `${start} ${waiting(queue, after.names)}` : start;
}

/** @param {Step} step @param {State} before @param {State} after */
function fails({ process }, before, { names, targets, processes }) {
  const start = `${names[process]} fails: an exception that nothing caught ends its code here`;
  const { holds } = processes[process] ?? {};
  if (holds) return `${start}, and it still holds ${longWords(holds, targets)}.`;
  return before.processes[process]?.op === "release" ? `${start}. On the way out it released the lock.` : `${start}.`;
}

/** @param {Step} step @param {State} after */
function exits({ process }, { names, targets, processes }) {
  const { done = 0, holds = null, failed = false } = processes[process] ?? {};
  const start = `${names[process]} ends${failed ? " with an error" : ""}, after ${counted(done, "increment")}.`;
  return holds === null ? start : `${start} It still holds ${longWords(holds, targets)}.`;
}

/** @param {readonly number[]} queue @param {readonly string[]} names */
function waiting(queue, names) {
  if (queue.length > 3) return `${queue.length} others wait for it.`;
  return `${list(queue.map((process) => names[process] ?? ""))} ${queue.length === 1 ? "waits" : "wait"} for it.`;
}

/** What a target is called, and by which name in the code where each process has its own.
 * @param {string | null} target @param {Targets} targets */
export function longWords(target, targets) {
  const { kind, owner } = targets.of(target) ?? {};
  return owner ? `its own ${kind} (${target})` : targets.words(target);
}

/** How it ended, for the end of a run. @param {ViewState} view */
export function outcome({ run, state, variant }) {
  if (run.status === "failed") return deadlocked(run, state) ?? run.reason ?? "The run failed.";
  if (run.status === "stopped") {
    const reason = run.reason ?? "The run was stopped.";
    if (state.position === 0) return reason;
    const atLeast = state.cells.every(({ isCertain }) => isCertain) ? "" : "At least ";
    return `${reason} ${atLeast}${counted(state.cells.reduce((sum, cell) => sum + cell.lost, 0), "update")} had been lost by then.`;
  }
  const { cells } = run.summary;
  if (cells.length === 0) return "The run has ended.";
  // The figures themselves stand on the scoreboard.
  const total = cells.reduce((sum, cell) => sum + (cell.lost ?? 0), 0);
  const all = Object.values(run.adds ?? {}).reduce((sum, each) => sum + each, 0);
  if (total > 0) {
    const why = variant.kind === "faulty" ? variant.about : "No error, no warning.";
    return `${number(total)} of ${counted(all, "addition")} ${total === 1 ? "is" : "are"} gone. ${why}`;
  }
  const failed = state.names.filter((_, index) => state.processes[index]?.failed);
  // A right guard releases its lock, even when the code inside fails.
  const released = variant.kind === "right" ? ", and the lock was released on the way out" : "";
  if (failed.length > 0) return `Nothing is lost. ${listOfMany(failed)} failed${released}.`;
  if (variant.kind === "right") return `Only the holder of the lock touched the number${cells.length > 1 ? "s" : ""}.`;
  if (run.request.processes === 1) return "One process alone has nobody to race with.";
  if (variant.kind === "none") return "This time no two increments overlapped. The bug is still there.";
  return "Nothing is lost.";
}

/** Where many wait, they share a sentence; the reason of the run names each one.
 * @param {RunView} run @param {State} state */
function deadlocked({ deadlock, processes }, { names, targets, processes: states }) {
  const blocked = deadlock ?? [];
  if (blocked.length < 3) return null;
  // Who was killed had no time for a last step.
  const killed = processes.filter(({ name }) => !blocked.some(({ process }) => process === name) && !states[names.indexOf(name)]?.ended).map(({ name }) => name);
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const { process, waits_for: what, held_by: holder } of blocked) {
    const called = longWords(what, targets);
    const why = holder ? `${called}, which ${held(holder, process, blocked, killed)}` : called;
    groups.set(why, [...(groups.get(why) ?? []), process]);
  }
  const wait = (/** @type {string[]} */ those) => (killed.length > 0 ? "would wait for ever" : those.length === 1 ? "waits" : "wait");
  const clauses = [...groups].map(([why, those]) => `${listOfMany(those)} ${wait(those)} for ${why}`).join("; ");
  return killed.length > 0 ? `${listOfMany(killed)} ${killed.length === 1 ? "was" : "were"} killed: ${clauses}.` : `Deadlock: ${clauses}. Nobody can go on.`;
}

/** @param {string} holder @param {string} process @param {readonly Blocked[]} blocked @param {readonly string[]} killed */
function held(holder, process, blocked, killed) {
  if (holder === process) return "it holds";
  if (killed.includes(holder)) return `${holder} held when it was killed`;
  return blocked.some((one) => one.process === holder) ? `${holder} holds` : `${holder} held when it ended`;
}

/** @param {ViewState} view */
export function invitation({ variant, state }) {
  if (variant.kind !== "none") return `The same processes, the same number${state.cells.length > 1 ? "s" : ""}. ${variant.about}`;
  const what = state.cells.length > 1 ? "a number" : "the number";
  return `Each process reads ${what}, adds 1 to its own copy, and writes the copy back.`;
}
