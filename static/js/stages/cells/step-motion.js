// What moves while a step is on show: a number on its way between the cell and a register, and what happens where a
// write hits a newer number. First it travels; on impact the newer number is knocked out; a ticket tears off it and
// falls into the tray. Where the write brings updates back that had been lost, their tickets are whole again and go the
// other way, out of the tray and behind the number.

import { lookOf } from "../../core/process-names.js";
import { IMPACT, REST, part } from "../../core/death.js";
import { number } from "../../core/format.js";
import { MOST_TICKETS, cellOf, seatOf } from "./scene.js";
import { along, between, card, fitting, line, numeral, ticket } from "./shapes.js";
import { endOf, wayOf } from "./threads.js";
import { labelOf, ticketAt } from "./tray.js";

/** @import { Step, ViewState } from "../../core/types.js" */
/** @import { Layout, Point } from "./layout.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Pen } from "./shapes.js" */

/** A read has arrived at this share of the time that it is shown. */
const ARRIVED = 0.8;

/** Whether the register of a process waits for a number that is on its way to it. @param {Scene} scene @param {number} process */
export function isAwaiting({ step, progress }, process) {
  return step?.op === "read" && step.process === process && progress < ARRIVED;
}

/** @param {Layout} layout @param {number | string} value @param {number} count of cells */
export function cellSize({ cell, scale, type }, value, count) {
  if (count > 1) return fitting(value, cell.width * 0.4, 30 * scale);
  return fitting(value, cell.width * 0.84, Math.min(1.2 * (cell.height - 2.2 * type), 62 * scale));
}

/** @param {Layout} layout @param {number | string} value */
export function registerSize({ seats, lanes, scale, type }, value) {
  const { width = 0, height = 0 } = seats[0]?.register ?? {};
  // In a lane a number is as large as a name.
  return fitting(value, width * 0.84, lanes.length > 0 ? Math.min(height * 0.84, type) : Math.min(height * 0.62, 34 * scale));
}

/** A number on its way. @param {Pen} pen @param {Scene} scene @param {Layout} layout */
export function drawFlight(pen, scene, layout) {
  const { step, progress } = scene;
  if (!step || step.value === null) return;
  const seat = seatOf(layout, step.process);
  const place = /** @type {Point} */ (layout.values[cellOf(scene, step)] ?? seat.middle);
  const sizes = { cell: cellSize(layout, step.value, layout.cells.length), register: registerSize(layout, step.value) };
  if (step.op === "read" && progress < ARRIVED) {
    // From the edge of the card, along its thread: two digits side by side in the cell would read as another number.
    const share = part(progress, 0, ARRIVED);
    const { end } = endOf(scene, layout, step.process);
    const at = share < 0.75 ? along(wayOf(seat, end), 1 - share / 0.75) : between(seat.inner, seat.middle, (share - 0.75) / 0.25);
    const offset = { x: at.x + seat.side * 0.6 * sizes.register, y: at.y };
    numeral(pen, "read", offset, "flying", sizes.register, step.value);
  }
  if (step.op === "write" && !scene.hasLanded) {
    const share = part(progress, 0.04, scene.lands) ** 1.4;
    const [onTheWay, ...more] = seat.via;
    const at = onTheWay ? along([seat.middle, onTheWay, ...more, place], share) : between(seat.middle, place, share);
    const size = sizes.register + (sizes.cell - sizes.register) * share;
    const width = Math.max(1.5, String(step.value).length * 0.75 + 0.6) * size;
    card(pen, "written", { x: at.x - width / 2, y: at.y - 0.75 * size, width, height: 1.5 * size }, `chip p${lookOf(step.process)}${scene.isKill ? " is-stale" : ""}`, 3 * layout.scale);
    numeral(pen, "written value", at, "flying", size, step.value);
  }
}

/** What a write knocks out. @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {ViewState} view */
export function drawImpact(pen, scene, layout, view) {
  const { step, progress, isKill, hasLanded } = scene;
  if (!step || !isKill || !hasLanded) return;
  drawRays(pen, layout, progress, cellOf(scene, step));
  drawKnockedOut(pen, scene, layout, step);
  drawComingBack(pen, scene, layout);
  drawFalling(pen, scene, layout, view);
}

/** @param {Pen} pen @param {Layout} layout @param {number} progress @param {number} index */
function drawRays(pen, { cells, scale }, progress, index) {
  const away = part(progress, IMPACT, IMPACT + 0.16);
  const box = cells[index];
  if (away >= 1 || !box) return;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  for (const [ray, turn] of [-2.5, -1.9, -1.25, -0.65].entries()) {
    const from = { x: middle.x + Math.cos(turn) * (box.width * 0.62), y: middle.y + Math.sin(turn) * (box.height * 0.68) };
    const reach = (5 + 15 * away) * scale;
    pen.draw(`ray ${ray}`, "path", { d: line([from, { x: from.x + Math.cos(turn) * reach, y: from.y + Math.sin(turn) * reach }]), class: "ray", opacity: 1 - away });
  }
}

