// The timeline: above, the value under what was expected of it, and the gap between them is the loss.
// Below, a lane for each process; each increment is a bar from its read to its write, the window in
// which it can be hurt. Where an overlap lost something, a line leads from the thief to its victim.

import { html, toggle } from "../shell/dom.js";
import { createSize } from "../shell/size.js";
import { BUCKET, CONDITIONS } from "../core/overview.js";
import { counted } from "../core/format.js";
import { lookOf } from "../core/process-names.js";
import { createChart } from "./chart.js";
import { legend } from "./legend.js";
import { inlineMark } from "../shell/marks.js";
import { bar, everyName, hatch, lanesOf, link, outline } from "./timeline-parts.js";

/** @import { ViewState, RaceActions } from "../core/types.js" */
/** @import { Sheet } from "./chart.js" */
/** @import { Lanes } from "./timeline-parts.js" */

/** With more steps than this a pixel, single bars would only touch each other: draw what they add up to. */
const STEPS_A_PIXEL = 1.5;

/** More links than this cannot be told apart. Each can still be seen by zooming in, or by going there. */
const MOST_LINKS = 120;

/** With more lanes than these they could not either. */
const MOST_LINKED = 8;

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createTimeline(root, actions) {
  const labels = html("div", "lane-labels");
  root.append(labels);
  let labelled = "";
  /** @type {ViewState | null} */
  let last = null;
  const size = createSize(root, () => last && renderNames(last));
  const chart = createChart(root, actions, { picture, moving, describe });
  const signs = legend([["window", "from its read to its write"], ["lost", "lost"], ["waits", "waits"], ["holds", "holds the lock"]]);
  root.append(signs);

  /** @param {ViewState} view */
  function render(view) {
    toggle(signs, "has-locks", view.variant.kind !== "none");
    last = view;
    renderNames(view);
    chart.render(view);
  }

  /** Where lanes are low, every second has a name, or every third, … @param {ViewState} view */
  function renderNames({ state: { names } }) {
    const every = everyName(size.now(), names.length);
    const wanted = `${every} ${names.join()}`;
    if (wanted === labelled) return;
    labelled = wanted;
    root.style.setProperty("--lanes", String(names.length));
    root.style.setProperty("--every", String(every));
    labels.replaceChildren(...names.map((name, index) => html("span", "lane-label", index % every === 0 ? [inlineMark(name), name] : [])));
  }

  return {
    render,
    destroy() {
      size.destroy();
      chart.destroy();
    },
  };
}

/** @param {ViewState} view */
function describe({ history, state }) {
  const lanes = state.processes.map(({ done }, index) => {
    const lost = state.cells.reduce((sum, cell) => sum + (cell.lostOf[index] ?? 0), 0);
    return `${state.names[index]} ${counted(done, "increment")}, ${lost} lost`;
  });
  return `Timeline of ${counted(history.length, "step")}: ${lanes.join("; ")}.`;
}

/** Where the value and what was expected of it stand, from left to right. @typedef {{x: number, value: number, expected: number}[]} Corners */

/** @param {Sheet} sheet @param {ViewState} view */
function picture(sheet, view) {
  const { history, range, timebase, state } = view;
  const { context, palette, left, width, height } = sheet;
  const lanes = lanesOf(sheet, state.processes.length);
  const first = Math.max(0, timebase.position(history, range.from) - 1);
  const last = Math.min(history.length, timebase.position(history, range.to) + 1);
  const isNear = last - first <= STEPS_A_PIXEL * width;
  context.fillStyle = palette.line;
  for (const process of state.processes.keys()) context.fillRect(left, lanes.middle(process), width - left, 1);
  context.save();
  context.beginPath();
  context.rect(left, 0, width, height);
  context.clip();
  const corners = (isNear ? drawSteps : drawBuckets)(sheet, lanes, view, first, last);
  // Across very many lanes links cannot be told apart; that of the write on show is drawn with it.
  if (isNear && state.processes.length <= MOST_LINKED) drawLinks(sheet, lanes, view, first, last);
  else drawLossTicks(sheet, lanes, view);
  const y = scaleOf(sheet, lanes, view, corners, first);
  const uncertain = history.certainUpTo(view.cell);
  const limit = uncertain < history.length ? sheet.x(timebase.moment(history, uncertain)) : Infinity;
  drawValue(sheet, corners, corners.filter((corner) => corner.x <= limit), y.of);
  context.restore();
  context.fillStyle = palette.line;
  context.fillRect(left, y.of(y.low), width - left, 1);
  write(sheet, short(y.high), left - 0.35 * sheet.unit, y.of(y.high) + 0.35 * sheet.unit);
  write(sheet, short(y.low), left - 0.35 * sheet.unit, y.of(y.low) - 0.2 * sheet.unit);
  if (first > 0) write(sheet, "gap: lost since the left edge", width, 0.45 * sheet.unit);
}

