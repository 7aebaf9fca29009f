// How a page gets a run: one that has ended as a recording, all at once; any other from the event stream, as it goes on.
// Where the server is too busy to hand out the recording, the stream brings that run, too.

import { Broken, readRecorded, Unreadable } from "./recorded.js";
import { asked } from "./server.js";

/** @import { Listener, WatchRun } from "./event-client.js" */
/** @import { Chunk, Opening } from "./recorded.js" */
/** @import { RunView, ScriptRunView } from "./types.js" */

/** What hears of a run, recorded or not.
 * @typedef {Listener & {onOpening: (opening: Opening) => void, onChunk: (chunk: Chunk) => void, onUnreadable: (reason: string) => void}} Follower */

/** A run as a page has it. @typedef {RunView | ScriptRunView} AnyRun */

const OVER = new Set(["finished", "failed", "stopped"]);

/** For so long, in ms, steps are taken in before the page may draw and answer again. */
const AT_ONCE = 12;

/** @param {AnyRun} run @param {Follower} follower @param {WatchRun} watch
 * @param {() => Promise<AnyRun> | AnyRun} [whole] all that is known of a run that has ended, where the page was not sent all of it
 * @returns {{close: () => void}} */
export function follow(run, follower, watch, whole = () => run) {
  if (!OVER.has(run.status)) return watch(run.id, follower);
  const stop = new AbortController();
  /** @type {{close: () => void} | null} */
  let stream = null;
  void fetchRecorded(run, follower, stop.signal, whole).then((isThere) => {
    if (!isThere && !stop.signal.aborted) stream = watch(run.id, follower);
  });
  return {
    close() {
      stop.abort();
      stream?.close();
    },
  };
}

/** @param {AnyRun} run @param {Follower} follower @param {AbortSignal} signal @param {() => Promise<AnyRun> | AnyRun} whole
 * @returns {Promise<boolean>} whether there is nothing more to do */
async function fetchRecorded(run, follower, signal, whole) {
  const response = await asked(`/api/runs/${encodeURIComponent(run.id)}/columns`, { signal }).catch(() => null);
  if (response?.status === 404) follower.onGone();
  if (!response?.ok || !response.body) return response?.status === 404;
  const rest = rests();
  // Asked for now, so that nothing is waited for at the end.
  const ended = whole();
  try {
    await readRecorded(response.body, follower.onOpening, (chunk) => {
      if (signal.aborted) return;
      follower.onChunk(chunk);
      return rest();
    });
  } catch (error) {
    if (error instanceof Broken) return false;
    if (!(error instanceof Unreadable)) throw error;
    follower.onUnreadable(error.message);
    return true;
  }
  const view = await ended;
  if (!signal.aborted) follower.onEnd(/** @type {RunView} */ (view));
  return true;
}

/** A function that waits a moment whenever enough has been done at once, so that the page can draw and answer.
 * @returns {() => Promise<void> | undefined} */
function rests() {
  // A message comes at once; a timer would come some ms later.
  const { port1, port2 } = new MessageChannel();
  let since = performance.now();
  return () => {
    if (performance.now() - since < AT_ONCE) return undefined;
    return new Promise((go) => {
      port1.onmessage = () => {
        since = performance.now();
        go();
      };
      port2.postMessage(null);
    });
  };
}
