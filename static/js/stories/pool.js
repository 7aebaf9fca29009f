// The pool: a lane per worker with a bar for each task, in true time. Above them main, which hands tasks over and
// waits, and the tasks that wait; below them the results, in the order of the tasks however the work was done.

import { setAttribute, svg } from "../dom.js";
import { arrive, appear } from "../views/motion.js";
import { drawAxis, drawName, drawNow, extent, gutter, hatching, now, xOf } from "./lanes.js";
import { Layer } from "./layer.js";
import { colourOf, nameOf, shown, typeSize, widthOf } from "./parts.js";
import { poolOf } from "./pool-model.js";
import { layOut } from "./pool-layout.js";
import { figures, invitation, outcome, sentence, waitingIn } from "./pool-words.js";

/** @import { Frame, RunView, Step, Story } from "../types.js" */
/** @import { Place } from "./pool-layout.js" */
/** @import { Deed, Pool, Task } from "./pool-model.js" */

/** A bar for something so short that it could not be seen is this wide. */
const THINNEST = 2;

/** More boxes than this are drawn in one stroke, without numbers. */
const MOST_BOXES = 60;

/** @param {HTMLElement} root */
function createStage(root) {
  const hatched = hatching(7);
  const back = new Layer("back");
  const bars = new Layer("bars");
  const front = new Layer("front");
  const layers = [back, bars, front];
  const canvas = svg("svg", { class: "stage-drawing story pool", "aria-hidden": "true" }, [hatched.definition, ...layers.map(({ group }) => group)]);
  root.append(canvas);
  /** @type {Frame | null} */
  let last = null;

  /** @param {Frame} frame */
  function render(frame) {
    last = frame;
    const { clientWidth: width, clientHeight: height } = root;
    const pool = poolOf(frame);
    const names = namesOf(frame.run);
    root.style.setProperty("--rows", String(Math.ceil((names.length + 4) / 2.4)));
    if (width > 0) {
      const type = typeSize(frame, { width, height }, { letters: 110, lines: 2 * (names.length + 5.6) });
      const left = Math.max(gutter(["main", ...names], type), widthOf("results", type) + 0.8 * type);
      const place = layOut(width, height, type, left, names.length, extent(frame));
      setAttribute(canvas, "viewBox", `0 0 ${width} ${height}`);
      canvas.style.setProperty("--type", `${type}px`);
      for (const layer of layers) layer.begin();
      draw(frame, pool, names, place);
      for (const layer of layers) layer.end();
      for (const step of frame.fresh) animate(step, frame, pool, place);
    }
    if (!frame.moving) setAttribute(root, "aria-label", describe(frame, pool));
  }

  /** @param {Frame} frame @param {Pool} pool @param {readonly string[]} names @param {Place} place */
  function draw(frame, pool, names, place) {
    const { axis, type, main, workers, results, waiting, footer } = place;
    const at = now(frame);
    drawName(front, "main", main.y, type, 0);
    back.draw("rail main", "path", { class: "rail", d: `M${axis.left} ${main.y}H${axis.right}` });
    names.forEach((name, row) => {
      const y = (workers[row] ?? main).y;
      drawName(front, name, y, type, row + 1);
      back.draw(`rail ${row}`, "path", { class: "rail", d: `M${axis.left} ${y}H${axis.right}` });
    });
    for (const [name, row] of /** @type {const} */ ([["waiting", waiting], ["results", results]])) {
      if (row) front.draw(`row ${name}`, "text", { class: "row-name", x: 0, y: row.y + 0.35 * type }, name);
    }
    if (footer !== null) drawAxis(front, axis, footer, type, ["true time"]);
    const planned = Math.max(pool.tasks.length, frame.run.request.call ? frame.run.request.iterations : frame.run.request.processes);
    const columns = columnsOf(frame.run, planned, place);
    drawResults(pool, planned, columns, place, frame.run);
    if (frame.position === 0) return;
    if (waiting) drawWaiting(pool, columns, place);
    drawMain(frame, pool, at, place);
    names.forEach((name, row) => drawWorker(frame, pool, name, row, at, place));
    for (const task of pool.tasks) if (task.started !== null) drawTask(frame.run, task, task.started, at, place);
    if (frame.atEnd) return;
    const top = (workers[0] ?? main).y - main.height;
    drawNow(back, "main", xOf(axis, at), 0, main.y + 0.7 * main.height);
    drawNow(back, "workers", xOf(axis, at), top, footer ?? results.y - results.height / 2 - 2);
  }

  /** When a worker was launched, and from when to when it lived.
   * @param {Frame} frame @param {Pool} pool @param {string} name @param {number} row @param {number} at @param {Place} place */
  function drawWorker({ run }, pool, name, row, at, { axis, workers, type }) {
    const life = pool.workers[run.processes.findIndex((process) => process.name === name)];
    const y = workers[row]?.y;
    if (!life || y === undefined || life.launched === null) return;
    const begin = xOf(axis, life.started ?? at);
    const colour = colourOf(name);
    bars.draw(`gap ${row}`, "path", { class: `gap ${colour}`, d: `M${xOf(axis, life.launched)} ${y}H${begin}` });
    if (life.started === null) return;
    const until = xOf(axis, life.ended ?? at);
    bars.draw(`track ${row}`, "path", { class: `track ${colour}`, d: `M${begin} ${y}H${until}` });
    if (life.ended !== null) bars.draw(`end ${row}`, "path", { class: `track-end ${colour}`, d: `M${until} ${y - 0.4 * type}v${0.8 * type}` });
  }

  /** @param {RunView} run @param {Task} task @param {number} started @param {number} at @param {Place} place */
  function drawTask(run, { number, worker, ended, result }, started, at, { axis, type, workers }) {
    const name = nameOf(run, worker);
    const row = workers[rowOf(run, worker)];
    if (!row) return;
    const x = xOf(axis, started);
    const width = Math.max(THINNEST, xOf(axis, ended ?? at) - x);
    const box = { x, y: row.y - row.height / 2, width, height: row.height };
    bars.draw(`task ${number}`, "rect", { class: `task ${colourOf(name)}${ended === null ? " is-open" : ""}`, ...box, rx: width > 6 ? 2 : 0 });
    if (row.height < 1.1 * type) return;
    const texts = ended === null || result === null ? [String(number)] : [`${number} → ${shown(result)}`, String(number)];
    const text = texts.find((one) => widthOf(one, type) + 0.3 * type < width);
    if (text) front.draw(`task ${number}`, "text", { class: "bar-words", x: x + width / 2, y: row.y + 0.35 * type, "text-anchor": "middle" }, text);
  }

  /** main: its life, what it waits in, and what it did. @param {Frame} frame @param {Pool} pool @param {number} at @param {Place} place */
  function drawMain({ run }, pool, at, place) {
    const { axis, main, type } = place;
    const life = pool.workers[run.processes.findIndex(({ name }) => name === "main")];
    const from = xOf(axis, life?.started ?? 0);
    const until = xOf(axis, life?.ended ?? at);
    const top = main.y - main.height / 2;
    bars.draw("main", "rect", { class: `life is-extra${life?.ended == null ? " is-open" : ""}`, x: from, y: top, width: Math.max(THINNEST, until - from), height: main.height, rx: 2 });
    pool.waits.forEach((wait, index) => {
      const left = xOf(axis, wait.from);
      const width = Math.max(1, xOf(axis, wait.to ?? at) - left);
      bars.draw(`wait ${index}`, "rect", { class: "wait", fill: hatched.fill, x: left, y: top, width, height: main.height });
      const text = `waits in ${waitingIn(wait.forEnd, run)}`;
      if (main.height < 1.1 * type || widthOf(text, type) + 0.6 * type > width) return;
      front.draw(`wait ${index}`, "text", { class: "wait-words", x: left + width / 2, y: main.y + 0.35 * type, "text-anchor": "middle" }, text);
    });
    drawDeeds(pool.deeds, place);
  }

  /** Marks above main's bar for tasks that go out, below it for what comes back; the newest are named.
   * @param {readonly Deed[]} deeds @param {Place} place */
  function drawDeeds(deeds, { axis, main, type, deedsY }) {
    const top = main.y - main.height / 2;
    const bottom = main.y + main.height / 2;
    const size = 0.28 * type;
    const strokes = { out: "", back: "" };
    for (const { op, t } of deeds) {
      const x = xOf(axis, t).toFixed(1);
      if (op === "submit") strokes.out += `M${x} ${top - 1}v${-size}`;
      else if (op === "callback") strokes.back += `M${x} ${bottom + 1}l${size} ${1.6 * size}h${-2 * size}z`;
      else strokes.back += `M${x} ${top}V${bottom + size}`;
    }
    if (strokes.out) bars.draw("out", "path", { class: "deed", d: strokes.out });
    if (strokes.back) bars.draw("back", "path", { class: "deed", d: strokes.back });
    if (deedsY === null) return;
    let free = axis.right + type;
    for (let index = deeds.length - 1; index >= 0 && free > axis.left; index -= 1) {
      const deed = /** @type {Deed} */ (deeds[index]);
      // A row of the same is named once, by its first.
      if (deeds[index - 1]?.op === deed.op && deed.op === "submit") continue;
      const text = deedWords(deed, deeds, index);
      const width = widthOf(text, type);
      const x = Math.max(axis.left, Math.min(xOf(axis, deed.t), axis.right - width));
      if (x + width + 0.6 * type > free) continue;
      front.draw(`deed ${index}`, "text", { class: "deed-words", x, y: deedsY + 0.35 * type }, text);
      free = x;
    }
  }

  /** Tasks that were handed over and that nobody has taken yet. @param {Pool} pool @param {Columns} columns @param {Place} place */
  function drawWaiting({ tasks }, columns, place) {
    const row = /** @type {NonNullable<Place["waiting"]>} */ (place.waiting);
    const open = tasks.filter(({ started }) => started === null);
    drawBoxes("waiting", open.map(({ number }) => number), "box is-waiting", columns, row);
    if (tasks.length > MOST_BOXES || row.height < 1.05 * place.type) return;
    for (const { number } of open) {
      if (widthOf(String(number), place.type) > columns.width - 2) continue;
      front.draw(`waiting ${number}`, "text", { class: "box-words", x: columns.x(number) + columns.width / 2, y: row.y + 0.35 * place.type, "text-anchor": "middle" }, String(number));
    }
  }

  /** A place for each result, filled as its task is done. @param {Pool} pool @param {number} planned @param {Columns} columns @param {Place} place @param {RunView} run */
  function drawResults({ tasks, done, early }, planned, columns, place, run) {
    const { results, type, orderY, axis } = place;
    drawBoxes("places", Array.from({ length: planned }, (_, number) => number), "box", columns, results);
    /** @type {Map<number, number[]>} */
    const byWorker = new Map();
    for (const number of done) {
      const { worker } = /** @type {Task} */ (tasks[number]);
      const own = byWorker.get(worker);
      if (own) own.push(number);
      else byWorker.set(worker, [number]);
    }
    for (const [worker, own] of byWorker) {
      drawBoxes(`done ${worker}`, own, `box is-done ${colourOf(nameOf(run, worker))}`, columns, results);
    }
    if (planned <= MOST_BOXES && results.height >= 1.05 * type) {
      for (const number of done) {
        const text = shown(tasks[number]?.result ?? null);
        if (widthOf(text, type) > columns.width - 2) continue;
        front.draw(`result ${number}`, "text", { class: "box-words", x: columns.x(number) + columns.width / 2, y: results.y + 0.35 * type, "text-anchor": "middle" }, text);
      }
    }
    if (orderY === null || early === 0) return;
    front.draw("order", "text", { class: "deed-words", x: axis.left, y: orderY + 0.35 * type }, orderWords(done, axis.right - axis.left, type));
  }

  /** @param {string} key @param {readonly number[]} numbers @param {string} name @param {Columns} columns @param {{y: number, height: number}} row */
  function drawBoxes(key, numbers, name, { x, width }, { y, height }) {
    if (numbers.length === 0) return;
    const inner = Math.max(0.6, width - (width > 5 ? 3 : width > 2 ? 1 : 0));
    const outline = numbers.map((number) => `M${x(number).toFixed(1)} ${(y - height / 2).toFixed(1)}h${inner.toFixed(1)}v${height.toFixed(1)}h${(-inner).toFixed(1)}z`);
    back.draw(key, "path", { class: inner < 4 ? `${name} is-small` : name, d: outline.join("") });
  }

  /** @param {Step} step @param {Frame} frame @param {Pool} pool @param {Place} place */
  function animate({ op, task: number }, { motion, run }, pool, place) {
    if (motion === 0 || number === null || number === undefined) return;
    const task = pool.tasks[number];
    const bar = bars.find(`task ${number}`);
    const { x, width } = columnsOf(run, Math.max(pool.tasks.length, run.request.iterations), place);
    if (op === "task_start" && bar && task && place.waiting) {
      const to = { x: xOf(place.axis, task.started ?? 0), y: (place.workers[rowOf(run, task.worker)] ?? place.main).y };
      const words = front.find(`task ${number}`);
      arrive(bar, { x: x(number) + width / 2, y: place.waiting.y }, to, 1, motion);
      if (words) appear(words, motion / 2);
    }
    const result = op === "task_end" ? front.find(`result ${number}`) : null;
    if (result) appear(result, motion / 2);
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

/** Where the boxes of the tasks stand: one column each, chunks a little apart.
 * @typedef {{x: (number: number) => number, width: number}} Columns */

/** @param {RunView} run @param {number} count @param {Place} place @returns {Columns} */
function columnsOf({ request }, count, { axis, type }) {
  const chunk = request.chunksize && request.call?.startsWith("map") ? request.chunksize : 0;
  const gaps = chunk ? Math.ceil(count / chunk) - 1 : 0;
  const apart = 0.4;
  const width = Math.min(5 * type, (axis.right - axis.left) / Math.max(1, count + gaps * apart));
  return { width, x: (number) => axis.left + width * (number + (chunk ? Math.floor(number / chunk) * apart : 0)) };
}

/** The workers; before there is a run, those that will be. @param {RunView} run */
function namesOf({ processes, request }) {
  const names = processes.map(({ name }) => name).filter((name) => name !== "main");
  return names.length ? names : Array.from({ length: request.processes }, (_, index) => `P${index + 1}`);
}

/** The lane of a worker: main has none among them. @param {RunView} run @param {number} worker */
function rowOf({ processes }, worker) {
  return processes.slice(0, worker).filter(({ name }) => name !== "main").length;
}

/** @param {Deed} deed @param {readonly Deed[]} deeds @param {number} index */
function deedWords({ op, value, task }, deeds, index) {
  if (op === "submit") {
    let last = index;
    while (deeds[last + 1]?.op === "submit") last += 1;
    return last > index ? `submits ${task}–${deeds[last]?.task}` : `submits ${task}`;
  }
  if (op === "callback") return value === 1 ? "callback(1 result)" : `callback(${value} results)`;
  if (op === "result") return value === 1 ? "1 result" : `${value} results`;
  if (op === "write") return `writes ${shown(value)}`;
  return `${op}()`;
}

/** @param {readonly number[]} done @param {number} room @param {number} type */
function orderWords(done, room, type) {
  const start = "done in the order ";
  const numbers = done.map(String);
  let text = start + numbers.join(" ");
  for (let count = numbers.length; count > 0 && widthOf(text, type) > room; count -= 1) {
    text = `${start}${numbers.slice(0, count - 1).join(" ")} …`;
  }
  return text;
}

/** The stage in words, for who cannot see it. @param {Frame} frame @param {Pool} pool */
function describe({ run }, pool) {
  const working = pool.tasks.filter(({ started, ended }) => started !== null && ended === null);
  const told = working.map(({ number, worker }) => `${nameOf(run, worker)} works on task ${number}`);
  const wait = pool.waits.at(-1);
  if (wait && wait.to === null) told.unshift(`main waits in ${waitingIn(wait.forEnd, run)}`);
  told.push(`${pool.done.length} of ${pool.submitted} tasks are done`);
  return `Stage: ${told.join("; ")}.`;
}

/** @type {Story} */
export const story = { createStage, figures, sentence, outcome, invitation };
