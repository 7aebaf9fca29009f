// The picture of a race on shared cells at one moment. Pure: a view and a layout go in, and the shapes go to a pen.
// The pen of the page changes elements (stage.js); another one writes text, for pictures that are taken away.
//
// It is drawn in planes, the first at the back, because what lies on top must not depend on what was drawn first.

import { part } from "../../core/death.js";
import { number } from "../../core/format.js";
import { cellSize, drawFlight, drawImpact } from "./step-motion.js";
import { drawGate, drawLocks } from "./gate.js";
import { drawLanes, drawLit } from "./lane-drawing.js";
import { LARGE } from "./middle.js";
import { drawRegister } from "./register.js";
import { sceneOf } from "./scene.js";
import { LETTER, WORD_LETTER, card, fitting, mark, numeral, write } from "./shapes.js";
import { drawCardsBehind, drawThreads } from "./threads.js";
import { drawTray, lying } from "./tray.js";
import { blockedWords, captionOf } from "./captions.js";

/** @import { ViewState } from "../../core/types.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Pen } from "./shapes.js" */

/** @typedef {"ground" | "knocked" | "threads" | "cells" | "seats" | "flying"} Plane */

/** @type {readonly Plane[]} */
export const PLANES = ["ground", "knocked", "threads", "cells", "seats", "flying"];

/** Draws it all. @param {Readonly<Record<Plane, Pen>>} pens @param {ViewState} view @param {Layout} layout
 * @returns {{lying: number, tickets: Scene["tray"]["tickets"]}} the tickets that can be pressed are the first `lying` */
export function paint(pens, view, layout) {
  const scene = sceneOf(view);
  drawGate(pens.ground, scene, layout);
  drawTray(pens.ground, scene, layout, view);
  drawCardsBehind(pens.ground, scene, layout);
  drawThreads(pens.threads, scene, layout);
  drawCells(pens.cells, scene, layout, view);
  drawLit(pens.ground, layout, view);
  if (layout.lanes.length > 0) drawLanes(pens.seats, scene, layout);
  else drawCards(pens.seats, scene, layout, view);
  drawLocks(pens.seats, scene, layout);
  drawFlight(pens.flying, scene, layout);
  drawImpact(pens.knocked, scene, layout, view);
  drawDeadlock(pens.flying, scene, layout, view);
  return { lying: lying(scene), tickets: scene.tray.tickets };
}

/** @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {ViewState} view */
function drawCells(pen, scene, layout, view) {
  const { cells, values, scale, type, line } = layout;
  const isOne = cells.length < 2;
  const { step, progress } = scene;
  const isUntraced = view.run.request.traced === false;
  scene.state.cells.forEach(({ name, value, version, lost }, index) => {
    const box = cells[index];
    const home = values[index];
    if (!box || !home) return;
    // What was not recorded says so below the value.
    const at = isOne && isUntraced ? { x: home.x, y: box.y + box.height / 2 } : home;
    const isHit = step?.op === "write" && step.target === name && scene.hasLanded;
    // It gives a little where something has just hit it.
    const give = isHit ? 1 + 0.07 * (1 - part(progress, scene.lands, scene.lands + 0.14)) * (scene.isKill ? 1 : 0.5) : 1;
    const turned = give > 1.001 ? `translate(${at.x} ${at.y}) scale(${give.toFixed(3)}) translate(${-at.x} ${-at.y})` : null;
    const row = isOne ? "" : name === view.cell ? " is-row is-chosen" : " is-row";
    // With several cells, the one that lost something stays marked.
    const losing = scene.isKill && (isHit || (!isOne && scene.hasLanded && view.step?.target === name)) ? " is-losing" : "";
    card(pen, `cell ${index}`, box, `cell-box${row}${losing}`, 4 * scale, turned);
    numeral(pen, `cell ${index} value`, at, "cell-value", cellSize(layout, value, cells.length), value, turned);
    const versionText = isUntraced ? "not recorded" : `v${number(version)}`;
    if (isOne) {
      write(pen, "cell name", { x: at.x, y: box.y + 1.12 * type }, "cell-name", layout.small, "middle", name);
      if (isUntraced) write(pen, "cell version", { x: at.x, y: box.y + box.height - 0.4 * type }, "cell-version", layout.small, "middle", versionText);
      return;
    }
    const left = box.x + 8 * scale;
    const middle = box.y + box.height / 2;
    const room = at.x - left - 0.34 * String(value).length * cellSize(layout, value, cells.length) - 4 * scale;
    write(pen, `cell ${index} name`, { x: left, y: middle - 0.2 * line }, "cell-name", fitting(name, room, layout.small), "start", name);
    write(pen, `cell ${index} version`, { x: left, y: middle + 0.76 * line }, "cell-version", layout.small, "start", versionText);
    if (lost > 0) write(pen, `cell ${index} lost`, { x: left + 2.2 * line, y: middle + 0.76 * line }, "loss-words", layout.small, "start", `✕ ${number(lost)}`);
  });
}

