// x
import { fetchRecorded } from "./fetch-recorded.js";
import { History } from "./history.js";
/** @import { Order, Report } from "./build-apart.js" */
/** For so long, in ms, steps are taken in before the page may draw and answer again. */
const AT_ONCE = 12;

/** @param {Order} order @param {() => Promise<void> | undefined} rest @param {AbortSignal} [signal] @returns {Promise<Report>} */
export async function buildHistory(order, rest, signal) {
  const history = new History(/** @type {any} */ (order.run));
  const outcome = await fetchRecorded(order.run.id, (opening) => history.begin(opening), (chunk) => { history.extend(chunk); return rest(); }, signal);
  return { outcome, parts: outcome.is === "whole" ? history.parts() : null };
}
/** A function that waits a moment whenever enough has been done at once, so that the page can draw and answer.
 * @returns {() => Promise<void> | undefined} */
export function rests() {
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
