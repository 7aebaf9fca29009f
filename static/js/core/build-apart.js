// Long runs that have ended are built beside the page, so that it can draw and answer meanwhile, and both cores work. A
// worker costs its start, so short ones are not worth it.
//
//   the page opens ──▶ worker starts ─▶ fetches, builds ──▶ parts ──▶ follow
//        └ the other scripts come ─▶ … ─▶ the race asks for them ──────┘
//
// Where there is no such worker (a page that was opened from a file, a browser that refuses), the page does it itself.

import { buildHistory, rests } from "./build-history.js";

/** @import { Outcome } from "./fetch-recorded.js" */
/** @import { History } from "./history.js" */
/** @import { OpRow } from "./ops.js" */
/** @import { ScriptHistory } from "./script-history.js" */
/** @import { RunView, ScriptRunView } from "./types.js" */

/** What a worker is to build. @typedef {{kind: "race", run: RunView} | {kind: "script", run: ScriptRunView, ops: readonly OpRow[]}} Order */

/** A history, ready to be adopted. @typedef {ReturnType<History["parts"]> | ReturnType<ScriptHistory["parts"]>} Parts */

/** What a worker has made; the parts are there where all steps have come. @typedef {{outcome: Outcome, parts: Parts | null}} Report */

/** Settles with null where no worker does it. @typedef {(run: RunView | ScriptRunView, signal: AbortSignal) => Promise<Report | null>} BuildApart */

/** The way to a worker: `hear` is called once. It may throw. @typedef {(order: Order, hear: (report: Report | null) => void) => {close: () => void}} OpenWorker */

/** @type {OpenWorker} */
function openHere(order, hear) {
  const stop = new AbortController();
  void buildHistory(order, rests(), stop.signal).then(hear);
  return { close: () => stop.abort() };
}

/** A function for each page: what it begins to build, it hands over once.
 * @param {number} from so many steps are worth a worker @param {OpenWorker} openWorker */
export function createBuilders(from, openWorker) {
  /** @type {Map<string, {report: Promise<Report | null>, close: () => void}>} */
  const begun = new Map();

  /** @param {Order} order */
  function begin(order) {
    const { id, steps } = order.run;
    if (begun.has(id)) return;
    let close = () => {};
    const report = new Promise((/** @type {(report: Report | null) => void} */ settle) => {
      try {
        ({ close } = steps < from ? openHere(order, settle) : openWorker(order, settle));
      } catch {
        settle(null);
      }
    });
    begun.set(id, { report, close });
  }

  /** @param {Order} order @param {AbortSignal} signal @returns {Promise<Report | null>} */
  async function build(order, signal) {
    begin(order);
    const building = begun.get(order.run.id);
    begun.delete(order.run.id);
    if (!building) return null;
    const gone = new Promise((/** @type {(report: null) => void} */ settle) => signal.addEventListener("abort", () => settle(null)));
    const report = await Promise.race([building.report, gone]);
    building.close();
    return report;
  }

  return { begin, build };
}