/** @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {ViewState} view */
function drawCards(pen, scene, layout, view) {
  scene.state.names.forEach((name, process) => {
    const state = scene.state.processes[process];
    const seat = layout.cards[process] ?? layout.cards[0];
    if (!state || !seat) return;
    const { type } = layout;
    drawRegister(pen, scene, layout, process);
    mark(pen, `${process} mark`, process, seat.mark, 1.15 * type);
    const ended = state.ended ? " has-ended" : "";
    write(pen, `${process} name`, seat.name, `card-name${ended}`, 1.2 * type, seat.name.anchor, name);
    const { words, more, isLoss } = captionOf(scene.state, process, {
      isDead: scene.isDead,
      isBrief: seat.isBrief,
      // The process that erased it stays named as long as the loss is on show.
      killed: scene.isKill && scene.hasLanded && view.step?.process === process ? view.state.effect : null,
    });
    const about = `card-caption${isLoss ? " is-frayed" : ""}${ended}`;
    write(pen, `${process} caption`, seat.caption, about, sizeIn(seat.room, layout, words), seat.caption.anchor, words);
    if (seat.more && more) write(pen, `${process} more`, seat.more, about, sizeIn(seat.room, layout, more), seat.more.anchor, more);
  });
  drawPids(pen, scene, layout, view);
}

/** Beside the names where there is room for all of them; else above. @param {Pen} pen @param {Scene} scene
 * @param {Layout} layout @param {ViewState} view */
function drawPids(pen, { state }, layout, { run }) {
  if (layout.least >= LARGE) return;
  const size = 0.85 * layout.small;
  const captions = state.names.flatMap((name, process) => {
    const pid = run.processes[process]?.pid;
    const seat = layout.cards[process] ?? layout.cards[0];
    if (!seat) return [];
    const start = seat.name.x + (name.length + 1) * LETTER * 1.2 * layout.type;
    return pid ? [{ process, seat, start, words: `pid ${pid}` }] : [];
  });
  const end = (/** @type {typeof captions[number]} */ { start, words }) => start + words.length * LETTER * size;
  const fit = captions.every((one) => one.seat.pid && end(one) <= one.seat.reach);
  for (const one of captions) {
    const { process, seat, start, words } = one;
    const beside = seat.pid && (end(one) <= seat.pid.x ? seat.pid : { ...seat.pid, x: start, anchor: /** @type {const} */ ("start") });
    const place = fit ? beside : seat.above;
    if (place) write(pen, `${process} pid`, place, "card-pid", size, place.anchor, words);
  }
}

/** The size at which words fit into their room. @param {number} room @param {Layout} layout @param {string} words */
function sizeIn(room, { type }, words) {
  return Math.min(type, room / (Math.max(1, words.length) * WORD_LETTER));
}

/** Which process waits for what, and which one holds it: why nothing can go on. @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {ViewState} view */
function drawDeadlock(pen, { isDead, tray, state }, layout, { run }) {
  if (!isDead) return;
  const { line, type, height } = layout;
  const wall = layout.gate ?? layout.cell;
  const pitch = 1.1 * line;
  const top = tray.total > 0 ? layout.tray.y - 0.3 * line : wall.y + wall.height + line;
  // The sentence below the stage says all of it: here is as much as there is room for.
  const most = tray.total > 0 ? 0 : Math.floor((height + 0.3 * line - top) / pitch);
  const title = run.reason?.startsWith("Deadlock") ? "Deadlock: nobody can go on" : "Nobody can go on";
  const isCrowd = layout.lanes.length > 0;
  const lines = isCrowd ? ["Nobody can go on"] : [title, ...blockedWords(run.deadlock ?? [], Math.min(2, most), state.targets)];
  const room = isCrowd ? layout.tray.width : layout.width;
  lines.forEach((text, row) => {
    const size = Math.min(row ? type : 1.15 * type, room / (text.length * 0.52));
    write(pen, `deadlock ${row}`, { x: layout.width / 2, y: top + row * pitch }, row ? "deadlock-words" : "deadlock-title", size, "middle", text);
  });
}
