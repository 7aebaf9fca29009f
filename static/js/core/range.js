// Which moments the charts show: zooming to a moment, panning, and keeping the playhead in sight. Pure.

/** @import { Player } from "./player.js" */
/** @import { Range } from "./types.js" */

/** Nobody needs to see less than this many steps, or their time, at once. */
const FEWEST_STEPS = 12;

/** All moments, from the start to the last that is known. @param {Player} player @returns {Range} */
export function whole({ timebase, last }) {
  return { from: timebase.start, to: Math.max(last, timebase.start + 1) };
}

/** @param {Range | null} range @param {Player} player @param {number} factor over 1 shows less @param {number} at stays where it is @returns {Range | null} */
export function zoomed(range, player, factor, at) {
  const all = whole(player);
  const { from, to } = range ?? all;
  const least = Math.min(all.to - all.from, FEWEST_STEPS * player.stepLength);
  const width = Math.max((to - from) / factor, least);
  if (width >= all.to - all.from) return null;
  const share = Math.max(0, Math.min(1, (at - from) / (to - from)));
  return inside({ from: at - share * width, to: at + (1 - share) * width }, all);
}

/** @param {Range | null} range @param {Player} player @param {number} share of what is shown */
export function panned(range, player, share) {
  if (range === null) return null;
  const by = share * (range.to - range.from);
  return inside({ from: range.from + by, to: range.to + by }, whole(player));
}

/** Turns the page when the playhead has moved off it. @param {Range | null} range @param {Player} player */
export function followed(range, player) {
  const { moment } = player;
  if (range === null || (moment >= range.from && moment <= range.to)) return range;
  const width = range.to - range.from;
  return inside({ from: moment - width * 0.1, to: moment + width * 0.9 }, whole(player));
}

/** @param {Range} range @param {Range} all @returns {Range} */
function inside({ from, to }, all) {
  const by = Math.max(0, all.from - from) - Math.max(0, to - all.to);
  return { from: from + by, to: to + by };
}
