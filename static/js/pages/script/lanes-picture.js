// What stands in the lanes and does not move with the playhead: one pass over the steps in sight. An update is a bar from
// its read to its write. Where bars would be narrower than a pixel, each column of pixels adds up what is in it: a band
// in the colour of the process, and red bars that rise from its floor, the share that was lost there.

import { lookOfProcess } from "./look.js";

/** @import { Palette } from "../../charts/chart.js" */
/** @import { Row } from "./lane-rows.js" */
/** @import { ScriptView } from "./view.js" */

/** Where a row stands: its middle, and how high it is, in pixels. @typedef {{row: Row, middle: number, height: number}} Placed */

/** @typedef {object} LaneSheet
 * @property {CanvasRenderingContext2D} context
 * @property {Palette} palette
 * @property {number} left where the moments begin
 * @property {number} right where they end
 * @property {number} unit a rem, in pixels
 * @property {(index: number) => number} x where a step stands
 * @property {number} now while it runs: how far it has come
 * @property {readonly Placed[]} rows
 */

/** What a row of lanes adds up to, a column of pixels each.
 * @typedef {{place: Placed, windows: Float32Array, waits: Float32Array, writes: Float32Array, lost: Float32Array, colour: string}} Band */

/** What is held, a column of pixels each, and by which lane. @typedef {{place: Placed, held: Float32Array, by: Int16Array}} Held */

/** With more steps than this a pixel, bars are added up. */
const STEPS_A_PIXEL = 1.2;

const MOST_LINKS = 80;

/** @param {LaneSheet} sheet @param {ScriptView} view @param {number} first @param {number} last */
export function drawLanes(sheet, view, first, last) {
  const { history } = view;
  const isNear = last - first <= STEPS_A_PIXEL * (sheet.right - sheet.left);
  const bands = bandsOf(sheet, view);
  const holds = holdsOf(sheet);
  drawRails(sheet, view);
  const lines = new Pass(sheet, view, bands, holds, isNear);
  const doing = history.doingAt(first).copy();
  for (let index = first; index < last; index += 1) lines.take(doing, index);
  lines.finish(doing, last);
  for (const band of new Set(bands.values())) drawBand(sheet, band);
  for (const held of holds.values()) drawHeld(sheet, view, held);
  lines.drawNear();
}

/** The bands by lane; folded lanes share one. @param {LaneSheet} sheet @param {ScriptView} view @returns {Map<number, Band>} */
function bandsOf({ rows, left, right, palette }, { history }) {
  const width = Math.max(1, Math.ceil(right - left));
  /** @type {Map<number, Band>} */
  const bands = new Map();
  for (const place of rows) {
    const { row } = place;
    if (row.kind !== "lane" && row.kind !== "fold") continue;
    const process = row.kind === "lane" ? row.process : "";
    const colour = row.kind === "lane" ? (palette.processes[lookOfProcess(history.lanes[row.lane]?.process ?? process)] ?? palette.text) : palette.quiet;
    const fresh = () => new Float32Array(width);
    const band = { place, windows: fresh(), waits: fresh(), writes: fresh(), lost: fresh(), colour };
    for (const lane of row.kind === "lane" ? [row.lane] : row.lanes) bands.set(lane, band);
  }
  return bands;
}

/** @param {LaneSheet} sheet @returns {Map<number, Held>} */
function holdsOf({ rows, left, right }) {
  const width = Math.max(1, Math.ceil(right - left));
  /** @type {Map<number, Held>} */
  const holds = new Map();
  for (const place of rows) {
    if (place.row.kind === "thing") holds.set(place.row.target, { place, held: new Float32Array(width), by: new Int16Array(width) });
  }
  return holds;
}

/** The line of each row, and of each lane how long it lived. @param {LaneSheet} sheet @param {ScriptView} view */
function drawRails(sheet, { history, live }) {
  const { context, palette, rows, left, right, x } = sheet;
  for (const { row, middle, height } of rows) {
    if (row.kind === "value") continue;
    context.fillStyle = palette.line;
    context.fillRect(left, Math.round(middle), right - left, 1);
    if (row.kind !== "lane") continue;
    const [begin, end] = [history.firstOf(row.lane), history.lastOf(row.lane)];
    if (begin < 0) continue;
    const from = Math.max(left, x(begin));
    const to = Math.min(right, live && history.op(end) !== "exit" ? sheet.now : x(end));
    context.fillStyle = palette.processes[lookOfProcess(row.process)] ?? palette.text;
    if (to > from) context.fillRect(from, Math.round(middle) - 0.5, to - from, 1.75);
    for (const at of history.op(end) === "exit" || !live ? [x(begin), x(end)] : [x(begin)]) if (at >= left && at <= right) context.fillRect(at - 0.75, middle - height * 0.3, 1.5, height * 0.6);
  }
}

