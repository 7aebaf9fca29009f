// What a process has read hangs on a thread: from its register to the number that it read. When that number has been
// replaced, it stays behind the new one as a paler card, and the thread that still leads there frays and turns red.

import { lookOf } from "../../core/process-names.js";
import { part } from "../../core/death.js";
import { number } from "../../core/format.js";
import { seatOf } from "./scene.js";
import { along, card, fitting, numeral, restOf, thread, write } from "./shapes.js";

/** @import { Layout, Point, Seat } from "./layout.js" */
/** @import { Behind, Scene } from "./scene.js" */
/** @import { Pen, Way } from "./shapes.js" */

/** @param {Pen} pen @param {Scene} scene @param {Layout} layout */
export function drawCardsBehind(pen, { behind }, layout) {
  const { scale, peek, cell } = layout;
  if (peek === 0) return;
  behind.forEach((cards) => {
    // The oldest is drawn first: it is the furthest back.
    [...cards].reverse().forEach((one, from) => {
      const rank = cards.length - 1 - from;
      const inset = (9 + 7 * rank) * scale;
      const top = cardTop(layout, one, rank, cards.length);
      const box = { x: cell.x + inset, y: top, width: cell.width - 2 * inset, height: cell.height * 0.6 };
      card(pen, `card ${one.version}`, box, "card-behind", 4 * scale);
      const size = fitting(one.value, box.width * 0.8, shown(layout, cards.length) * 0.8);
      numeral(pen, `card ${one.version} value`, { x: cell.x + cell.width / 2, y: top + shown(layout, cards.length) * 0.5 }, "ghost", size, one.value);
    });
  });
}

/** How much of each card can be seen, for a number of cards. @param {Layout} layout @param {number} count */
function shown({ peek }, count) {
  return count > 1 ? peek * 0.8 : peek;
}

/** @param {Layout} layout @param {Behind} one @param {number} rank 0 is right behind the cell @param {number} count */
function cardTop(layout, { rises }, rank, count) {
  return layout.cell.y - shown(layout, count) * (rank + 1) * rises;
}

/** Where the thread of a process ends, and whether that is a card behind the cell. @param {Scene} scene @param {Layout} layout @param {number} process */
export function endOf(scene, layout, process) {
  const { side, wireEnds } = seatOf(layout, process);
  const register = scene.state.processes[process]?.register;
  const index = Math.max(0, scene.state.cells.findIndex(({ name }) => name === register?.cell));
  const wireEnd = /** @type {Point} */ (wireEnds[index] ?? wireEnds[0]);
  if (layout.peek === 0) return { end: wireEnd, isBehind: false, rises: 1 };
  const cards = scene.behind[index] ?? [];
  const found = cards.findIndex(({ version }) => version === register?.version);
  const one = cards[found];
  const onCell = { x: wireEnd.x, y: Math.min(wireEnd.y, layout.cell.y + layout.cell.height * 0.3) };
  if (!one) return { end: layout.seats.length > 2 ? wireEnd : onCell, isBehind: false, rises: 1 };
  const inset = (9 + 7 * found) * layout.scale;
  const y = cardTop(layout, one, found, cards.length) + shown(layout, cards.length) * 0.5;
  return { end: { x: wireEnd.x - side * inset, y: y * one.rises + onCell.y * (1 - one.rises) }, isBehind: true, rises: one.rises };
}

/** How the thread of a process leads from its register to where it ends. @param {Seat} seat @param {Point} end @returns {Way} */
export function wayOf({ inner, via }, end) {
  const [first, ...others] = [...via, end];
  return [inner, first ?? end, ...others];
}

/** @param {Pen} pen @param {Scene} scene @param {Layout} layout */
export function drawThreads(pen, scene, layout) {
  const isCrowd = layout.lanes.length > 0;
  scene.state.processes.forEach(({ register, ended, holds }, process) => {
    const seat = seatOf(layout, process);
    const hangs = register !== null && !ended;
    // Among many only what leads somewhere is drawn.
    if (isCrowd ? scene.hasGate && holds !== null : !hangs || scene.hasGate) drawWire(pen, scene, layout, process);
    if (!hangs) return;
    const { end, isBehind, rises } = endOf(scene, layout, process);
    const whole = wayOf(seat, end);
    const reading = scene.step?.op === "read" && scene.step.process === process;
    const length = reading ? part(scene.progress, 0, 0.8) : 1;
    // It grows from the number that was read to the register.
    const way = reading ? restOf(whole, 1 - length) : whole;
    const [reached] = way;
    const stale = scene.outOfDate[process] ? (isBehind ? rises : 1) : 0;
    if (stale < 1) {
      pen.draw(`thread ${process}`, "path", { d: thread(way), class: `thread p${lookOf(process)}`, opacity: 1 - stale });
    }
    if (stale > 0) {
      pen.draw(`frayed ${process}`, "path", { d: thread(way), class: "thread is-frayed", opacity: stale });
      if (!isCrowd) pen.draw(`fibre ${process}`, "path", { d: thread(way, 5 * layout.scale), class: "thread is-fibre", opacity: stale });
    }
    pen.draw(`knot ${process}`, "circle", { cx: end.x, cy: end.y, r: 3.6 * layout.scale, class: stale > 0.5 ? "knot is-frayed" : `knot p${lookOf(process)}` });
    if (!reading || length >= 1) label(pen, scene, layout, process, { end, reached, stale });
  });
}

/** The way between a register and the cells, where nothing hangs on it. @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {number} process */
function drawWire(pen, scene, layout, process) {
  const seat = seatOf(layout, process);
  const { wireEnds, side } = seat;
  const state = scene.state.processes[process];
  const index = Math.max(0, scene.state.cells.findIndex(({ name }) => name === state?.cell));
  const wireEnd = /** @type {Point} */ (wireEnds[index] ?? wireEnds[0]);
  const holds = scene.hasGate && state?.holds !== null;
  // Whoever does not hold the lock stops at the gate.
  const end = layout.gate && !holds ? { x: layout.cell.x + layout.cell.width / 2 + (side * layout.gate.width) / 2, y: wireEnd.y } : wireEnd;
  pen.draw(`wire ${process}`, "path", { d: thread(wayOf(seat, end)), class: holds ? `wire is-open p${lookOf(process)}` : "wire" });
  if (state?.waits && layout.gate) {
    const half = 9 * layout.scale;
    pen.draw(`stop ${process}`, "path", { d: `M${end.x} ${end.y - half}v${2 * half}`, class: "wire-stop" });
  }
}

/** Says what the register was read from. @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {number} process
 * @param {{end: Point, reached: Point, stale: number}} drawn */
function label(pen, scene, layout, process, { end, reached, stale }) {
  const { register, computed } = scene.state.processes[process] ?? {};
  if (!layout.isSpacious || !register) return;
  const { scale, line } = layout;
  const { side } = seatOf(layout, process);
  const size = layout.small;
  const value = number(register.value);
  if (stale > 0.6) {
    const lines = computed === null ? [`read ${value},`, "which has been replaced"] : [`made from a ${value}`, "that is no longer there"];
    lines.forEach((text, row) => {
      const at = { x: end.x + side * 16 * scale, y: end.y + (row - 1.3) * line };
      write(pen, `label ${process} ${row}`, at, "thread-words is-frayed", size, side < 0 ? "end" : "start", text);
    });
    return;
  }
  if (stale > 0) return;
  const at = along([reached, end], 0.5);
  write(pen, `label ${process}`, { x: at.x, y: at.y - 9 * scale }, "thread-words", size, "middle", `from ${value}`);
}
