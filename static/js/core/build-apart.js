// Long runs that have ended are built by a worker beside the page, which can draw and answer meanwhile. A worker costs
// its start, so short ones are not worth it.
//
//   page     asks for the columns ─▶ passes on their bytes as they come ──┐             ┌─▶ adopts the parts
//   worker   starts, fetches its scripts …                                └─▶ builds ───┘
//
// The page asks, because its requests go before those of a worker, which is not even there yet. Typed arrays change their
// owner with the message, both ways, and are not copied. Where there is no such worker (a page that was opened from a
// file, a browser that refuses) nothing is built apart, and the page does it itself.

import { askForRecorded, isOver, readInto } from "./recorded.js";

/** @import { History } from "./history.js" */
/** @import { Outcome, Taker } from "./recorded.js" */
/** @import { RunView, ScriptRunView } from "./types.js" */

/** A history, ready to be adopted. @typedef {ReturnType<History["parts"]>} Parts */

/** What a worker has made: the parts are there where all steps have come. @typedef {{outcome: Outcome, parts: Parts | null}} Report */

/** Settles with null where no worker does it. @typedef {(run: RunView | ScriptRunView, signal: AbortSignal) => Promise<Report | null>} BuildApart */

/** Starts a worker, hands it the run and the port at which it is to `serveBuild`, and says how to end it. It may throw.
 * @typedef {(run: RunView, port: MessagePort, onFailure: () => void) => () => void} OpenWorker */

/** Bytes as they come, then `null`; or that there will be no more. @typedef {Uint8Array | null | "broken"} Part */

/** The builders of one page. What has begun is handed over once.
 * @param {number} from so many steps are worth a worker @param {OpenWorker} openWorker */
export function createBuilders(from, openWorker) {
  /** @type {Map<string, ReturnType<typeof start>>} */
  const begun = new Map();

  /** @param {RunView} run nothing is done for one that is short, or goes on */
  function begin(run) {
    if (isOver(run) && run.steps >= from && !begun.has(run.id)) begun.set(run.id, start(run, openWorker));
  }

  /** @type {BuildApart} */
  async function build(run, signal) {
    begin(/** @type {RunView} */ (run));
    const building = begun.get(run.id);
    begun.delete(run.id);
    if (!building) return null;
    signal.addEventListener("abort", building.close);
    const report = await building.report;
    // Who may still end it would keep what it has reported.
    signal.removeEventListener("abort", building.close);
    building.close();
    return report;
  }

  return { begin, build };
}

/** @param {RunView} run @param {OpenWorker} openWorker */
function start(run, openWorker) {
  const { port1: port, port2: other } = new MessageChannel();
  const stop = new AbortController();
  /** @type {() => void} */
  let terminate = () => {};
  const report = new Promise((/** @type {(report: Report | null) => void} */ settle) => {
    stop.signal.addEventListener("abort", () => settle(null));
    port.onmessage = ({ data }) => settle(data);
    port.onmessageerror = () => settle(null);
    try {
      terminate = openWorker(run, other, () => settle(null));
      void feed(run.id, port, stop.signal).then((outcome) => outcome && settle({ outcome, parts: null }));
    } catch {
      settle(null);
    }
  });
  function close() {
    stop.abort();
    terminate();
    port.close();
  }
  return { report, close };
}

/** Passes on what comes. @param {string} id @param {MessagePort} port @param {AbortSignal} signal
 * @returns {Promise<Outcome | null>} how it ended, where nothing has come */
async function feed(id, port, signal) {
  const asked = await askForRecorded(id, signal);
  if (!asked.stream) return asked.outcome;
  const reader = asked.stream.getReader();
  try {
    for (let { value } = await reader.read(); value; { value } = await reader.read()) port.postMessage(value, [value.buffer]);
    port.postMessage(null);
  } catch {
    port.postMessage("broken");
  }
  return null;
}

/** The worker's side: builds a history of what comes at the port, and reports.
 * @param {MessagePort} port @param {Taker & {parts: () => Parts}} history */
export async function serveBuild(port, history) {
  const stream = new ReadableStream({
    start(controller) {
      port.onmessage = (/** @type {MessageEvent<Part>} */ { data }) => {
        if (data === null) controller.close();
        else if (data === "broken") controller.error();
        else controller.enqueue(data);
      };
    },
  });
  try {
    const outcome = await readInto(stream, history);
    /** @type {Report} */
    const report = { outcome, parts: outcome.is === "whole" ? history.parts() : null };
    port.postMessage(report, buffersIn(report));
  } catch {
    // What goes wrong here goes wrong on the page, too, and is shown there.
    port.postMessage(null);
  }
}

/** The memory of all typed arrays in a plain value. @param {unknown} value @returns {ArrayBuffer[]} */
export function buffersIn(value) {
  /** @type {Set<ArrayBuffer>} */
  const found = new Set();
  /** @type {unknown[]} */
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (ArrayBuffer.isView(next)) found.add(/** @type {ArrayBuffer} */ (next.buffer));
    else if (typeof next === "object" && next !== null) for (const each of Object.values(next)) waiting.push(each);
  }
  return [...found];
}