/** One pass over the steps. */
class Pass {
  #sheet;
  #view;
  #bands;
  #holds;
  #isNear;
  /** @type {(() => void)[]} */
  #later = [];
  #links = 0;

  /** @param {LaneSheet} sheet @param {ScriptView} view @param {Map<number, Band>} bands @param {Map<number, Held>} holds @param {boolean} isNear */
  constructor(sheet, view, bands, holds, isNear) {
    this.#sheet = sheet;
    this.#view = view;
    this.#bands = bands;
    this.#holds = holds;
    this.#isNear = isNear;
  }

  /** @param {import("../../core/script-doing.js").Doing} doing @param {number} index */
  take(doing, index) {
    const { history } = this.#view;
    const lane = history.lane(index);
    const band = this.#bands.get(lane);
    const op = history.op(index);
    const at = this.#sheet.x(index);
    const since = doing.waitOf(lane);
    if (since >= 0 && band) this.#spread(band.waits, this.#sheet.x(since), at);
    if (op === "write") this.#write(index, band, at);
    const target = history.target(index);
    const held = target < 0 ? undefined : this.#holds.get(target);
    const ended = doing.take(op, lane, target, index);
    if (ended && held) this.#hold(held, ended.lane, this.#sheet.x(ended.since), at);
    if (held && op !== "acquire" && op !== "release" && op !== "wait") this.#mark(held.place, lane, at, op);
    if (this.#isNear && op === "read" && band && band.place.row.kind === "lane") this.#tick(band, at);
  }

  /** What is still going on at the right edge. @param {import("../../core/script-doing.js").Doing} doing @param {number} last */
  finish(doing, last) {
    const { history, live } = this.#view;
    const { right, x } = this.#sheet;
    const now = live ? this.#sheet.now : x(history.length - 1);
    const end = last >= history.length ? now : right;
    for (const [lane, band] of this.#bands) {
      const since = doing.waitOf(lane);
      if (since >= 0) this.#spread(band.waits, x(since), end);
    }
    for (const [target, held] of this.#holds) {
      for (const hold of doing.holdsOf(target)) this.#hold(held, hold.lane, x(hold.since), end);
    }
  }

  /** @param {number} index @param {Band | undefined} band @param {number} at */
  #write(index, band, at) {
    const { history } = this.#view;
    const { x, left } = this.#sheet;
    const read = history.readOf(index);
    const from = read < 0 ? at - 1 : x(read);
    if (band && band.place.row.kind === "lane" && this.#isNear) this.#later.push(() => this.#bar(band, from, at));
    else if (band) this.#spread(band.windows, from, at);
    if (band) this.#count(band.writes, at, 1);
    if (history.version(index) - history.base(index) < 2 || history.base(index) < 0) return;
    for (const victim of history.victims(index)) {
      const hurt = this.#bands.get(history.lane(victim));
      const where = x(victim);
      if (!hurt || where < left) continue;
      this.#count(hurt.lost, where, 1);
      if (this.#isNear && band && this.#links < MOST_LINKS) {
        this.#links += 1;
        this.#later.push(() => this.#link(band.place, at, hurt.place, where));
      }
    }
  }

  /** @param {Float32Array} columns @param {number} at @param {number} amount */
  #count(columns, at, amount) {
    const column = Math.floor(at - this.#sheet.left);
    if (column >= 0 && column < columns.length) columns[column] = (columns[column] ?? 0) + amount;
  }

  /** @param {Float32Array} columns @param {number} from @param {number} to */
  #spread(columns, from, to) {
    const { left, right } = this.#sheet;
    const begin = Math.max(from, left) - left;
    const end = Math.min(to, right) - left;
    if (end <= begin) return;
    for (let column = Math.floor(begin); column < end && column < columns.length; column += 1) {
      columns[column] = (columns[column] ?? 0) + Math.min(end, column + 1) - Math.max(begin, column);
    }
  }

