// Steps and outcomes as plain sentences. Pure: evidence in, words out.

/** @import { Effect, Frame, ProcessState, State, Step } from "./types.js" */

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
  const start = `${processName(step.process)} reads ${step.value}`;
  if (also.length === 0) return `${start} into its own register.`;
  if (also.length > 2) return `${start}: so have ${also.length} others, who have not written yet.`;
  const have = also.length === 1 ? "has" : "have";
  return `${start}: the same ${step.value} that ${list(also)} ${have} read, and not yet written back.`;
}

/** @param {Step} step @param {State} before */
function modify(step, before) {
  const name = processName(step.process);
  const register = before.processes[step.process]?.register;
  const cell = before.cells.find(({ name: target }) => target === step.target);
  if (!register || step.value === null) return `${name} computes ${step.value}.`;
  const change = step.value - register.value;
  const sum = `${register.value} ${change < 0 ? "−" : "+"} ${Math.abs(change)} = ${step.value}`;
  const meanwhile =
    cell && cell.version > register.version
      ? `The counter has moved on to ${cell.value} meanwhile.`
      : "Nobody else can see that yet.";
  return `${name} computes ${sum}. ${meanwhile}`;
}

/** @param {Step} step @param {State} before @param {State} after */
function write(step, before, after) {
  const name = processName(step.process);
  const effect = after.effect;
  const register = before.processes[step.process]?.register;
  const cell = before.cells.find(({ name: target }) => target === step.target);
  const from = register ? `, computed from the ${register.value} it read` : "";
  const start = `${name} writes ${step.value}${from}`;
  if (!effect || effect.erased === 0) return `${start}. Nothing is lost.`;

  const victims = owners(effect.erasedOf);
  const first = victims[0];
  let result;
  if (effect.erased === 1 && first && cell) {
    const victim = first.process === step.process ? "it" : processName(first.process);
    result = `${start} before ${victim} wrote ${cell.value}: ${processName(first.process)}’s update is lost.`;
  } else {
    const shares = victims.map(({ process, count }) => `${count} of ${processName(process)}`);
    result =
      victims.length === 1 && first
        ? `${start} before ${processName(first.process)} wrote ${effect.erased} times: ${effect.erased} of ${processName(first.process)}’s updates are lost.`
        : `${start} before others wrote ${effect.erased} times: ${effect.erased} updates are lost (${list(shares)}).`;
  }
  if (effect.revived === 0) return result;
  return `${result} ${revived(effect)}`;
}

/** @param {Effect} effect */
function revived({ revived: count, revivedOf }) {
  if (count > 1) return `${count} updates that were lost before count again.`;
  return `${processName(revivedOf.findIndex((one) => one > 0))}’s update that was lost before counts again.`;
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
  const stale = register !== null && cell !== undefined && cell.version > register.version;
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
  return `${end}. This time no two increments overlapped. The bug is still there.`;
}
