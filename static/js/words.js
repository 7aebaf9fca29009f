// Steps and outcomes as plain sentences. Pure: evidence in, words out.

/** @import { CellState, Effect, Frame, ProcessState, State, Step } from "./types.js" */

/** @param {number} process */
export function processName(process) {
  return `P${process + 1}`;
}

/** @param {readonly string[]} words */
export function list(words) {
  if (words.length < 2) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/** @param {number} count @param {string} noun */
export function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** @param {number} value */
export function number(value) {
  // A thin space keeps long numbers readable, and means the same in every country.
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
}

/** A time in ns, in the unit that suits it. @param {number} ns */
export function duration(ns) {
  if (ns >= 1e9) return `${(ns / 1e9).toFixed(2)} s`;
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${(ns / 1e3).toFixed(1)} µs`;
}

/** A factor, as exactly as anyone wants to know it. @param {number} factor */
export function magnitude(factor) {
  return factor < 10 ? factor.toFixed(1) : number(Number(factor.toPrecision(2)));
}

/** @param {readonly number[]} counts */
function owners(counts) {
  return counts.flatMap((count, process) => (count > 0 ? [{ process, count }] : []));
}

/** "P1's +1 is lost": the short form, for the stage. @param {Effect} effect */
export function lossLabel(effect) {
  const victims = owners(effect.erasedOf);
  if (victims.length !== 1 || effect.erased > 1) {
    return `${counted(effect.erased, "update")} ${effect.erased === 1 ? "is" : "are"} lost`;
  }
  return `${processName(victims[0]?.process ?? 0)}’s +1 is lost`;
}

/**
 * What happened in one step.
 * @param {Step} step
 * @param {State} before
 * @param {State} after
 * @returns {string}
 */
export function sentence(step, before, after) {
  const name = processName(step.process);
  switch (step.op) {
    case "start":
      return `${name} starts.`;
    case "read":
      return read(step, after);
    case "modify":
      return modify(step, before);
    case "write":
      return write(step, before, after);
    case "wait":
      return waits(step, before);
    case "acquire":
      return acquires(step, after);
    case "release":
      return releases(step, after);
    case "exit": {
      const done = after.processes[step.process]?.done ?? 0;
      return `${name} ends, after ${counted(done, "increment")}.`;
    }
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
      ? [processName(index)]
      : [],
  );
  const value = number(step.value ?? 0);
  const start = `${processName(step.process)} reads ${value}`;
  if (also.length === 0) return `${start} into its own register.`;
  if (also.length > 2) return `${start}: so have ${also.length} others, who have not written yet.`;
  const have = also.length === 1 ? "has" : "have";
  return `${start}: the same ${value} that ${list(also)} ${have} read, and not yet written back.`;
}

/** @param {Step} step @param {State} before */
function modify(step, before) {
  const name = processName(step.process);
  const register = before.processes[step.process]?.register;
  const cell = before.cells.find(({ name: target }) => target === step.target);
  if (!register || step.value === null) return `${name} computes ${step.value}.`;
  const change = step.value - register.value;
  const sum = `${number(register.value)} ${change < 0 ? "−" : "+"} ${number(Math.abs(change))} = ${number(step.value)}`;
  const meanwhile =
    cell && cell.version > register.version
      ? `The counter has moved on to ${number(cell.value)} meanwhile.`
      : "Nobody else can see that yet.";
  return `${name} computes ${sum}. ${meanwhile}`;
}

/** @param {Step} step @param {State} before @param {State} after */
function write(step, before, after) {
  const name = processName(step.process);
  const effect = after.effect;
  const register = before.processes[step.process]?.register;
  const cell = before.cells.find(({ name: target }) => target === step.target);
  const from = register ? `, computed from the ${number(register.value)} it read` : "";
  const start = `${name} writes ${number(step.value ?? 0)}${from}`;
  if (!effect || effect.erased === 0) return `${start}. Nothing is lost.`;

  const since = cell && register ? ` ${meanwhile(step, cell, register.version, effect, after.processes.length)}` : "";
  const lost = losses(effect);
  if (effect.revived === 0) return `${start}${since}: ${lost}.`;
  const again = `${counted(effect.revived, "update")} that ${effect.revived === 1 ? "was" : "were"} lost`;
  return `${start}${since}. That was built on ${again} and now count${effect.revived === 1 ? "s" : ""} again: ${lost}.`;
}

/** What others wrote between the read of a write and the write itself.
 * @param {Step} step @param {CellState} cell @param {number} read the version that was read @param {Effect} effect @param {number} processes */
function meanwhile(step, cell, read, effect, processes) {
  const writes = cell.version - read;
  const victims = owners(effect.erasedOf);
  // The newest write is always among those that are erased, so a single victim, or the only other, wrote it.
  const known = processes === 2 ? 1 - step.process : victims.length === 1 ? victims[0]?.process : undefined;
  if (writes === 1) return `before ${known === undefined ? "another" : processName(known)} wrote ${number(cell.value)}`;
  return `before ${processes === 2 && known !== undefined ? processName(known) : "others"} wrote ${number(writes)} times`;
}

/** @param {Effect} effect */
function losses({ erased, erasedOf }) {
  const victims = owners(erasedOf);
  const only = victims.length === 1 ? processName(victims[0]?.process ?? 0) : null;
  if (only !== null && erased === 1) return `${only}’s update is lost`;
  if (only !== null) return `${number(erased)} of ${only}’s updates are lost`;
  const shares = victims.map(({ process, count }) => `${number(count)} of ${processName(process)}`);
  return `${number(erased)} updates are lost (${list(shares)})`;
}

/** @param {Step} step @param {State} before */
function waits(step, before) {
  const holder = before.locks.find(({ name }) => name === step.target)?.holder ?? -1;
  const why = holder < 0 ? "" : `: ${processName(holder)} holds it`;
  return `${processName(step.process)} waits for ${lockName(step.target)}${why}.`;
}

/** @param {Step} step @param {State} after */
function acquires(step, after) {
  const name = processName(step.process);
  const queue = after.locks.find((lock) => lock.name === step.target)?.queue ?? [];
  if (queue.length > 0) return `${name} takes ${lockName(step.target)}. ${waiting(queue)}`;
  const others = after.processes.filter(({ holds }) => holds !== null).length > 1;
  return others
    ? `${name} takes ${lockName(step.target)}. Others hold locks too, but not this one.`
    : `${name} takes ${lockName(step.target)}: nobody held it.`;
}

/** @param {Step} step @param {State} after */
function releases(step, after) {
  const queue = after.locks.find((lock) => lock.name === step.target)?.queue ?? [];
  const start = `${processName(step.process)} releases ${lockName(step.target)}.`;
  return queue.length > 0 ? `${start} ${waiting(queue)}` : start;
}

/** @param {readonly number[]} queue */
function waiting(queue) {
  if (queue.length > 3) return `${queue.length} others wait for it.`;
  return `${list(queue.map(processName))} ${queue.length === 1 ? "waits" : "wait"} for it.`;
}

/** @param {string | null} target */
function lockName(target) {
  const own = /\[(\d+)\]$/.exec(target ?? "");
  return own ? `its own lock (${target})` : "the lock";
}

/** What a process is doing, in a few words for its card. @param {ProcessState} process @param {State} state */
export function doing(process, state) {
  const { register, computed } = process;
  const cell = state.cells.find(({ name }) => name === register?.cell);
  const stale = !process.ended && register !== null && cell !== undefined && cell.version > register.version;
  let first = "";
  if (process.ended) first = "has ended";
  else if (process.waits !== null) first = "waits for the lock";
  else if (register && computed !== null) first = `computed ${computed}`;
  else if (register) first = `read ${register.value}`;
  else if (process.op === "write" || process.op === "release") first = `wrote ${process.wrote}`;
  else if (process.op === "acquire") first = "holds the lock";
  else if (process.op === "start") first = "has started";
  return { first, stale };
}

/** How it ended, for the end of a run. @param {Frame} frame */
export function outcome({ run, state, guard }) {
  const cell = state.cells[0];
  const known = run.summary.cells[0];
  if (run.status === "failed") return run.reason ?? "The run failed.";
  if (run.status === "stopped") {
    return `${run.reason ?? "The run was stopped."} Up to then ${counted(cell?.lost ?? 0, "update")} had been lost.`;
  }
  if (!cell || !known) return "The run has ended.";
  const lost = known.lost;
  const end = `Expected ${number(known.expected)}, counter ${number(known.final ?? cell.value)}`;
  if (lost > 0) {
    const why = guard.kind === "faulty" ? ` ${guard.about}` : "";
    return `${end}: ${counted(lost, "update")} ${lost === 1 ? "was" : "were"} lost.${why}`;
  }
  if (guard.kind === "right") return `${end}: nothing was lost. Only the holder of the lock touched the number.`;
  if (run.request.processes === 1) return `${end}. One process alone has nobody to race with.`;
  return `${end}. This time no two increments overlapped. The bug is still there.`;
}