  /** @param {Held} held @param {number} lane @param {number} from @param {number} to */
  #hold(held, lane, from, to) {
    const { left, right } = this.#sheet;
    if (to - from < 2) {
      const column = Math.floor(Math.max(from, left) - left);
      if (column < 0 || column >= held.held.length || from > right) return;
      held.held[column] = (held.held[column] ?? 0) + Math.max(to - from, 0.05);
      held.by[column] = lane;
      return;
    }
    this.#later.push(() => drawHold(this.#sheet, this.#view, held.place, lane, Math.max(from, left - 2), Math.min(to, right)));
  }

  /** A step about a queue, an event, …: who took it. @param {Placed} place @param {number} lane @param {number} at @param {string} op */
  #mark(place, lane, at, op) {
    const { left, right } = this.#sheet;
    if (at < left || at > right) return;
    if (!this.#isNear && this.#later.length > 4000) return;
    this.#later.push(() => drawMark(this.#sheet, this.#view, place, lane, at, op));
  }

  /** @param {Band} band @param {number} at */
  #tick({ place, colour }, at) {
    const { context, left } = this.#sheet;
    if (at < left) return;
    context.fillStyle = colour;
    context.fillRect(at - 0.75, place.middle - place.height * 0.2, 1.5, place.height * 0.4);
  }

  /** @param {Band} band @param {number} from @param {number} to */
  #bar({ place, colour }, from, to) {
    const { context, palette, left } = this.#sheet;
    const height = place.height * 0.66;
    const x = Math.max(from, left - 2);
    const width = Math.max(to - x, 1.5);
    context.fillStyle = palette.ground;
    context.fillRect(x, place.middle - height / 2, width, height);
    context.fillStyle = colour;
    context.globalAlpha = 0.36;
    context.fillRect(x, place.middle - height / 2, width, height);
    context.globalAlpha = 1;
    if (width < 4) return;
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, place.middle - height / 2 + 0.5, width - 1, height - 1);
  }

  /** From the write that erased to the write that is gone. @param {Placed} thief @param {number} at @param {Placed} victim @param {number} where */
  #link(thief, at, victim, where) {
    const { context, palette } = this.#sheet;
    const down = victim.middle >= thief.middle ? 1 : -1;
    const [from, to] = [thief.middle + down * thief.height * 0.33, victim.middle - down * victim.height * 0.1];
    context.strokeStyle = palette.loss;
    context.lineWidth = 1.25;
    context.setLineDash([3, 2]);
    context.beginPath();
    context.moveTo(at, from);
    context.bezierCurveTo(at, (from + to) / 2, where, (from + to) / 2, where, to);
    context.stroke();
    context.setLineDash([]);
    const arm = Math.min(4.5, victim.height * 0.25);
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(where - arm, victim.middle - arm);
    context.lineTo(where + arm, victim.middle + arm);
    context.moveTo(where - arm, victim.middle + arm);
    context.lineTo(where + arm, victim.middle - arm);
    context.stroke();
  }

  /** What has to lie above the bands. */
  drawNear() {
    for (const draw of this.#later) draw();
  }
}

/** @param {LaneSheet} sheet @param {Band} band */
function drawBand({ context, palette, left }, { place, windows, waits, writes, lost, colour }) {
  const { middle, height, row } = place;
  const many = row.kind === "fold" ? row.lanes.length : 1;
  const bar = height * 0.72;
  context.save();
  context.beginPath();
  for (let column = 0; column < waits.length; column += 1) {
    if ((waits[column] ?? 0) / many > 0.4) context.rect(left + column, middle - height * 0.26, 1, height * 0.52);
  }
  context.clip();
  hatch(context, palette, left, left + waits.length, middle, height * 0.52);
  context.restore();
  context.fillStyle = colour;
  for (let column = 0; column < windows.length; column += 1) {
    const share = Math.min(1, (windows[column] ?? 0) / many);
    if (share <= 0.002) continue;
    // The lifeline behind must not go through it.
    context.globalAlpha = Math.min(1, 3 * share);
    context.fillStyle = palette.ground;
    context.fillRect(left + column, middle - bar / 2, 1, bar);
    context.fillStyle = colour;
    context.globalAlpha = 0.16 + 0.3 * Math.sqrt(share);
    context.fillRect(left + column, middle - bar / 2, 1, bar);
  }
  context.globalAlpha = 1;
  context.fillStyle = palette.loss;
  drawShares(context, left, middle + bar / 2, bar, writes, lost);
}

