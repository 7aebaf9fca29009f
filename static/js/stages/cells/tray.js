// The tray under the number: what has been lost lies in it, a torn ticket each.

import { number } from "../../core/format.js";
import { LARGE } from "./middle.js";
import { NAMED, ONE, line, ticket, wrapped, write } from "./shapes.js";
import { backLabel, lossLabel } from "./step-sentences.js";

/** @import { ViewState } from "../../core/types.js" */
/** @import { Layout, Point } from "./layout.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Pen } from "./shapes.js" */

/** The tickets fell there, so each lies at a small angle. In degrees. */
const ANGLES = [-4, 5, -2, 7, -6, 3, -1, 6];

/** The sides of the tray begin at this share of its height. */
const RIM = 0.62;

/** Tickets in a heap are so wide and so high, as a share of half a ticket. */
const HEAP = { width: 2.35, height: 1.4 };

/** No name on a ticket is smaller, in pixels. */
const LEAST_NAME = 9;

/** @typedef {Point & {angle: number, size: number, isBlank: boolean}} Lying */

/** Where a ticket lies. @param {Layout} layout @param {number} index @param {number} count @returns {Lying} */
export function ticketAt(layout, index, count) {
  return layout.lanes.length > 0 ? inHeap(layout, index, count) : inRow(layout, index, count);
}

/** What stands on a ticket: among many processes the name of its own, which its shape and colour do not tell.
 * @param {Pick<Scene, "state">} scene @param {Layout} layout @param {number} process */
export function labelOf({ state }, layout, process) {
  return layout.lanes.length > 0 ? (state.names[process] ?? "") : "+1";
}

/** On top of each other where that makes them larger. @param {Layout} layout @param {number} index @param {number} count @returns {Lying} */
function inHeap({ tray, scale, least }, index, count) {
  const most = least < LARGE ? 22 * scale : least / ONE;
  const sizes = [1, 2].map((rows) => Math.min(most, (0.96 * tray.width) / (HEAP.width * Math.ceil(count / rows)), tray.height / (HEAP.height * rows)));
  const [one = 0, two = 0] = sizes;
  const rows = two > one ? 2 : 1;
  const size = Math.max(one, two);
  const each = Math.ceil(count / rows);
  const row = Math.floor(index / each);
  const inThis = row === rows - 1 ? count - row * each : each;
  const angle = ANGLES[index % ANGLES.length] ?? 0;
  return {
    x: tray.x + tray.width / 2 + ((index % each) - (inThis - 1) / 2) * HEAP.width * size,
    y: tray.y + tray.height - (0.68 + row * 0.95 * HEAP.height) * size,
    angle,
    size,
    isBlank: NAMED * size < (least < LARGE ? LEAST_NAME : least - 0.01),
  };
}

/** Where a ticket lies. Where type is large, tickets that would lie on each other are smaller and blank: what cannot be
 * read from the last row is not written. @param {Layout} layout @param {number} index @param {number} count
 * @returns {Lying} */
function inRow({ tray, scale, least }, index, count) {
  const isLarge = least >= LARGE;
  const size = isLarge ? Math.min(least / ONE, tray.width / (2.5 * count + 0.3)) : Math.min(20 * scale, tray.height * 0.62);
  const step = Math.min(2.5 * size, (tray.width - 2.8 * size) / Math.max(1, count - 1));
  const angle = ANGLES[index % ANGLES.length] ?? 0;
  return {
    x: tray.x + tray.width / 2 + (index - (count - 1) / 2) * step,
    y: tray.y + tray.height - 0.66 * size - 3 * scale + (angle % 3) * 0.6 * scale,
    angle,
    size,
    isBlank: isLarge && size * ONE < least - 0.01,
  };
}

/** How many tickets lie still. @param {Scene} scene */
export function lying({ tray, step }) {
  return step && tray.falling > 0 ? tray.tickets.length - tray.falling : tray.tickets.length;
}

/** @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {ViewState} view */
export function drawTray(pen, scene, layout, view) {
  const { tray, isDead } = scene;
  if (isDead && tray.total === 0) return;
  const { x, y, width, height } = layout.tray;
  const still = lying(scene);
  const full = tray.total > 0;
  // Its sides are low: what is said under the registers may reach down between them.
  const rim = y + RIM * height;
  const sides = [{ x, y: rim }, { x, y: y + height }, { x: x + width, y: y + height }, { x: x + width, y: rim }];
  pen.draw("tray", "path", { d: line(sides), class: full ? "tray is-full" : "tray" });
  tray.tickets.slice(0, still).forEach(({ process }, index) => {
    const { angle, size, isBlank, ...at } = ticketAt(layout, index, tray.tickets.length);
    ticket(pen, `ticket ${index}`, at, { size, angle, gap: 1.6 * layout.scale, process, isBlank, label: labelOf(scene, layout, process) });
  });
  const room = (layout.seats.length > 2 ? width : layout.width) - 8;
  const about = full ? "loss-words" : "quiet-words";
  const isCrowd = layout.lanes.length > 0;
  // In two lines a little is left over at the end of the first.
  const letters = (room / (0.54 * layout.type)) * (layout.trayLines > 1 ? 1.6 : 1);
  const words = trayWords(scene, view, letters, isCrowd);
  const lines = layout.trayLines > 1 ? wrapped(words, room / (0.54 * layout.type)) : [words];
  lines.forEach((text, index) => {
    const at = { x: layout.trayWords.x, y: layout.trayWords.y - (lines.length - 1 - index) * layout.line };
    write(pen, index ? `tray words ${index}` : "tray words", at, about, Math.min(layout.type, room / (Math.max(1, text.length) * 0.54)), "middle", text);
  });
}

/** @param {Scene} scene @param {ViewState} view @param {number} letters there is room for so many
 * @param {boolean} isCrowd */
function trayWords({ tray, isKill, hasLanded }, { atEnd, moving, run, state, step }, letters, isCrowd) {
  const count = tray.total;
  const back = hasLanded && state.effect?.revived ? backLabel(state.effect, state.names) : "";
  const isKnown = state.cells.every(({ isCertain }) => isCertain) && run.summary.cells.every(({ lost_at_least: atLeast }) => !atEnd || atLeast === undefined);
  if (count === 0) return back || (atEnd && isKnown ? "nothing lost" : "");
  // A new loss is named as long as it is on show.
  const where = state.cells.length > 1 ? ` on ${step?.target}` : "";
  const died = isKill && hasLanded && state.effect ? `${lossLabel(state.effect, state.names)}${where}` : "";
  const text = died && (count === (state.effect?.erased ?? 0) ? died : `${died}: ${number(count)} so far`);
  if (back && `${died}, ${back}`.length <= letters) return `${died}, ${back}`;
  if (text && text.length <= letters) return text;
  // Among many, who lost it matters more than how many have.
  if (isCrowd && died && died.length <= letters) return died;
  const known = tray.tickets.some(({ position }) => position > 0);
  const lost = `${number(count)} ${count === 1 ? "update" : "updates"} lost${isKnown ? "" : ", then writes went unrecorded"}`;
  if (moving || !known) return lost;
  const some = tray.tickets.length < count ? `, the last ${tray.tickets.length} lie here` : "";
  const all = `${lost}${some}: press ${count === 1 ? "it" : "one"} to see it die`;
  if (all.length <= letters) return all;
  return lost.length <= letters ? lost : `${number(count)} lost`;
}
