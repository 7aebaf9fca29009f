// The lane of a child: from its launch to its join, how long its start took, and how it ended.

import { drawWordsFrom, xOf } from "../lanes.js";
import { colourOf } from "../../core/process-names.js";
import { nameOf, shown, took, widthOf } from "../drawing-helpers.js";
import { fitting, holdsWords, middleOf } from "./layout.js";
import { rowOf } from "./model.js";

/** @import { Diagram } from "../diagram.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Lifetime } from "./model.js" */
/** @import { Scene } from "./stage.js" */

/** A child, and the middle of its lane. @typedef {{life: Lifetime, process: number, y: number}} Child */

/** @param {Diagram} diagram @param {Scene} scene @param {Child} child */
export function drawChild(diagram, scene, child) {
  const { launched, started, failed, ended, joined, exitcode } = child.life;
  if (launched === null && started === null) return;
  if (launched !== null) drawLaunch(diagram, scene, child, launched);
  // One that was killed has not said that it ended: it did at the latest when it was joined.
  const end = ended ?? joined;
  if (started !== null) drawLife(diagram, scene, child, started, end);
  if (end !== null) drawJoin(diagram, scene, child, end);
  if (failed !== null) drawFailure(diagram, scene.layout, child, failed);
  drawWords(diagram, scene, child);
  if (exitcode !== null) drawCode(diagram, scene.layout, child, exitcode);
}

/** @param {Diagram} diagram @param {Scene} scene @param {Child} child @param {number} launched */
function drawLaunch({ back, middle }, { view, lives, at, layout }, { life, process, y }, launched) {
  const { axis, bar, type } = layout;
  const colour = colourOf(nameOf(view.run, process));
  const parentY = middleOf(layout, rowOf(lives, life.parent)) + bar / 2;
  const x = xOf(axis, launched);
  back.draw(`launch ${process}`, "path", { class: `drop ${colour}`, d: `M${x} ${parentY}V${y}` });
  middle.draw(`gap ${process}`, "path", { class: `gap ${colour}`, d: `M${x} ${y}H${xOf(axis, life.started ?? at)}` });
  middle.draw(`knot ${process}`, "circle", { class: `knot ${colour}`, cx: x, cy: parentY, r: 0.2 * type });
}

/** @param {Diagram} diagram @param {Scene} scene @param {Child} child @param {number} started @param {number | null} end */
function drawLife({ middle }, { view, at, layout: { axis, bar } }, { process, y }, started, end) {
  const colour = colourOf(nameOf(view.run, process));
  const x = xOf(axis, started);
  const box = { x, y: y - bar / 2, width: Math.max(2, xOf(axis, end ?? at) - x), height: bar };
  middle.draw(`life ${process}`, "rect", { class: `life ${colour}${end === null ? " is-open" : ""}`, ...box, rx: 2 });
}

/** From its end to where it has been joined, or to now. @param {Diagram} diagram @param {Scene} scene @param {Child} child @param {number} end */
function drawJoin({ back, middle }, { view, lives, at, layout }, { life, process, y }, end) {
  const { axis, bar, type } = layout;
  const colour = colourOf(nameOf(view.run, process));
  const x = xOf(axis, life.joined ?? at);
  back.draw(`unjoined ${process}`, "path", { class: `unjoined ${colour}`, d: `M${xOf(axis, end)} ${y}H${x}` });
  if (life.joined === null) return;
  const parentY = middleOf(layout, rowOf(lives, life.parent)) + bar / 2;
  back.draw(`join ${process}`, "path", { class: `drop ${colour}`, d: `M${x} ${y}V${parentY}` });
  middle.draw(`joined ${process}`, "path", { class: `arrow ${colour}`, d: arrow(x, parentY, 0.3 * type) });
}

/** @param {Diagram} diagram @param {Layout} layout @param {Child} child @param {number} failed */
function drawFailure({ front }, { axis, bar }, { process, y }, failed) {
  const x = xOf(axis, failed);
  const size = 0.5 * bar + 3;
  const cross = `M${x - size} ${y - size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}`;
  front.draw(`fail ground ${process}`, "path", { class: "cross-ground", d: cross });
  front.draw(`fail ${process}`, "path", { class: "cross", d: cross });
}

/** What is written in a child's lane: how long its start took, and its pid where there is room.
 * @param {Diagram} diagram @param {Scene} scene @param {Child} child */
function drawWords(diagram, scene, child) {
  const { view, at, layout } = scene;
  const { life: { launched, started, ended, joined }, process, y } = child;
  const { axis, type } = layout;
  const begin = xOf(axis, started ?? at);
  const room = xOf(axis, ended ?? joined ?? at) - begin - 0.8 * type;
  const pid = view.run.processes[process]?.pid;
  const inside = (launched !== null && drawStart(diagram, scene, child, launched, room)) || (pid ? `pid ${pid}` : "");
  if (started === null || !holdsWords(layout) || widthOf(inside, type) > room) return;
  diagram.front.draw(`in bar ${process}`, "text", { class: "bar-words", x: begin + 0.4 * type, y: y + 0.35 * type }, inside);
}

/** How long the start took: below the bar, else before it, in it, or after it.
 * @param {Diagram} diagram @param {Scene} scene @param {Child} child @param {number} launched @param {number} room in the bar
 * @returns {string} what is to stand in the bar, because it fits nowhere before */
function drawStart({ front }, { at, layout }, { life, process, y }, launched, room) {
  const { axis, type, bar, hasWords } = layout;
  const { started, failed, ended, joined } = life;
  const key = `gap ${process}`;
  const from = xOf(axis, launched);
  const begin = xOf(axis, started ?? at);
  const baseline = y + 0.35 * type;
  const time = took((started ?? at) - launched);
  const texts = [started === null ? `${time}, not started yet` : `${time} to start`, time];
  if (hasWords) {
    drawWordsFrom(front, key, "gap-words", axis, { x: from, y: y + bar / 2 + 1.1 * type }, type, fitting(texts, axis.right - axis.left, type));
    return "";
  }
  const gap = fitting(texts, begin - from - type, type);
  if (gap) {
    front.draw(key, "text", { class: "gap-words", x: (from + begin) / 2, y: baseline, "text-anchor": "middle" }, gap);
    return "";
  }
  const inside = holdsWords(layout) ? fitting(texts, room, type) : "";
  if (inside) return inside;
  const after = xOf(axis, ended ?? joined ?? at) + 0.5 * type + (failed === null ? 0 : 0.6 * bar);
  front.draw(key, "text", { class: "gap-words", x: after, y: baseline }, fitting(texts, axis.right - after, type));
  return "";
}

/** @param {Diagram} diagram @param {Layout} layout @param {Child} child @param {number} exitcode */
function drawCode({ front }, { axis, type, lane }, { process, y }, exitcode) {
  const isBad = exitcode !== 0;
  const text = isBad ? `✕ ${shown(exitcode)}` : "0";
  const x = axis.right + 0.7 * type;
  if (isBad) {
    const height = Math.min(1.5 * type, lane);
    const box = { x: x - 0.4 * type, y: y - height / 2, width: widthOf(text, 1.2 * type) + 0.6 * type, height };
    front.draw(`code box ${process}`, "rect", { class: "bad-code-box", ...box, rx: 2 });
  }
  front.draw(`code ${process}`, "text", { class: isBad ? "bad-code" : "good-code", x, y: y + 0.35 * type }, text);
}

/** An arrow's head that points up. @param {number} x @param {number} y @param {number} size */
function arrow(x, y, size) {
  return `M${x} ${y}l${size} ${1.6 * size}H${x - size}Z`;
}
