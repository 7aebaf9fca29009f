// The pool: a lane per worker with a bar for each task, in true time. Above them main, which hands tasks over and
// waits, and the tasks that wait; below them the results, in the order of the tasks however the work was done.

import { setAttribute, svg } from "../../shell/dom.js";
import { arrive, appear } from "../motion.js";
import { drawAxis, drawName, drawNow, extent, gutter, hatching, now, xOf } from "../lanes.js";
import { Layer } from "../../shell/layer.js";
import { colourOf, nameOf, shown, typeSize, widthOf } from "../parts.js";
import { poolOf } from "./model.js";
import { layOut } from "./layout.js";
import { figures, invitation, outcome, sentence, waitingWords } from "./words.js";
import { createStrokes } from "../strokes.js";

/** @import { ViewState, RunView, Step, Stage } from "../../core/types.js" */
/** @import { Place, Row } from "./layout.js" */
/** @import { Deed, Pool, Task } from "./model.js" */

/** A bar for something so short that it could not be seen is this wide. */
const THINNEST = 2;

/** More boxes than this are drawn in one stroke, without numbers. */
const MOST_BOXES = 60;

/** Boxes that are narrower than this stand without a gap between them. In pixels. */
const SMALL = 4;

/** @param {HTMLElement} root */
function createStage(root) {
  const hatched = hatching(7);
  const back = new Layer("back");
  const bars = new Layer("bars");
  const front = new Layer("front");
  const layers = [back, bars, front];
  const canvas = svg("svg", { class: "stage-drawing diagram pool", "aria-hidden": "true" }, [hatched.definition, ...layers.map(({ group }) => group)]);
  root.append(canvas);
  const deedStrokes = createStrokes(strokeOfDeed);
  const doneStrokes = createStrokes(strokeOfDone);
  /** What stands where: while that stays, so does what is over and done with. */
  let settledFor = "";
  /** @type {Set<string>} */
  let settled = new Set();
  /** @type {ViewState | null} */
  let last = null;

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    const { clientWidth: width, clientHeight: height } = root;
    const pool = poolOf(view);
    const names = namesOf(view.run);
    root.style.setProperty("--rows", String(Math.ceil((names.length + 4) / 2.4)));
    if (width > 0) {
      const type = typeSize(view, { width, height }, { letters: 110, lines: 2 * (names.length + 5.6) });
      const left = Math.max(gutter(["main", ...names], type), widthOf("results", type) + 0.8 * type);
      const place = layOut(width, height, type, left, names.length, extent(view));
      setAttribute(canvas, "viewBox", `0 0 ${width} ${height}`);
      canvas.style.setProperty("--type", `${type}px`);
      for (const layer of layers) layer.begin();
      const standing = `${view.run.id} ${width} ${height} ${type} ${place.axis.end}`;
      if (standing !== settledFor) settled = new Set();
      settledFor = standing;
      draw(view, pool, names, place);
      for (const layer of layers) layer.end();
      for (const step of view.fresh) animate(step, view, pool, place);
    }
    if (!view.moving) setAttribute(root, "aria-label", describe(view, pool));
  }

  /** @param {ViewState} view @param {Pool} pool @param {readonly string[]} names @param {Place} place */
  function draw(view, pool, names, place) {
    const { axis, type, main, workers, results, waiting, footer } = place;
    const at = now(view);
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
    if (footer !== null && view.length > 0) drawAxis(front, axis, footer, type, ["true time"]);
    const planned = Math.max(pool.tasks.length, view.run.request.call ? view.run.request.iterations : view.run.request.processes);
    const columns = columnsOf(view.run, planned, place);
    drawResults(pool, planned, columns, place, view.run);
    if (view.position === 0) return;
    if (waiting) drawWaiting(pool, columns, place);
    drawMain(view, pool, at, place);
    names.forEach((name, row) => drawWorker(view, pool, name, row, at, place));
    for (const task of pool.tasks) {
      if (task.started === null) continue;
      once(`task ${task.number}`, task.ended !== null, () => drawTask(view.run, task, task.started ?? 0, at, place));
    }
    if (view.atEnd) return;
    const top = (workers[0] ?? main).y - main.height;
    drawNow(back, "main", xOf(axis, at), 0, main.y + 0.7 * main.height);
    drawNow(back, "workers", xOf(axis, at), top, footer ?? results.y - results.height / 2 - 2);
  }

  /** Draws what may still change, and what is over and done with one last time. @param {string} key @param {boolean} isOver @param {() => void} draw */
  function once(key, isOver, draw) {
    // All of it has to be kept, so every layer is asked.
    if (isOver && settled.has(key) && layers.filter((layer) => layer.keep(key)).length > 0) return;
    draw();
    if (isOver) settled.add(key);
    else settled.delete(key);
  }

  /** When a worker was launched, and from when to when it lived.
   * @param {ViewState} view @param {Pool} pool @param {string} name @param {number} row @param {number} at @param {Place} place */
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

  /** main: its life, what it waits in, and what it did. @param {ViewState} view @param {Pool} pool @param {number} at @param {Place} place */
  function drawMain({ run }, pool, at, place) {
    const { axis, main, type } = place;
    const life = pool.workers[run.processes.findIndex(({ name }) => name === "main")];
    const from = xOf(axis, life?.started ?? 0);
    const until = xOf(axis, life?.ended ?? at);
    const top = main.y - main.height / 2;
    bars.draw("main", "rect", { class: `life is-extra${life?.ended == null ? " is-open" : ""}`, x: from, y: top, width: Math.max(THINNEST, until - from), height: main.height, rx: 2 });
    pool.waits.forEach((wait, index) => once(`wait ${index}`, wait.to !== null, () => {
      const left = xOf(axis, wait.from);
      const width = Math.max(1, xOf(axis, wait.to ?? at) - left);
      bars.draw(`wait ${index}`, "rect", { class: "wait", fill: hatched.fill, x: left, y: top, width, height: main.height });
      const text = waitingWords(wait.forEnd, run);
      if (main.height < 1.1 * type || widthOf(text, type) + 0.6 * type > width) return;
      front.draw(`wait ${index}`, "text", { class: "wait-words", x: left + width / 2, y: main.y + 0.35 * type, "text-anchor": "middle" }, text);
    }));
    drawDeeds(pool.deeds, place);
  }

  /** Marks above main's bar for tasks that go out, below it for what comes back; the newest are named.
   * @param {readonly Deed[]} deeds @param {Place} place */
  function drawDeeds(deeds, place) {
    const { axis, type, deedsY } = place;
    for (const [key, d] of deedStrokes(deeds, settledFor, place)) bars.draw(key, "path", { class: "deed", d });
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
    const isSmall = columns.width < SMALL ? " is-small" : "";
    for (const [worker, d] of doneStrokes(done, `${settledFor} ${planned}`, { tasks, columns, row: results })) {
      back.draw(`done ${worker}`, "path", { class: `box is-done ${colourOf(nameOf(run, Number(worker)))}${isSmall}`, d });
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

  /** @param {string} key @param {readonly number[]} numbers in their order @param {string} name @param {Columns} columns @param {Row} row */
  function drawBoxes(key, numbers, name, columns, row) {
    if (numbers.length === 0) return;
    const isSmall = columns.width < SMALL;
    const outline = (isSmall ? runs(numbers) : numbers.map((number) => [number, number])).map(([from = 0, to = 0]) => boxOf(from, to, columns, row));
    back.draw(key, "path", { class: isSmall ? `${name} is-small` : name, d: outline.join("") });
  }

  /** @param {Step} step @param {ViewState} view @param {Pool} pool @param {Place} place */
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

/** A box for a task, or one for a row of them. @param {number} from @param {number} to @param {Columns} columns @param {Row} row */
function boxOf(from, to, { x, width }, { y, height }) {
  const end = x(to) + Math.max(0.6, width - (width > 8 ? 3 : width >= SMALL ? 1.5 : 0));
  return `M${x(from).toFixed(1)} ${(y - height / 2).toFixed(1)}H${end.toFixed(1)}v${height.toFixed(1)}H${x(from).toFixed(1)}z`;
}

/** Numbers that follow one another, as the first and the last of each row of them. @param {readonly number[]} numbers */
function runs(numbers) {
  /** @type {number[][]} */
  const found = [];
  for (const number of numbers) {
    const before = found.at(-1);
    if (before && before[1] === number - 1) before[1] = number;
    else found.push([number, number]);
  }
  return found;
}

/** @param {number} number @param {{tasks: readonly Task[], columns: Columns, row: Row}} where */
function strokeOfDone(number, { tasks, columns, row }) {
  return { key: String(tasks[number]?.worker ?? -1), stroke: boxOf(number, number, columns, row) };
}

/** @param {Deed} deed @param {Place} place */
function strokeOfDeed({ op, t }, { axis, main, type }) {
  const x = xOf(axis, t).toFixed(1);
  const top = main.y - main.height / 2;
  const bottom = main.y + main.height / 2;
  const size = 0.28 * type;
  if (op === "submit") return { key: "out", stroke: `M${x} ${top - 1}v${-size}` };
  if (op === "callback") return { key: "back", stroke: `M${x} ${bottom + 1}l${size} ${1.6 * size}h${-2 * size}z` };
  return { key: "back", stroke: `M${x} ${top}V${bottom + size}` };
}

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
  let text = "done in the order";
  for (const [index, number] of done.entries()) {
    const isLast = index === done.length - 1;
    if (widthOf(`${text} ${number}${isLast ? "" : " …"}`, type) > room) return index > 0 ? `${text} …` : "";
    text += ` ${number}`;
  }
  return text;
}

/** The stage in words, for who cannot see it. @param {ViewState} view @param {Pool} pool */
function describe({ run }, pool) {
  const working = pool.tasks.filter(({ started, ended }) => started !== null && ended === null);
  const told = working.map(({ number, worker }) => `${nameOf(run, worker)} works on task ${number}`);
  const wait = pool.waits.at(-1);
  if (wait && wait.to === null) told.unshift(`main ${waitingWords(wait.forEnd, run)}`);
  told.push(`${pool.done.length} of ${pool.submitted} tasks are done`);
  return `Stage: ${told.join("; ")}.`;
}

/** @type {Stage} */
export const stage = { createStage, figures, sentence, outcome, invitation };
