// The axis above the lanes: round times by the clock, round step numbers by steps. Only draws.

import { number } from "../../core/format.js";

/** @import { Range } from "../../core/types.js" */
/** @import { LaneSheet } from "./lanes-picture.js" */

/** From one label to the next, in rem. */
const APART = 5.5;

/** @type {readonly [string, number][]} */
const UNITS = [["s", 1e9], ["ms", 1e6], ["µs", 1e3]];

/** @param {LaneSheet} sheet @param {Range} range @param {"steps" | "clock"} clock @param {number} height */
export function drawAxis({ context, palette, left, right, unit }, { from, to }, clock, height) {
  const most = Math.max(2, Math.floor((right - left) / (APART * unit)));
  const step = roundStep((to - from) / most, clock === "steps");
  const [name, size] = clock === "steps" ? ["", 1] : (UNITS.find(([, each]) => step >= each / 20) ?? ["µs", 1e3]);
  context.font = `${0.75 * unit}px sans-serif`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  let isFirst = true;
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const x = left + ((at - from) / (to - from)) * (right - left);
    context.fillStyle = palette.line;
    context.globalAlpha = 0.6;
    context.fillRect(Math.round(x), 1.25 * unit, 1, height);
    context.globalAlpha = 1;
    const words = `${number(Number((at / size).toPrecision(12)))}${isFirst && name ? ` ${name}` : ""}`;
    if (x + context.measureText(words).width > right + 0.75 * unit) break;
    context.fillStyle = palette.quiet;
    context.fillText(words, x, 0.625 * unit);
    isFirst = false;
  }
}

/** 1, 2 or 5 times a power of ten, not less than asked for. @param {number} least @param {boolean} isWhole */
function roundStep(least, isWhole) {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-9)));
  const step = ([1, 2, 5, 10].find((each) => each * power >= least * 0.999) ?? 10) * power;
  return isWhole ? Math.max(1, step) : step;
}
