// The pipe: who puts stands at the left, the queue lies in the middle with the items in it, the first one out next
// to the exit, and at the right stands who gets. Below, in order, what came out: this time and last time.

import { setAttribute, svg } from "../../shell/dom.js";
import { appear, slide } from "../motion.js";
import { number } from "../../core/format.js";
import { drawChip, drawChips, elided } from "../chips.js";
import { hatching } from "../lanes.js";
import { Layer } from "../../shell/layer.js";
import { drawMark, nameOf, shown, typeSize, widthOf } from "../parts.js";
import { layOut } from "./layout.js";
import { ANYONES, ownerOf, partsOf, queueOf } from "./model.js";
import { figures, hasCell, invitation, namesOf, outcome, sentence } from "./words.js";
import { comparison, lastTime, remember } from "./memory.js";

/** @import { ViewState, Stage } from "../../core/types.js" */
/** @import { Chip } from "../chips.js" */
/** @import { Past } from "./memory.js" */
/** @import { Place, Point } from "./layout.js" */
/** @import { Queue } from "./model.js" */

/** @param {HTMLElement} root */
function createStage(root) {
  const hatched = hatching(7);
  const back = new Layer("back");
  const chips = new Layer("chips");
  const front = new Layer("front");
  const layers = [back, chips, front];
  const canvas = svg("svg", { class: "stage-drawing diagram pipe", "aria-hidden": "true" }, [hatched.definition, ...layers.map(({ group }) => group)]);
  root.append(canvas);
  /** Where each item stood in the view before. @type {Map<number, Point>} */
  let stood = new Map();
  /** @type {ViewState | null} */
  let last = null;

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    remember(view);
    const { clientWidth: width, clientHeight: height } = root;
    const queue = queueOf(view);
    const names = namesOf(view);
    const { producers } = partsOf(names);
    root.style.setProperty("--rows", String(Math.max(3, Math.ceil(producers.length / 2) + (hasCell(view) ? 0 : 1))));
    if (width > 0) {
      // The messages to the owner of a cell all look alike: what came out of them is the cell's value.
      const rows = hasCell(view) ? 0 : producers.length > 1 ? 2 : 1;
      const items = view.run.request.iterations * producers.length;
      const place = layOut(width, height, typeSize(view, { width, height }, { letters: 100, lines: 20 }), names, { rows, items, longest: queue.longest, several: producers.length > 1, hasCell: hasCell(view) });
      setAttribute(canvas, "viewBox", `0 0 ${width} ${height}`);
      canvas.style.setProperty("--type", `${place.type}px`);
      canvas.style.setProperty("--chip", `${place.chip.type}px`);
      for (const layer of layers) layer.begin();
      drawProcesses(view, queue, names, place);
      drawItems(view, queue, place);
      drawOut(view, queue, place);
      for (const layer of layers) layer.end();
    }
    if (!view.moving) setAttribute(root, "aria-label", describe(view, queue, names));
  }

  /** @param {ViewState} view @param {Queue} queue @param {readonly string[]} names @param {Place} place */
  function drawProcesses(view, queue, names, place) {
    const { type, pipe, sources, sink, wireFrom, hasWords, isRoomy, cell } = place;
    const { producers, consumer } = partsOf(names);
    const middle = pipe.y + pipe.height / 2;
    producers.forEach((process, row) => {
      const { x, y } = sources[row] ?? pipe;
      drawPerson(process, names, x, y, type, queue.ended[process] ?? false);
      if (wireFrom !== null) {
        const to = middle + ((row + 0.5) / producers.length - 0.5) * pipe.height * 0.6;
        const half = (wireFrom + pipe.x) / 2;
        back.draw(`wire ${process}`, "path", { class: "wire", d: `M${wireFrom} ${y}C${half} ${y} ${half} ${to} ${pipe.x} ${to}` });
      }
      const put = queue.putBy[process] ?? 0;
      if (hasWords && view.position > 0) front.draw(`put ${process}`, "text", { class: "quiet-words", x: 0, y: y + 1.6 * type }, queue.ended[process] && isRoomy ? `put ${put}, ended` : `put ${put}`);
    });
    const flare = Math.min(0.5 * type, 10);
    const { x, y, width, height } = pipe;
    const right = x + width;
    back.draw("pipe ground", "rect", { class: "pipe-ground", x, y, width, height });
    back.draw("pipe", "path", { class: "pipe-wall", d: `M${x - flare} ${y - flare}L${x} ${y}H${right}l${flare} ${-flare}M${x - flare} ${y + height + flare}L${x} ${y + height}H${right}l${flare} ${flare}` });
    const waits = queue.waiting === consumer;
    if (wireFrom !== null) back.draw("wire out", "path", { class: "wire", d: `M${right} ${middle}H${sink.x - 0.5 * type}` });
    const gate = Math.max(0.5 * type, Math.min(1.2 * type, sink.x - right - 0.6 * type));
    if (waits) back.draw("gate", "rect", { class: "wait", fill: hatched.fill, x: wireFrom === null ? right - gate : right, y, width: gate, height });
    drawPerson(consumer, names, sink.x, sink.y, type, queue.ended[consumer] ?? false);
    if (view.position > 0) {
      const got = queue.out.length;
      const words = waits ? "waits" : queue.ended[consumer] && isRoomy ? `got ${number(got)}, ended` : `got ${number(got)}`;
      front.draw("got", "text", { class: waits ? "strong-words" : "quiet-words", ...sink.words }, words);
    }
    if (!cell) return;
    back.draw("cell", "rect", { class: "cell-box", ...cell, rx: 3 });
    const text = number(queue.value ?? 0);
    const size = Math.max(type, Math.min(cell.height * 0.72, (cell.width - 8) / widthOf(text, 1)));
    canvas.style.setProperty("--value", `${size}px`);
    front.draw("value", "text", { class: "value", x: cell.x + cell.width / 2, y: cell.y + cell.height / 2 + 0.36 * size, "text-anchor": "middle" }, text);
    const step = view.fresh.at(-1);
    const value = front.find("value");
    if (step?.op === "write" && value && view.motion > 0) appear(value, view.motion / 2);
  }

  /** @param {number} process @param {readonly string[]} names @param {number} x @param {number} y @param {number} type @param {boolean} ended */
  function drawPerson(process, names, x, y, type, ended) {
    const name = names[process] ?? "";
    drawMark(front, `mark ${process}`, name, x + 0.55 * type, y, type);
    front.draw(`name ${process}`, "text", { class: ended ? "lane-name has-ended" : "lane-name", x: x + 1.35 * type, y: y + 0.35 * type }, name);
  }

  /** What is in the pipe: where there is too much of it, its two ends and how much is between.
   * @param {ViewState} view @param {Queue} queue @param {Place} place */
  function drawItems(view, queue, place) {
    const { inside } = queue;
    const { pipe, chip, type } = place;
    const middle = pipe.y + pipe.height / 2;
    const right = pipe.x + pipe.width - 0.3 * type;
    const capacity = Math.floor((pipe.width - 0.6 * type) / chip.pitch);
    const shownItems = elided(inside, capacity);
    /** @type {Map<number, Point>} */
    const stands = new Map();
    shownItems.forEach((item, index) => {
      const at = { x: right - chip.pitch * (index + 0.5), y: middle };
      if (typeof item === "number") {
        front.draw("more", "text", { class: "more-words", x: at.x, y: middle + 0.35 * type, "text-anchor": "middle" }, `+${number(item)}`);
        return;
      }
      stands.set(item.id, at);
      drawChip(chips, `item ${item.id}`, at, chipOf(view, { ...item, from: ownerOf(queue, item) }, item.isPassed ? "in-pipe is-passed" : "in-pipe"), chip);
    });
    if (view.motion > 0 && view.fresh.length > 0) fly(view, stands, place);
    stood = stands;
    if (inside.length === 0) front.draw("empty", "text", { class: "quiet-words", x: pipe.x + pipe.width / 2, y: middle + 0.35 * type, "text-anchor": "middle" }, "empty");
  }

  /** Items come from who put them, or from where they stood. @param {ViewState} view @param {ReadonlyMap<number, Point>} stands @param {Place} place */
  function fly(view, stands, { sources, wireFrom }) {
    const { motion, fresh } = view;
    const queue = queueOf(view);
    const { producers } = partsOf(namesOf(view));
    const puts = fresh.filter(({ op }) => op === "put");
    for (const [id, to] of stands) {
      const element = chips.find(`item ${id}`);
      // The newest item is that of the newest put.
      const put = puts.at(id - queue.put);
      const source = put && sources[producers.indexOf(put.process)];
      const from = stood.get(id) ?? (source ? { x: wireFrom ?? source.x, y: source.y } : null);
      if (element && from && (from.x !== to.x || from.y !== to.y)) slide(element, from, to, motion);
    }
  }

  /** What came out, in order; below it what did last time. @param {ViewState} view @param {Queue} queue @param {Place} place */
  function drawOut(view, queue, place) {
    const { out, rows, type, rowsLeft } = place;
    const compares = rows.length > 1;
    const before = compares ? lastTime(view) : null;
    const [row, other] = rows;
    if (row === undefined) return;
    front.draw("this time", "text", { class: "row-name", x: 0, y: row + 0.35 * type }, compares ? "this time" : "came out");
    drawChips(chips, "out", queue.out, (got) => ({ ...chipOf(view, got, ""), isEarly: got.passed.length > 0 }), { x: rowsLeft, y: row }, place, out);
    const newest = view.fresh.at(-1);
    const element = chips.find(`out ${queue.out.length - 1}`);
    if (newest?.op === "get" && element && view.motion > 0) {
      const place_ = element.getAttribute("data-place")?.split(" ").map(Number) ?? [];
      const to = { x: place_[0] ?? 0, y: place_[1] ?? 0 };
      slide(element, { x: place.pipe.x + place.pipe.width, y: place.pipe.y + place.pipe.height / 2 }, to, view.motion * 1.25);
    }
    if (other === undefined) return;
    front.draw("last time", "text", { class: "row-name", x: 0, y: other + 0.35 * type }, "last time");
    if (!before) {
      front.draw("no last time", "text", { class: "quiet-words", x: rowsLeft, y: other + 0.35 * type }, "run it again to compare");
      return;
    }
    const past = (/** @type {Past} */ { value, name }, /** @type {number} */ index) => {
      const now = queue.out[index];
      const differs = now !== undefined && now.value !== value;
      return { name, text: shown(value), tone: differs ? "is-other" : "is-past", isEarly: false };
    };
    drawChips(chips, "before", before, past, { x: rowsLeft, y: other }, place, out);
  }

  const resized = new ResizeObserver(() => last && render({ ...last, fresh: [], motion: 0 }));
  resized.observe(root);
  return {
    render,
    destroy() {
      resized.disconnect();
      canvas.remove();
    },
  };
}