/** The newer number, thrown off its place. @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {Step} step */
function drawKnockedOut(pen, { before, progress }, { cells, values, scale }, step) {
  const index = Math.max(0, before.cells.findIndex(({ name }) => name === step.target));
  const box = cells[index];
  const old = before.cells[index];
  const place = values[index];
  if (!box || !old || !place || progress >= REST) return;
  const away = part(progress, IMPACT, IMPACT + 0.14);
  const shift = { x: -away * 0.26 * box.width, y: away * (cells.length > 1 ? 0.3 : 0.42) * box.height };
  const fade = 1 - part(progress, IMPACT + 0.12, REST);
  const turned = `rotate(${-13 * away} ${place.x + shift.x} ${place.y + shift.y})`;
  const size = fitting(old.value, box.width * 0.7, Math.min(box.height * 0.5, 50 * scale));
  pen.draw("knocked", "rect", { x: box.x + shift.x, y: box.y + shift.y, width: box.width, height: box.height, rx: 4 * scale, class: "knocked", opacity: fade, transform: turned });
  pen.draw("knocked value", "text", { x: place.x + shift.x, y: place.y + shift.y + size * 0.36, class: "knocked-value", "font-size": size, "text-anchor": "middle", opacity: fade, transform: turned }, String(old.value));
}

/** The tickets on their way out of the tray: they go behind the number, and are part of it again.
 * @param {Pen} pen @param {Scene} scene @param {Layout} layout */
function drawComingBack(pen, scene, layout) {
  const { back, before, progress } = scene;
  if (progress >= REST) return;
  const lay = Math.min(MOST_TICKETS, before.cells.reduce((sum, { lost }) => sum + lost, 0));
  const { cell } = layout;
  const to = { x: cell.x + cell.width / 2, y: cell.y + cell.height / 2 };
  const mended = part(progress, IMPACT, IMPACT + 0.08);
  const share = part(progress, IMPACT + 0.04, REST);
  back.forEach((process, index) => {
    const { angle, size, isBlank, ...from } = ticketAt(layout, Math.max(0, lay - back.length + index), lay);
    // Around what falls from the number at the same time.
    const aside = { x: cell.x + cell.width + 3.5 * size, y: (from.y + cell.y + cell.height) / 2 };
    const at = between(between(from, aside, share), between(aside, to, share), share);
    ticket(pen, `comes back ${index}`, at, { size, angle: angle * (1 - share), gap: 1.6 * layout.scale * (1 - mended), process, isBlank, label: labelOf(scene, layout, process), isMended: true });
  });
}

/** The tickets on their way into the tray. @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {ViewState} view */
function drawFalling(pen, scene, layout, view) {
  const { tray, progress } = scene;
  const effect = view.state.effect;
  if (!effect || tray.falling === 0) return;
  const { scale, cell, tray: box } = layout;
  const first = tray.tickets.length - tray.falling;
  const from = { x: layout.width / 2, y: (cell.y + cell.height + box.y) / 2 + 4 * scale };
  for (let index = 0; index < tray.falling; index += 1) {
    const loss = tray.tickets[first + index];
    if (!loss) continue;
    const to = ticketAt(layout, first + index, tray.tickets.length);
    const spread = { x: from.x + (index - (tray.falling - 1) / 2) * 26 * scale, y: from.y };
    const torn = part(progress, IMPACT, IMPACT + 0.1);
    const late = Math.min(0.1, index * 0.02);
    const share = part(progress, 0.5 + late, REST) ** 1.6;
    const at = between(spread, to, share);
    const size = to.size * (1.35 - 0.35 * share);
    ticket(pen, `falls ${index}`, at, { size, angle: to.angle * share, gap: (1 + 3 * torn) * scale, process: loss.process, isBlank: to.isBlank, label: labelOf(scene, layout, loss.process) });
  }
}

/** How the register turns from what was read to what was computed: which number it shows, and how high.
 * @param {Scene} scene @param {number} process */
export function turning({ step, progress, before }, process) {
  if (step?.op !== "modify" || step.process !== process || step.value === null) return null;
  const old = before.processes[process]?.register?.value;
  const half = 0.35;
  if (progress < half && old !== undefined) return { value: number(old), height: 1 - part(progress, 0.05, half) };
  return { value: number(step.value), height: part(progress, half, 0.65) };
}
