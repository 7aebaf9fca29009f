// A queue in figures and sentences. Pure: evidence in, words out.

import { counted, list, number } from "../../core/format.js";
import { expectedNames } from "../../core/process-names.js";
import { brokenOff, nameOf, recorded, shown } from "../drawing-helpers.js";
import { ANYONES, ownerOf, partsOf, queueOf } from "./model.js";

/** @import { ViewState, RunView, Step } from "../../core/types.js" */
/** @import { Queue } from "./model.js" */

/** Why items do not always come out in the order in which they were put. */
const WHY = "Each process has its own thread that writes its items into the pipe: nothing promises an order between processes.";

/** @param {ViewState} view */
export function figures(view) {
  const queue = queueOf(view);
  const { run } = view;
  const put = { label: "put", value: number(queue.put), note: "" };
  const inside = { label: "inside", value: number(queue.inside.length), note: "" };
  if (hasCell(view)) {
    const goal = run.request.processes * run.request.iterations;
    const counter = { label: "counter", value: number(queue.value ?? 0), note: `of ${number(goal)}` };
    return recorded(run, [counter, { ...put, label: "sent" }, inside]);
  }
  const several = partsOf(namesOf(view)).producers.length > 1;
  const out = number(queue.out.length);
  const last = several ? { label: "out of order", value: number(queue.early), note: `of ${out}` } : { label: "got", value: out, note: "" };
  return recorded(run, [put, inside, last]);
}

/** @param {ViewState} view */
export function hasCell({ run }) {
  return run.summary.cells.length > 0 || run.request.scenario === "sharing";
}

/** The processes by name; before there is a run, those that will be. @param {Pick<ViewState, "run">} view */
export function namesOf({ run }) {
  if (run.processes.length > 0) return run.processes.map(({ name }) => name);
  const workers = expectedNames(run.request.processes);
  const extra = { "queue-workers": ["reader"], sharing: ["owner"] }[run.request.scenario] ?? [];
  return [...workers, ...extra];
}

/** What happened in the step on show. @param {ViewState} view @returns {string} */
export function sentence(view) {
  const { run, step } = view;
  if (!step) return "";
  const queue = queueOf(view);
  const name = nameOf(run, step.process);
  switch (step.op) {
    case "start":
      return `${name} starts.`;
    case "put":
      return puts(step, queue, name);
    case "get":
      return gets(queue, name, run);
    case "wait":
      return queue.targets.is(step.target, "queue") ? waits(queue, name) : `${name} waits for ${queue.targets.words(step.target)}.`;
    case "read":
      return `${name} reads ${shown(step.value)}. Nobody else touches the number.`;
    case "modify":
      return queue.read === null || step.value === null
        ? `${name} computes ${shown(step.value)}.`
        : `${name} computes ${shown(queue.read)} + ${shown(step.value - queue.read)} = ${shown(step.value)}.`;
    case "write":
      return `${name} writes ${shown(step.value)}. It needs no lock: it is the only one that writes.`;
    case "fail":
      return `${name} raises an exception that nothing catches.`;
    case "exit":
      return exits(step, queue, name);
    default:
      return `${name}: ${step.op}.`;
  }
}

/** @param {Step} step @param {Queue} queue @param {string} name */
function puts({ value }, { inside }, name) {
  const now = inside.length === 1 ? "It is the only item there." : `There are ${number(inside.length)} items now.`;
  return `${name} puts ${shown(value)} on the queue and goes on at once. ${now}`;
}

/** @param {Queue} queue @param {string} name @param {RunView} run */
function gets(queue, name, run) {
  const got = queue.out.at(-1);
  if (!got) return `${name} gets an item.`;
  const start = `${name} gets ${shown(got.value)}`;
  const [first] = got.passed;
  if (first) {
    const whose = ownerOf(queue, first) === ANYONES ? `${shown(first.value)} was put` : `${nameOf(run, first.from)} put ${shown(first.value)}`;
    return `${start}, although ${whose} earlier. ${WHY}`;
  }
  if (got.from === ANYONES) return `${start}. Nobody can tell whose it was: others have put the same.`;
  const left = queue.inside.length;
  const whose = `${start}, which ${nameOf(run, got.from)} put`;
  if (left === 0) return `${whose}. Now the queue is empty.`;
  const rest = left === 1 ? "the one item" : `the ${number(left)} items`;
  return `${whose} before ${rest} still in the queue: first in, first out.`;
}

/** @param {Queue} queue @param {string} name */
function waits({ inside }, name) {
  if (inside.length === 0) return `${name} finds the queue empty, and waits until another process puts an item on it.`;
  const them = inside.length === 1 ? "the item that was put is" : `the ${number(inside.length)} items that were put are`;
  return `${name} finds nothing yet, and waits: ${them} still on the way into the pipe.`;
}

/** @param {Step} step @param {Queue} queue @param {string} name */
function exits({ process }, queue, name) {
  const put = queue.putBy[process] ?? 0;
  if (put > 0) return `${name} ends, after it put ${counted(put, "item")}.`;
  const got = queue.out.filter(({ by }) => by === process).length;
  return `${name} ends, after it got ${counted(got, "item")}.`;
}

/** How it ended. @param {ViewState} view @param {string | null} [comparison] with the last run, where there was one @returns {string} */
export function outcome(view, comparison = null) {
  const { run } = view;
  const broken = brokenOff(run);
  if (broken !== null) return broken;
  const queue = queueOf(view);
  const [cell] = run.summary.cells;
  if (cell) {
    return `Counter ${number(cell.final ?? queue.value ?? 0)}: only the owner touched the number.`;
  }
  if (queue.out.length === 0) return "The run has ended.";
  const { producers } = partsOf(namesOf(view));
  const names = producers.map((process) => nameOf(run, process));
  if (producers.length < 2) {
    return queue.early === 0
      ? `${counted(queue.out.length, "item")} came out in the order in which ${list(names)} put them: first in, first out.`
      : `${counted(queue.early, "item")} came out before an item that was put earlier.`;
  }
  const early = queue.early === 0 ? "" : ` ${counted(queue.early, "item")} came out before an item that another process had put earlier.`;
  return `The items of ${list(names)} each came out in their own order.${early} Nothing promises how they mix: ${comparison ?? "run it again to compare."}`;
}

/** @param {ViewState} view */
export function invitation(view) {
  return hasCell(view) ? view.variant.about : `${view.scenario.about} ${view.variant.about}`;
}
