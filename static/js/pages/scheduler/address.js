// The address holds what is on show. A link replays the schedule with real processes.

/** @import { Panel } from "../../core/types.js" */
/** @import { Goal } from "../../core/goals.js" */

/** @typedef {{processes: number, iterations: number, guard: string}} Wanted what is to run */
/** @typedef {{wanted: Wanted, goal: Goal | null, schedule: string, panel: Panel, projector: boolean}} Address */

/** @type {readonly Panel[]} */
const PANELS = ["code", "timeline", "map", "lineage", "anatomy", "distribution"];

/** An address that asks for nothing opens the first goal; one that asks for a run of its own, no goal.
 * @param {string} search @param {readonly Goal[]} goals @param {(wanted: Wanted) => boolean} isAllowed @returns {Address} */
export function readAddress(search, goals, isAllowed) {
  const query = new URLSearchParams(search);
  const named = goals.find(({ slug }) => slug === query.get("goal"));
  const asks = ["processes", "iterations", "guard", "schedule"].some((name) => query.has(name));
  const goal = named ?? (asks ? null : (goals[0] ?? null));
  const usual = { processes: 2, iterations: 1, guard: "none" };
  const asked = {
    processes: whole(query.get("processes")) ?? usual.processes,
    iterations: whole(query.get("iterations")) ?? usual.iterations,
    guard: query.get("guard") ?? usual.guard,
  };
  return {
    wanted: goal ? goal.request : isAllowed(asked) ? asked : usual,
    goal,
    schedule: query.get("schedule") ?? "",
    panel: PANELS.find((panel) => panel === query.get("panel")) ?? "code",
    projector: query.has("projector"),
  };
}

/** @param {string | null} text */
function whole(text) {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

/** @param {Address} place */
export function addressOf({ wanted: { guard, processes, iterations }, goal, schedule, panel, projector }) {
  const query = new URLSearchParams({ ...(goal && { goal: goal.slug }), guard, processes: String(processes), iterations: String(iterations) });
  if (schedule) query.set("schedule", schedule);
  if (panel !== "code") query.set("panel", panel);
  if (projector) query.set("projector", "");
  return `/scheduler?${query}`;
}