/**
 * From low to high. Where the chart begins later than the run, what is expected counts from its left edge:
 * the gap is then what was lost in sight, and not lost in the height of all that came before.
 * @param {Sheet} sheet @param {Lanes} lanes @param {ViewState} view @param {Corners} corners @param {number} first
 */
function scaleOf({ unit }, { top }, { run, cell: name }, corners, first) {
  const cell = run.summary.cells.find((each) => each.name === name);
  const initial = cell?.initial ?? 0;
  // A run that ended early is shown up to its end.
  const isCut = run.status === "failed" || run.status === "stopped";
  let low = initial;
  let high = (isCut && cell?.expected) || initial + (run.adds?.[name] ?? run.request.processes * run.request.iterations);
  high = Math.max(initial + 1, high);
  const [edge] = corners;
  if (first > 0 && edge) {
    const before = edge.expected - edge.value;
    for (const corner of corners) corner.expected -= before;
    low = corners.reduce((least, { value }) => Math.min(least, value), edge.value);
    high = corners.reduce((most, { value, expected }) => Math.max(most, value, expected), low + 1);
  }
  const room = top - 0.75 * unit;
  return { low, high, of: (/** @type {number} */ value) => 0.25 * unit + room * (1 - (value - low) / (high - low)) };
}

/** @param {Sheet} sheet @param {string} text @param {number} right @param {number} middle */
function write({ context, palette, unit }, text, right, middle) {
  context.font = `${0.75 * unit}px sans-serif`;
  context.fillStyle = palette.quiet;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText(text, right, middle);
}

/** @param {number} value */
function short(value) {
  return value >= 10_000 && value % 1000 === 0 ? `${value / 1000}k` : String(value);
}

/**
 * @param {Sheet} sheet @param {Corners} corners @param {Corners} certain those of which it is known what was expected @param {(value: number) => number} y
 */
function drawValue({ context, palette }, corners, certain, y) {
  const [start] = corners;
  if (!start) return;
  /** @param {"value" | "expected"} which @param {Corners} along */
  const steps = (which, along) => {
    context.lineTo(start.x, y(start[which]));
    let before = start;
    for (const corner of along) {
      context.lineTo(corner.x, y(before[which]));
      context.lineTo(corner.x, y(corner[which]));
      before = corner;
    }
  };
  context.beginPath();
  steps("expected", certain);
  for (let index = certain.length - 1; index >= 0; index -= 1) {
    const corner = /** @type {typeof start} */ (certain[index]);
    // What was brought back within sight is no loss: there the value is above what is expected.
    const before = certain[index - 1] ?? start;
    context.lineTo(corner.x, y(Math.min(corner.value, corner.expected)));
    context.lineTo(corner.x, y(Math.min(before.value, before.expected)));
  }
  context.globalAlpha = 0.16;
  context.fillStyle = palette.loss;
  context.fill();
  context.globalAlpha = 1;
  context.beginPath();
  steps("expected", certain);
  context.setLineDash([4, 3]);
  context.lineWidth = 1.25;
  context.strokeStyle = palette.quiet;
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  steps("value", corners);
  context.lineWidth = 2;
  context.strokeStyle = palette.text;
  context.stroke();
}

