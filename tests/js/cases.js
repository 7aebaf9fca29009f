// Runs, and what is true of them, as tests/truths.py has worked it out from their steps alone.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { History } from "../../static/js/core/history.js";
import "./ops.js";

/** @import { Columns, RunView } from "../../static/js/core/types.js" */

/**
 * A step as the interface gives it: what does not apply is absent.
 * @typedef {{index: number, t_ns: number, process: string, op: string, target?: string, value?: number, version?: number,
 *   base?: number | null, lost?: number | null, line?: number, task?: number, file?: string}} RecordedStep
 */

/** @typedef {{name: string, value: number, version: number, writes: number, expected: number, lost: number, lostOf: number[]}} TrueCell */
/** @typedef {{op: string | null, register: {cell: string, value: number, version: number} | null, holds: string | null,
 *   waits: string | null, done: number, ended: boolean, failed: boolean}} TrueProcess */
/** @typedef {{position: number, cells: TrueCell[], processes: TrueProcess[], locks: Record<string, {holder: string | null, queue: string[]}>}} Moment */
/** A write that took updates away: how many, and the versions of those that never come back.
 * @typedef {{cell: string, position: number, erased: number, lasting: number[]}} Loss */
/** `binary` is the run as the server keeps it, in base64; `anatomies` what its export as text says of each loss.
 * @typedef {{run: RunView, steps: RecordedStep[], moments: Moment[], losses: Loss[], binary: string, anatomies: {position: number, text: string}[]}} Case */

const folder = process.env["LOST_UPDATE_CASES"];
if (!folder) throw new Error("pytest says where the cases are: run `pytest tests/test_scripts.py`");

/** @type {readonly Case[]} */
export const CASES = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
if (CASES.length === 0) throw new Error(`there are no cases in ${folder}`);

/** @param {string} id @returns {Case} */
export function caseOf(id) {
  const found = CASES.find(({ run }) => run.id === id);
  if (!found) throw new Error(`there is no case ${id}`);
  return found;
}

/** Steps as the stream sends them. @param {readonly RecordedStep[]} steps @returns {Columns} */
export function columnsOf(steps) {
  return {
    index: steps.map(({ index }) => index),
    t_ns: steps.map(({ t_ns }) => t_ns),
    process: steps.map(({ process }) => process),
    op: steps.map(({ op }) => op),
    target: steps.map(({ target }) => target ?? null),
    value: steps.map(({ value }) => value ?? null),
    version: steps.map(({ version }) => version ?? null),
    base: steps.map(({ base }) => base ?? null),
    lost: steps.map(({ lost }) => lost ?? null),
    line: steps.map(({ line }) => line ?? null),
    task: steps.map(({ task }) => task ?? null),
    file: steps.map(({ file }) => file ?? null),
  };
}

/** A history that was fed batch by batch, as a stream would. @param {Pick<Case, "run" | "steps">} given @param {number} [batch] */
export function historyOf({ run, steps }, batch = 4096) {
  const history = new History(run);
  for (let first = 0; first < steps.length; first += batch) {
    if (!history.append(columnsOf(steps.slice(first, first + batch)))) throw new Error(`a gap at ${first}`);
  }
  return history;
}

/** A run where only the steps matter. @param {readonly string[]} names @param {Partial<RunView["request"]>} [request] @param {string[]} [cells]
 * @param {RunView["targets"]} [others] what they are about beside the cells @returns {RunView} */
export function runOf(names, request = {}, cells = ["number"], others = [{ name: "lock", kind: "lock" }]) {
  const workers = names.filter((name) => /^P\d/.test(name)).length;
  return {
    id: "by-hand",
    status: "finished",
    request: { scenario: "value", processes: workers, iterations: 5, guard: "none", pace: "free", ...request },
    processes: names.map((name) => ({ name, pid: 1, exitcode: 0, state: "ended" })),
    targets: [...cells.map((name) => /** @type {const} */ ({ name, kind: "cell" })), ...others],
    steps: 0,
    summary: {
      cells: cells.map((name) => ({ name, initial: 0, expected: 0, final: 0, writes: 0, lost: 0 })),
      duration_ms: 0,
      unrecorded: 0,
      consistent: true,
    },
  };
}
