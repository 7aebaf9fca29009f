// What two processes will do, step by step: known from what was asked for. Pure.

/** @import { Program, ProgramStep } from "./progress-graph.js" */
/** @import { RunRequest } from "./types.js" */

/** @type {ReadonlySet<string>} */
const MOVES = new Set(["read", "modify", "write", "acquire", "release"]);

/** Whether a step moves a process on; to start, to wait and to exit do not. @param {string} op @returns {op is ProgramStep["op"]} */
export function isMove(op) {
  return MOVES.has(op);
}

/** A round of each guard. `lock` is the one lock, or the first of two, `other` the second.
 * @type {Readonly<Record<string, (lock: string, other: string) => string>>} */
const ROUNDS = {
  none: () => "read modify write",
  with: (lock) => `acquire:${lock} read modify write release:${lock}`,
  crossed_locks: (lock, other) => `acquire:${lock} acquire:${other} read modify write release:${other} release:${lock}`,
  write_only: (lock) => `read acquire:${lock} modify write release:${lock}`,
  forgotten_release: (lock) => `acquire:${lock} read modify write`,
};

/** By guard: whose round it is, and what P1 and P2 call their locks.
 * @type {Readonly<Record<string, {round: string, locks: readonly [readonly string[], readonly string[]]}>>} */
const GUARDS = {
  none: { round: "none", locks: [[], []] },
  lock: { round: "with", locks: [["lock"], ["lock"]] },
  with: { round: "with", locks: [["lock"], ["lock"]] },
  get_lock: { round: "with", locks: [["number.get_lock()"], ["number.get_lock()"]] },
  separate_locks: { round: "with", locks: [["locks[0]"], ["locks[1]"]] },
  write_only: { round: "write_only", locks: [["lock"], ["lock"]] },
  crossed_locks: { round: "crossed_locks", locks: [["a", "b"], ["b", "a"]] },
  forgotten_release: { round: "forgotten_release", locks: [["lock"], ["lock"]] },
};

/** What a request of two processes that count leads to; null where it cannot be told beforehand.
 * @param {Pick<RunRequest, "scenario" | "processes" | "iterations" | "guard">} request @returns {Program | null} */
export function programOf({ scenario, processes, iterations, guard = "none" }) {
  const known = Object.hasOwn(GUARDS, guard) ? GUARDS[guard] : undefined;
  if (!known || processes !== 2 || scenario !== "value") return null;
  const [one, two] = known.locks.map(([lock = "", other = ""]) => {
    const round = (ROUNDS[known.round]?.(lock, other) ?? "").split(" ").map(stepOf);
    // The steps of a round are the same objects each time: a hundred thousand rounds take little room.
    return Array.from({ length: iterations * round.length }, (_, at) => /** @type {ProgramStep} */ (round[at % round.length]));
  });
  return [one ?? [], two ?? []];
}

/** @param {string} words @returns {ProgramStep} */
function stepOf(words) {
  const [op = "", target = "number"] = words.split(":");
  if (!isMove(op)) throw new Error(`${op} is no step of a program`);
  return { op, target };
}
