// The drawing of the lifelines, from the lanes to the hairline of now; and what moves in it when a step is shown.

import { number } from "../../core/format.js";
import { drawAxis, drawName, drawNow, xOf } from "../lanes.js";
import { appear, glow } from "../motion.js";
import { processIndex } from "../drawing-helpers.js";
import { drawChild } from "./draw-children.js";
import { drawMain } from "./draw-main.js";
import { middleOf } from "./layout.js";
import { children } from "./model.js";

/** @import { Step, ViewState } from "../../core/types.js" */
/** @import { Diagram } from "../diagram.js" */
/** @import { Scene } from "./stage.js" */

/** The axis is narrow where it is shorter than this many times the type size. */
const NARROW = 19;

/** What the axis is, the longest that fits is taken. */
const AXIS = ["true time"];
const SHARED_AXIS = ["true time, one scale for all", "true time, one scale", "true time"];

/** @param {Diagram} diagram @param {Scene} scene */
export function draw(diagram, scene) {
  const { view, lives, at, layout } = scene;
  drawLanes(diagram, scene);
  if (view.position === 0) return;
  children(lives)
    .slice(0, scene.names.length - 1)
    .forEach(({ life, process }, index) => drawChild(diagram, scene, { life, process, y: middleOf(layout, index + 1) }));
  drawMain(diagram, scene);
  if (!view.atEnd) drawNow(diagram.back, "all", xOf(layout.axis, at), layout.top, layout.bottom);
}

/** Who has a lane, the column of the exit codes, and the axis of the time. @param {Diagram} diagram @param {Scene} scene */
function drawLanes({ back, front }, { view, names, hidden, layout, isShared }) {
  const { axis, type } = layout;
  names.forEach((name, row) => {
    const y = middleOf(layout, row);
    drawName(front, name, y, type, row);
    back.draw(`rail ${row}`, "path", { class: "rail", d: `M${axis.left} ${y}H${axis.right}` });
  });
  if (hidden > 0) front.draw("hidden", "text", { class: "quiet-words", x: axis.left + 0.5 * type, y: middleOf(layout, names.length) + 0.35 * type }, withoutLane(hidden));
  const heading = axis.right - axis.left < NARROW * type ? "exit" : "exit code";
  front.draw("heading", "text", { class: "axis-text", x: axis.right + 0.7 * type, y: middleOf(layout, 0) + 0.35 * type }, heading);
  if (layout.hasAxis && view.length > 0) drawAxis(front, axis, layout.bottom, type, isShared ? SHARED_AXIS : AXIS);
}

/** @param {number} hidden how many processes */
export function withoutLane(hidden) {
  return hidden === 1 ? "1 more process has no lane here." : `${number(hidden)} more processes have no lane here.`;
}

/** A line that is new glows, words that are new appear. @param {Diagram} diagram @param {ViewState} view @param {Step} step */
export function animate({ back, front }, { motion, run }, step) {
  if (motion === 0) return;
  const target = processIndex(run, step.target);
  const line = back.find(`${step.op} ${target}`);
  if (line && (step.op === "launch" || step.op === "join")) glow(line, motion);
  const key = { start: `gap ${step.process}`, fail: `fail ${step.process}`, join: `code ${target}` }[step.op];
  const word = key && front.find(key);
  if (word) appear(word, motion / 2);
}
