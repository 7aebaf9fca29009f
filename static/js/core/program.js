// The program of two processes: the steps that each will take, known from the request. Pure.

/** @import { Program, ProgramStep } from "./progress-graph.js" */
/** @import { RunRequest, Target } from "./types.js" */

/** A round of each guard. `lock` is the one lock, or the first of two, `other` the second.
 * @type {Readonly<Record<string, (lock: string, other: string) => string>>} */
const ROUNDS = {
  none: () => "read modify write",
  with: (lock) => `acquire:${lock} read modify write release:${lock}`,
  crossed_locks: (lock, other) => `acquire:${lock} acquire:${other} read modify write release:${other} release:${lock}`,
  write_only: (lock) => `read acquire:${lock} modify write release:${lock}`,
  forgotten_release: (lock) => `acquire:${lock} read modify write`,
};

/** @param {string} name @param {Pick<Target, "guards" | "owner">} [more] @returns {Target} */
function lock(name, more = {}) {
  return { name, kind: "lock", ...more };
}

const [LOCK, A, B] = [lock("lock"), lock("a"), lock("b")];
const [INSIDE, FIRST, SECOND] = [lock("number.get_lock()", { guards: "number" }), lock("locks[0]", { owner: "P1" }), lock("locks[1]", { owner: "P2" })];

/** By guard: the steps of a round, and the locks of P1 and P2.
 * @type {Readonly<Record<string, {round: string, locks: readonly [readonly Target[], readonly Target[]]}>>} */
const GUARDS = {
  none: { round: "none", locks: [[], []] },
  lock: { round: "with", locks: [[LOCK], [LOCK]] },
  with: { round: "with", locks: [[LOCK], [LOCK]] },
  get_lock: { round: "with", locks: [[INSIDE], [INSIDE]] },
  separate_locks: { round: "with", locks: [[FIRST], [SECOND]] },
  write_only: { round: "write_only", locks: [[LOCK], [LOCK]] },
  crossed_locks: { round: "crossed_locks", locks: [[A, B], [B, A]] },
  forgotten_release: { round: "forgotten_release", locks: [[LOCK], [LOCK]] },
};

/** The locks of a request's program. @param {Pick<RunRequest, "guard">} request @returns {readonly Target[]} */
export function locksOf({ guard = "none" }) {
  const known = Object.hasOwn(GUARDS, guard) ? GUARDS[guard] : undefined;
  return [...new Set(known?.locks.flat())];
}

/** What a request of two processes that count leads to; null where it cannot be known beforehand.
 * @param {Pick<RunRequest, "scenario" | "processes" | "iterations" | "guard">} request @returns {Program | null} */
export function programOf({ scenario, processes, iterations, guard = "none" }) {
  const known = Object.hasOwn(GUARDS, guard) ? GUARDS[guard] : undefined;
  if (!known || processes !== 2 || scenario !== "value") return null;
  const [one, two] = known.locks.map(([first, second]) => {
    const round = (ROUNDS[known.round]?.(first?.name ?? "", second?.name ?? "") ?? "").split(" ").map(stepOf);
    // The steps of a round are the same objects each time: a hundred thousand rounds take little room.
    return Array.from({ length: iterations * round.length }, (_, at) => /** @type {ProgramStep} */ (round[at % round.length]));
  });
  return [one ?? [], two ?? []];
}

/** @param {string} words @returns {ProgramStep} */
function stepOf(words) {
  const [op = "", target = "number"] = words.split(":");
  return { op, target };
}