/** @param {ViewState} view @param {{value: number | null, from: number}} item @param {string} tone @returns {Chip} */
function chipOf({ run }, { value, from }, tone) {
  return { text: shown(value), name: from === ANYONES ? "" : nameOf(run, from), tone, isEarly: false };
}

/** The stage in words, for who cannot see it. @param {ViewState} view @param {Queue} queue @param {readonly string[]} names */
function describe(view, queue, names) {
  const values = queue.inside.slice(0, 12).map(({ value }) => shown(value));
  const more = queue.inside.length > values.length ? `, and ${queue.inside.length - values.length} more` : "";
  const told = [queue.inside.length ? `in the queue, the first one out first: ${values.join(", ")}${more}` : "the queue is empty"];
  if (queue.waiting >= 0) told.push(`${names[queue.waiting]} waits`);
  const out = queue.out.slice(-12).map(({ value }) => shown(value));
  told.push(out.length ? `came out${queue.out.length > out.length ? " last" : ""}: ${out.join(", ")}` : "nothing came out yet");
  if (hasCell(view)) told.push(`the counter is ${queue.value ?? 0}`);
  return `Stage: ${told.join("; ")}.`;
}

/** @type {Stage} */
export const stage = {
  createStage,
  figures,
  sentence,
  outcome: (view) => outcome(view, comparison(view)),
  invitation,
};
