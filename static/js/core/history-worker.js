// A worker beside a page: it fetches the steps of a long run that has ended, builds the history of them with the same
// functions as the page would, and hands over the parts. No DOM.
//
//   page ── order ──▶ worker: columns ─▶ history ─▶ parts ──▶ page: its history adopts them
//                                                    └ typed arrays change their owner, and are not copied

import { fetchRecorded } from "./fetch-recorded.js";
import { History } from "./history.js";
import { setOps } from "./ops.js";
import { ScriptHistory } from "./script-history.js";
import { buffersIn } from "./transfer.js";

/** @import { Order, Report } from "./build-apart.js" */

globalThis.addEventListener("message", (event) => {
  const { data, ports: [port] } = /** @type {MessageEvent<Order>} */ (event);
  // What goes wrong here goes wrong on the page, too, and is shown there.
  if (port) void build(data, port).catch(() => port.postMessage(null));
});

/** @param {Order} order @param {MessagePort} port */
async function build(order, port) {
  const history = historyOf(order);
  const outcome = await fetchRecorded(order.run.id, (opening) => history.begin(opening), (chunk) => history.extend(chunk));
  /** @type {Report} */
  const report = { outcome, parts: outcome.is === "whole" ? history.parts() : null };
  port.postMessage(report, buffersIn(report.parts));
}

/** @param {Order} order */
function historyOf(order) {
  if (order.kind === "race") return new History(order.run);
  setOps(order.ops);
  const history = new ScriptHistory();
  history.declare(order.run);
  return history;
}