/** Red bars from the floor, three pixels wide so that each can be seen. @param {CanvasRenderingContext2D} context @param {number} left @param {number} floor @param {number} bar @param {Float32Array} writes @param {Float32Array} lost */
function drawShares(context, left, floor, bar, writes, lost) {
  for (let column = 0; column < writes.length; column += 3) {
    let [made, gone] = [0, 0];
    for (let each = column; each < Math.min(column + 3, writes.length); each += 1) {
      made += writes[each] ?? 0;
      gone += lost[each] ?? 0;
    }
    if (gone > 0) context.fillRect(left + column, floor, 2, -Math.max(2, bar * Math.min(1, gone / Math.max(1, made))));
  }
}

/** Lines over all of a row; what is clipped decides where they show. @param {CanvasRenderingContext2D} context @param {Palette} palette @param {number} from @param {number} to @param {number} middle @param {number} height */
function hatch(context, palette, from, to, middle, height) {
  context.beginPath();
  for (let at = Math.floor((from - height) / 5) * 5; at < to; at += 5) {
    context.moveTo(at, middle + height / 2);
    context.lineTo(at + height, middle - height / 2);
  }
  // The lifeline behind must not be taken for work.
  context.fillStyle = palette.ground;
  context.fillRect(from, middle - height / 2, to - from, height);
  context.globalAlpha = 0.75;
  context.lineWidth = 1;
  context.strokeStyle = palette.quiet;
  context.stroke();
  context.globalAlpha = 1;
}

/** @param {LaneSheet} sheet @param {ScriptView} view @param {Held} held */
function drawHeld({ context, palette, left }, { history }, { place, held, by }) {
  const height = place.height * 0.7;
  for (let column = 0; column < held.length; column += 1) {
    const share = held[column] ?? 0;
    if (share <= 0) continue;
    context.fillStyle = palette.processes[lookOfProcess(history.lanes[by[column] ?? 0]?.process ?? "")] ?? palette.text;
    context.globalAlpha = Math.min(1, 0.35 + share);
    context.fillRect(left + column, place.middle - height / 2, 1.2, height);
  }
  context.globalAlpha = 1;
}

/** @param {LaneSheet} sheet @param {ScriptView} view @param {Placed} place @param {number} lane @param {number} from @param {number} to */
function drawHold({ context, palette }, { history }, place, lane, from, to) {
  const height = place.height * 0.7;
  context.fillStyle = palette.processes[lookOfProcess(history.lanes[lane]?.process ?? "")] ?? palette.text;
  context.globalAlpha = 0.4;
  context.fillRect(from, place.middle - height / 2, to - from, height);
  context.globalAlpha = 1;
  if (to - from < 4) return;
  context.strokeStyle = palette.text;
  context.lineWidth = 1.25;
  context.strokeRect(from, place.middle - height / 2, to - from, height);
}

/** Filled is into it, hollow is out of it. @param {LaneSheet} sheet @param {ScriptView} view @param {Placed} place @param {number} lane @param {number} at @param {string} op */
function drawMark({ context, palette }, { history }, place, lane, at, op) {
  const look = lookOfProcess(history.lanes[lane]?.process ?? "");
  const colour = palette.processes[look] ?? palette.text;
  const size = Math.min(4, place.height * 0.3);
  context.beginPath();
  shape(context, look, at, place.middle, size);
  context.fillStyle = op === "get" || op === "wake" || op === "result" || op === "check" ? palette.ground : colour;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {number} look @param {number} x @param {number} y @param {number} size */
function shape(context, look, x, y, size) {
  if (look === 1) {
    context.moveTo(x, y - size);
    context.lineTo(x + size, y + size);
    context.lineTo(x - size, y + size);
    context.closePath();
  } else if (look === 2) context.rect(x - size, y - size, 2 * size, 2 * size);
  else if (look === 3) {
    context.moveTo(x, y - size * 1.3);
    context.lineTo(x + size * 1.2, y);
    context.lineTo(x, y + size * 1.3);
    context.lineTo(x - size * 1.2, y);
    context.closePath();
  } else context.arc(x, y, size, 0, 2 * Math.PI);
}