/** Every step in sight. @param {Sheet} sheet @param {Lanes} lanes @param {ViewState} view @param {number} first @param {number} last */
function drawSteps(sheet, lanes, { history, timebase, cell: name }, first, last) {
  const { x, left } = sheet;
  const before = history.stateAt(first);
  const cell = before.cells.find((each) => each.name === name);
  let { value, expected } = cell ?? { value: 0, expected: 0 };
  /** @type {Corners} */
  const corners = [{ x: x(timebase.moment(history, first)), value, expected }];
  // What is going on already at the left edge began somewhere before it.
  const opened = before.processes.map(({ register }) => (register ? left : null));
  const waits = before.processes.map((process) => (process.waits ? left : null));
  const holds = before.processes.map((process) => (process.holds ? left : null));
  const registers = before.processes.map(({ register }) => register?.value ?? null);
  for (let index = first; index < last; index += 1) {
    const { process, op, target, value: now, base, version } = history.step(index);
    const at = x(timebase.moment(history, index + 1));
    if (op === "read") {
      opened[process] = at;
      registers[process] = now;
    } else if (op === "write" && target !== null && version !== null) {
      const read = registers[process] ?? null;
      if (target === name && now !== null) {
        if (base !== null && read !== null) expected += now - read;
        value = now;
        corners.push({ x: at, value, expected });
      }
      bar(sheet, lanes, process, opened[process] ?? at, at, history.lineage(target).erasedAt(version) > 0);
      opened[process] = registers[process] = null;
    } else if (op === "wait") waits[process] = at;
    else if (op === "acquire") {
      hatch(sheet, lanes, process, waits[process] ?? null, at);
      waits[process] = null;
      holds[process] = at;
    } else if (op === "release") {
      outline(sheet, lanes, process, holds[process] ?? null, at);
      holds[process] = null;
    }
  }
  const end = x(timebase.moment(history, last));
  corners.push({ x: end, value, expected });
  for (const process of before.processes.keys()) {
    const open = opened[process] ?? null;
    if (open !== null) bar(sheet, lanes, process, open, end, false);
    hatch(sheet, lanes, process, waits[process] ?? null, end);
    outline(sheet, lanes, process, holds[process] ?? null, end);
  }
  return corners;
}

/** From far away: what the buckets behind each pixel add up to. @param {Sheet} sheet @param {Lanes} lanes @param {ViewState} view @param {number} first @param {number} last */
function drawBuckets(sheet, lanes, view, first, last) {
  const { history, timebase, state } = view;
  const { x } = sheet;
  const { overview } = history;
  const count = state.processes.length;
  const cell = Math.max(0, state.cells.findIndex(({ name }) => name === view.cell));
  /** @type {Corners} */
  const corners = [];
  const shares = new Float64Array(count * CONDITIONS.length);
  let firstOfPixel = Math.floor(first / BUCKET);
  let [low, high, goal] = [Infinity, -Infinity, 0];
  let from = x(timebase.moment(history, Math.floor(first / BUCKET) * BUCKET));
  const end = Math.ceil(last / BUCKET);
  for (let bucket = Math.floor(first / BUCKET); bucket < end; bucket += 1) {
    const { lowest, highest, expected } = overview.values(bucket, cell);
    [low, high, goal] = [Math.min(low, lowest), Math.max(high, highest), expected];
    const to = x(timebase.moment(history, Math.min((bucket + 1) * BUCKET, history.length)));
    if (to - from < 1 && bucket < end - 1) continue;
    corners.push({ x: from, value: low, expected: goal }, { x: (from + to) / 2, value: high, expected: goal });
    shares.fill(0);
    overview.addShares(firstOfPixel, bucket + 1, shares);
    drawShares(sheet, lanes, from, to - from, shares, bucket + 1 - firstOfPixel);
    [low, high, from, firstOfPixel] = [Infinity, -Infinity, to, bucket + 1];
  }
  return corners;
}

