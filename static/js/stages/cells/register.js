// What a process holds privately: a number that it has read or computed, or the ghost of what it had read.

import { lookOf } from "../../core/process-names.js";
import { number } from "../../core/format.js";
import { seatOf } from "./scene.js";
import { card, numeral } from "./shapes.js";
import { isAwaiting, registerSize, turning } from "./step-motion.js";

/** @import { Layout } from "./layout.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Pen } from "./shapes.js" */

/** @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {number} process */
export function drawRegister(pen, scene, layout, process) {
  const { register: box, middle } = seatOf(layout, process);
  const state = scene.state.processes[process];
  if (!state) return;
  const { register, computed, wroteFrom } = state;
  const leaving = isLeaving(scene, process);
  const awaited = isAwaiting(scene, process);
  const stale = scene.outOfDate[process] ? " is-stale" : "";
  const full = register && !leaving ? " is-full" : "";
  card(pen, `${process} register`, box, `register p${lookOf(process)}${full}${computed === null ? "" : " is-computed"}${stale}`, 3 * layout.scale);
  const turned = turning(scene, process);
  if (register && !awaited && !leaving) {
    const value = turned?.value ?? number(computed ?? register.value);
    const squeezed = turned ? `translate(0 ${middle.y}) scale(1 ${turned.height.toFixed(3)}) translate(0 ${-middle.y})` : null;
    numeral(pen, `${process} value`, middle, `card-value${stale}`, registerSize(layout, value), value, squeezed);
  } else if (leaving && register) {
    numeral(pen, `${process} ghost`, middle, "ghost", registerSize(layout, register.value), number(register.value));
  } else if (wroteFrom && !awaited) {
    numeral(pen, `${process} ghost`, middle, "ghost", registerSize(layout, wroteFrom.value), number(wroteFrom.value));
  }
}

/** Whether its number is on its way to the cell. @param {Scene} scene @param {number} process */
function isLeaving({ step, hasLanded }, process) {
  return step?.op === "write" && step.process === process && !hasLanded;
}
