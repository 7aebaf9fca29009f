// How a page gets a run: one that has ended as a recording, all at once; any other from the event stream, as it goes on.
// Where the server is too busy to hand out the recording, the stream brings that run, too.

import { askForRecorded, isOver, readInto } from "./recorded.js";

/** @import { BuildApart, Parts } from "./build-apart.js" */
/** @import { Listener, WatchRun } from "./event-client.js" */
/** @import { Chunk, Opening, Outcome } from "./recorded.js" */
/** @import { RunView, ScriptRunView } from "./types.js" */

/** What hears of a run, recorded or not. A recording comes chunk by chunk, or built already.
 * @typedef {Listener & {onOpening: (opening: Opening) => void, onChunk: (chunk: Chunk) => void, onParts?: (parts: Parts) => void,
 *   onUnreadable: (reason: string) => void}} Follower */

/** A run as a page has it. @typedef {RunView | ScriptRunView} AnyRun */

/** Where a run comes from: the event stream; perhaps a worker that builds it; and all that is known of a run that has
 * ended, where the page was not sent all of it.
 * @typedef {{watch: WatchRun, build?: BuildApart | undefined, whole?: () => Promise<AnyRun> | AnyRun}} Sources */

/** For so long, in ms, steps are taken in before the page may draw and answer again. */
const AT_ONCE = 12;

/** @param {AnyRun} run @param {Follower} follower @param {Sources} sources @returns {{close: () => void}} */
export function follow(run, follower, sources) {
  if (!isOver(run)) return sources.watch(run.id, follower);
  const stop = new AbortController();
  /** @type {{close: () => void} | null} */
  let stream = null;
  void takeRecorded(run, follower, stop.signal, sources).then((isThere) => {
    if (!isThere && !stop.signal.aborted) stream = sources.watch(run.id, follower);
  });
  return {
    close() {
      stop.abort();
      stream?.close();
    },
  };
}

/** @param {AnyRun} run @param {Follower} follower @param {AbortSignal} signal @param {Sources} sources
 * @returns {Promise<boolean>} whether there is nothing more to do */
async function takeRecorded(run, follower, signal, { build, whole = () => run }) {
  const built = build?.(run, signal);
  // Asked for now, so that nothing is waited for at the end.
  const ended = whole();
  const report = await built;
  if (report?.parts && !signal.aborted) follower.onParts?.(report.parts);
  const outcome = report?.outcome ?? (await taken(run, follower, signal));
  if (signal.aborted) return true;
  if (outcome.is === "gone") follower.onGone();
  if (outcome.is === "unreadable") follower.onUnreadable(outcome.reason);
  if (outcome.is === "whole") {
    const view = await ended;
    if (!signal.aborted) follower.onEnd(/** @type {RunView} */ (view));
  }
  return outcome.is !== "refused";
}

/** Here, a few ms at a time. @param {AnyRun} run @param {Follower} follower @param {AbortSignal} signal @returns {Promise<Outcome>} */
async function taken(run, follower, signal) {
  const asked = await askForRecorded(run.id, signal);
  if (!asked.stream) return asked.outcome;
  const { rest, close } = rests();
  return readInto(asked.stream, {
    begin: follower.onOpening,
    extend(chunk) {
      if (signal.aborted) return;
      follower.onChunk(chunk);
      return rest();
    },
  }).finally(close);
}

/** `rest` waits a moment whenever enough has been done at once, so that the page can draw and answer.
 * @returns {{rest: () => Promise<void> | undefined, close: () => void}} */
function rests() {
  // A message comes at once; a timer would come some ms later.
  const { port1, port2 } = new MessageChannel();
  let since = performance.now();
  function rest() {
    if (performance.now() - since < AT_ONCE) return undefined;
    return new Promise((/** @type {(done: void) => void} */ go) => {
      port1.onmessage = () => {
        since = performance.now();
        go();
      };
      port2.postMessage(null);
    });
  }
  return { rest, close: () => port1.close() };
}
