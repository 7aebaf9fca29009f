// The lanes of all processes and threads, and under them the value of one cell, and locks, queues and pools as rows. They
// are the scrubber: press or drag to go there, the wheel zooms, Shift or the axis pans. What does not depend on the
// playhead is drawn once; only what can be seen of the rows is drawn at all.

import { createPalette, fit } from "../../charts/chart.js";
import { html, part, rem, setAttribute, setText, show, svg } from "../../shell/dom.js";
import { counted, number } from "../../core/format.js";
import { drawAxis } from "./axis.js";
import { rowsOf } from "./lane-rows.js";
import { drawLanes } from "./lanes-picture.js";
import { lookOfProcess } from "./look.js";
import { drawValueRow } from "./value-row.js";

/** @import { LaneSheet, Placed } from "./lanes-picture.js" */
/** @import { Row } from "./lane-rows.js" */
/** @import { ScriptActions } from "./actions.js" */
/** @import { ScriptView } from "./view.js" */

const AXIS_REM = 1.25;
const RIGHT_REM = 0.75;
const FUTURE = 0.3;

/** The room for names, in rem; where the page is narrow, less. */
const NAMES_REM = 7.75;
const NARROW_NAMES_REM = 4.5;

/** While steps come in, the lanes are drawn again at most so often, in ms. */
const PAUSE = 250;

export class LanesView {
  #root;
  #fold;
  #names = html("div", "lane-names");
  #picture = html("canvas", "lanes-picture");
  #canvas = html("canvas", "lanes-playhead");
  #colours;
  /** @type {ScriptView | null} */
  #last = null;
  /** @type {Row[]} */
  #rows = [];
  #named = "";
  #drawn = "";
  #at = -Infinity;