/**
 * How much of a stretch each process spent inside an increment, and below it, waiting.
 * @param {Sheet} sheet @param {Lanes} lanes @param {number} x @param {number} width
 * @param {Float64Array} shares by process and condition @param {number} buckets
 */
function drawShares({ context, palette }, lanes, x, width, shares, buckets) {
  for (let process = 0; process * CONDITIONS.length < shares.length; process += 1) {
    const open = shares[process * CONDITIONS.length] ?? 0;
    const waiting = shares[process * CONDITIONS.length + 1] ?? 0;
    const y = lanes.middle(process) - lanes.bar / 2;
    context.fillStyle = palette.processes[lookOf(process)] ?? palette.text;
    context.globalAlpha = (0.85 * open) / buckets;
    context.fillRect(x, y, width, lanes.bar);
    context.fillStyle = palette.quiet;
    context.globalAlpha = (0.5 * waiting) / buckets;
    context.fillRect(x, y + lanes.bar, width, 2);
  }
  context.globalAlpha = 1;
}

/** Where anything was lost, pixel by pixel. @param {Sheet} sheet @param {Lanes} lanes @param {ViewState} view */
function drawLossTicks({ context, palette, left, width, unit }, { top }, { history, timebase, range }) {
  const perPixel = (range.to - range.from) / (width - left);
  context.fillStyle = palette.loss;
  let before = timebase.position(history, range.from);
  for (let at = left; at < width; at += 1) {
    const position = timebase.position(history, range.from + (at - left + 1) * perPixel);
    if (history.losses.between(before, position)) context.fillRect(at, top - 0.25 * unit, 1, 0.25 * unit);
    before = position;
  }
}

/** From each thief in sight to its victims. @param {Sheet} sheet @param {Lanes} lanes @param {ViewState} view @param {number} first @param {number} last */
function drawLinks(sheet, lanes, { history, timebase, cell: name }, first, last) {
  if (name === "") return;
  const lineage = history.lineage(name);
  const from = Math.max(1, lineage.versionAt(first));
  const to = lineage.versionAt(last);
  let left = MOST_LINKS;
  for (let version = from; version <= to && left > 0; version += 1) {
    const thief = lineage.erasedAt(version);
    if (thief === 0) continue;
    left -= 1;
    link(sheet, lanes, history.step(thief - 1).process, sheet.x(timebase.moment(history, thief)), lineage.writer(version), sheet.x(timebase.moment(history, lineage.position(version))), 1);
  }
}

/** What goes with the step on show. @param {Sheet} sheet @param {ViewState} view */
function moving(sheet, view) {
  const { context, left, width, height } = sheet;
  context.save();
  context.beginPath();
  context.rect(left, 0, width, height);
  context.clip();
  if (view.clip) drawWindow(sheet, sheet.x(view.clip.from), sheet.x(view.clip.to));
  drawLinksOnShow(sheet, view);
  context.restore();
}

/** From the first read to the write that erases: all of a clip. @param {Sheet} sheet @param {number} from @param {number} to */
function drawWindow({ context, palette, height }, from, to) {
  context.fillStyle = context.strokeStyle = palette.text;
  context.globalAlpha = 0.1;
  context.fillRect(from, 0, to - from, height);
  context.globalAlpha = 1;
  context.lineWidth = 1;
  context.strokeRect(from, 0.5, to - from, height - 1);
}

/** The links of the write on show, strong. @param {Sheet} sheet @param {ViewState} view */
function drawLinksOnShow(sheet, { history, timebase, step, state, position }) {
  if (step?.op !== "write" || step.target === null || step.version === null || !state.effect?.erased) return;
  const lanes = lanesOf(sheet, state.processes.length);
  const lineage = history.lineage(step.target);
  const at = sheet.x(timebase.moment(history, position));
  let left = MOST_LINKS;
  lineage.diverge(step.version, step.base, (victim, writer, fate) => {
    left -= 1;
    if (fate !== "erased" || left < 0) return;
    link(sheet, lanes, step.process, at, writer, sheet.x(timebase.moment(history, lineage.position(victim))), 2.5);
  });
}