  /** @param {HTMLElement} section @param {ScriptActions} actions */
  constructor(section, actions) {
    this.#root = part(section, "lanes", HTMLElement);
    this.#fold = part(section, "fold", HTMLButtonElement);
    this.#root.append(html("div", "lanes-sheet", [this.#picture, this.#canvas]), html("div", "lanes-spacer", [this.#names]));
    for (const each of [this.#picture, this.#canvas]) each.setAttribute("aria-hidden", "true");
    this.#names.setAttribute("role", "list");
    this.#colours = createPalette(this.#root);
    this.#fold.addEventListener("click", () => actions.fold());
    this.#listen(actions);
  }

  /** @param {ScriptView} view */
  render(view) {
    this.#last = view;
    this.#layOut(view);
    const { clientWidth: width, clientHeight: height } = this.#root;
    if (width === 0 || height === 0) return;
    this.#root.style.setProperty("--seen", `${height}px`);
    const scale = window.devicePixelRatio;
    const palette = this.#colours();
    const { from, to } = view.range;
    const key = [width, height, scale, this.#root.scrollTop, from, to, view.history.length, view.state.revision, this.#named, palette.text, palette.ground].join();
    const now = performance.now();
    if (key !== this.#drawn && (!view.loading || !view.moving || now - this.#at > PAUSE)) {
      this.#drawn = key;
      this.#at = now;
      for (const each of [this.#canvas, this.#picture]) fit(each, width * scale, height * scale);
      drawPicture(this.#sheetOf(this.#picture, view, palette, scale), view, height);
    }
    drawPlayhead(this.#sheetOf(this.#canvas, view, palette, scale), view, width, height);
  }

  /** Rows and their names. @param {ScriptView} view */
  #layOut(view) {
    const { rows: wanted, hidden } = rowsOf(view);
    const key = wanted.map((row) => (row.kind === "value" ? `v${row.cell}` : row.kind === "lane" ? `l${row.name} ${row.does}` : row.kind === "fold" ? `f${row.name}` : `t${row.name}`)).join("\n");
    show(this.#fold, hidden > 0 || view.state.unfolded);
    setText(this.#fold, view.state.unfolded ? "Fold" : `Show ${number(hidden)} more`);
    setAttribute(this.#fold, "aria-expanded", String(view.state.unfolded));
    if (key === this.#named) return;
    this.#rows = wanted;
    this.#named = key;
    const total = this.#rows.reduce((sum, { height }) => sum + height, 0);
    this.#root.style.setProperty("--rows", String(total + AXIS_REM));
    this.#names.replaceChildren(...this.#rows.map(nameOf));
  }

  /** Where a drawing goes. @param {HTMLCanvasElement} on @param {ScriptView} view @param {LaneSheet["palette"]} palette @param {number} scale @returns {LaneSheet} */
  #sheetOf(on, { range, history, timebase, run }, palette, scale) {
    const context = /** @type {CanvasRenderingContext2D} */ (on.getContext("2d"));
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const unit = rem();
    const { left, right } = this.#edges();
    const perMoment = (right - left) / (range.to - range.from);
    const isClock = timebase.name === "clock";
    const x = isClock ? (/** @type {number} */ index) => left + (history.time(index) - range.from) * perMoment : (/** @type {number} */ index) => left + (index + 1 - range.from) * perMoment;
    const end = isClock ? left + (run.summary.duration_ms * 1e6 - range.from) * perMoment : 0;
    const now = Math.min(right, Math.max(end, history.length > 0 ? x(history.length - 1) : left));
    return { context, palette, left, right, unit, x, now, rows: this.#placed(unit) };
  }

  /** The rows that can be seen. @param {number} unit @returns {Placed[]} */
  #placed(unit) {
    let top = AXIS_REM * unit - this.#root.scrollTop;
    return this.#rows.flatMap((row) => {
      const height = row.height * unit;
      const middle = top + height / 2;
      top += height;
      return top < 0 || top - height > this.#root.clientHeight ? [] : [{ row, middle, height }];
    });
  }

  #edges() {
    const unit = rem();
    const { clientWidth } = this.#root;
    return { left: (clientWidth < 44 * unit ? NARROW_NAMES_REM : NAMES_REM) * unit, right: clientWidth - RIGHT_REM * unit };
  }

  /** @param {PointerEvent | WheelEvent} event */
  #momentAt({ clientX }) {
    const { left, right } = this.#edges();
    const { from, to } = /** @type {ScriptView} */ (this.#last).range;
    const share = (clientX - this.#root.getBoundingClientRect().left - left) / (right - left);
    return from + Math.max(0, Math.min(1, share)) * (to - from);
  }

  /** @param {ScriptActions} actions */
  #listen(actions) {
    this.#root.addEventListener("wheel", (event) => {
      const { left } = this.#edges();
      if (!this.#last || event.clientX - this.#root.getBoundingClientRect().left < left) return;
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) actions.pan((event.deltaX || event.deltaY) / this.#root.clientWidth);
      else actions.zoom(Math.exp(-event.deltaY / 300), this.#momentAt(event));
    }, { passive: false });
    listenToPointer(this.#root, {
      isOnNames: (event) => event.clientX - this.#root.getBoundingClientRect().left < this.#edges().left,
      isOnAxis: (event) => event.clientY - this.#root.getBoundingClientRect().top < AXIS_REM * rem(),
      seek: (event) => this.#last && actions.seek(this.#momentAt(event)),
      pan: (by) => actions.pan(-by / this.#root.clientWidth),
    });
    this.#root.addEventListener("scroll", () => this.#last && this.render(this.#last), { passive: true });
    new ResizeObserver(() => this.#last && this.render(this.#last)).observe(this.#root);
  }

  /** All of it in words. */
  describe() {
    return this.#last ? described(this.#last) : "";
  }
}

/** @param {LaneSheet} sheet @param {ScriptView} view @param {number} height */
function drawPicture(sheet, view, height) {
  const { context, left, right } = sheet;
  const { history, timebase, range } = view;
  context.clearRect(0, 0, right + 40, height);
  drawAxis(sheet, range, timebase.name, height);
  if (history.length === 0) return;
  const first = Math.max(0, timebase.position(history, range.from) - 1);
  const last = Math.min(history.length, timebase.position(history, range.to) + 1);
  context.save();
  context.beginPath();
  context.rect(left - 1, AXIS_REM * sheet.unit, right - left + 1 + RIGHT_REM * sheet.unit, height);
  context.clip();
  drawLanes(sheet, view, first, last);
  const value = sheet.rows.find(({ row }) => row.kind === "value");
  if (value) drawValueRow(sheet, view, value, first, last);
  context.restore();
}

/** What moves: where we are, and what is on show as a clip. @param {LaneSheet} sheet @param {ScriptView} view @param {number} width @param {number} height */
function drawPlayhead(sheet, view, width, height) {
  const { context, palette, left, right, unit, x } = sheet;
  context.clearRect(0, 0, width, height);
  const { history, position, moment, range, clipPositions, timebase } = view;
  if (history.length === 0) return;
  const isNewest = view.live && position === history.length;
  const now = isNewest && timebase.name === "clock" ? sheet.now : timebase.name === "clock" ? left + ((moment - range.from) * (right - left)) / (range.to - range.from) : position > 0 ? x(position - 1) : left;
  const at = Math.max(left, Math.min(now, right));
  const [first, final] = [clipPositions[0], clipPositions.at(-1)];
  if (first !== undefined && final !== undefined) {
    const from = Math.max(left, x(first - 1) - 4);
    const to = Math.min(right, x(final - 1) + 4);
    context.fillStyle = context.strokeStyle = palette.text;
    context.globalAlpha = 0.05;
    context.fillRect(from, AXIS_REM * unit, to - from, height);
    context.globalAlpha = 0.5;
    context.strokeRect(from + 0.5, AXIS_REM * unit + 0.5, to - from, height - AXIS_REM * unit - 1);
    context.globalAlpha = 1;
  }
  context.globalAlpha = FUTURE;
  context.fillStyle = palette.ground;
  context.fillRect(at, AXIS_REM * unit, right - at, height);
  context.globalAlpha = 1;
  if (now < left - 1 || now > right + 1) return;
  const loss = position > 0 && history.losses.between(position - 1, position);
  const colour = loss ? palette.loss : palette.text;
  context.fillStyle = colour;
  context.fillRect(Math.round(at) - 1, 2, 2, height);
  const which = loss ? history.losses.upTo(position) : 0;
  const words = loss ? (which === 1 ? "first lost update" : `lost update ${number(which)}`) : isNewest ? "now" : "";
  if (words) flag(context, palette, words, at, unit, right, colour);
}

/** @param {CanvasRenderingContext2D} context @param {LaneSheet["palette"]} palette @param {string} words @param {number} at @param {number} unit @param {number} right @param {string} colour */
function flag(context, palette, words, at, unit, right, colour) {
  context.font = `600 ${0.75 * unit}px sans-serif`;
  const room = context.measureText(words).width + 0.75 * unit;
  const x = at + room > right ? at - room : at + 1;
  context.fillStyle = palette.ground;
  context.fillRect(x, 1, room, AXIS_REM * unit - 2);
  context.fillStyle = colour;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(words, x + 0.375 * unit, AXIS_REM * unit * 0.5);
}

/** @param {Row} row */
function nameOf(row) {
  const made = html("span", `lane-name is-${row.kind}`);
  made.setAttribute("role", "listitem");
  made.style.height = `${row.height}rem`;
  if (row.kind === "lane") {
    const look = lookOfProcess(row.process);
    made.append(svg("svg", { class: `mark p${look}`, "aria-hidden": "true" }, [svg("use", { href: `#mark-${look}` })]), html("b", "", [row.name]), kind(row.does));
  } else if (row.kind === "fold") made.append(html("b", "", [row.name]), kind("together"));
  else if (row.kind === "value") made.append(html("code", "", [row.cell]), kind("value"));
  else made.append(html("code", "", [row.name]), kind(row.what));
  made.title = [...made.childNodes].map((node) => node.textContent).filter(Boolean).join(" ");
  return made;
}

/** @param {string} words */
function kind(words) {
  return html("small", "", [words]);
}

/** @param {HTMLElement} root @param {{isOnNames: (event: PointerEvent) => boolean, isOnAxis: (event: PointerEvent) => boolean, seek: (event: PointerEvent) => void, pan: (by: number) => void}} does */
function listenToPointer(root, { isOnNames, isOnAxis, seek, pan }) {
  /** @type {{x: number, pans: boolean} | null} */
  let from = null;
  root.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || isOnNames(event) || event.offsetX > root.clientWidth) return;
    const pans = event.shiftKey || isOnAxis(event);
    from = { x: event.clientX, pans };
    root.setPointerCapture(event.pointerId);
    if (!pans && event.pointerType === "mouse") seek(event);
  });
  root.addEventListener("pointermove", (event) => {
    if (from === null) return;
    if (from.pans) pan(event.clientX - from.x);
    else seek(event);
    from.x = event.clientX;
  });
  root.addEventListener("pointerup", (event) => {
    if (from && !from.pans) seek(event);
    from = null;
  });
  root.addEventListener("pointercancel", () => (from = null));
}

/** In words. @param {ScriptView} view */
function described({ history, run }) {
  const lost = history.losses.total;
  return `${counted(history.length, "step")} of ${history.lanes.length === 1 ? "1 lane" : `${number(history.lanes.length)} lanes`}; ${counted(lost, "lost update")}; ${counted(run.findings.length, "finding")}.`;
}
