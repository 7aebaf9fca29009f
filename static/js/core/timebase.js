// The two clocks of the transport. A moment says how far the races are; each race then shows a number
// of its steps, its position. By steps a moment is that number itself, the same for all races, and
// idle time does not exist. By the clock it is a time since the start, so proportions are true.

/** @import { Played } from "./types.js" */

/**
 * @typedef {object} Timebase
 * @property {"steps" | "clock"} name
 * @property {number} start the moment before the first step
 * @property {(history: Played, moment: number) => number} position how many steps are shown at a moment
 * @property {(history: Played, position: number) => number} moment the first moment at which that many are shown
 * @property {(histories: readonly Played[]) => number} rate moments a beat of playing
 */

/** @type {Timebase} */
export const BY_STEPS = {
  name: "steps",
  start: 0,
  position: (history, moment) => Math.max(0, Math.min(Math.floor(moment), history.length)),
  moment: (_, position) => position,
  rate: () => 1,
};

/** In nanoseconds. The first step may be at 0 itself, so the start is before it. @type {Timebase} */
export const BY_CLOCK = {
  name: "clock",
  start: -1,
  position: (history, moment) => history.countUpTo(moment),
  moment: (history, position) => (position > 0 ? history.time(position - 1) : -1),
  // Both clocks take equally long for the whole: only the proportions differ.
  rate: (histories) => Math.max(1, lastMoment(BY_CLOCK, histories)) / Math.max(1, ...histories.map(({ length }) => length)),
};

/** The moment at which the last race is over. @param {Timebase} timebase @param {readonly Played[]} histories */
export function lastMoment(timebase, histories) {
  return Math.max(timebase.start, ...histories.map((history) => timebase.moment(history, history.length)));
}

/**
 * The moment that is `count` steps further, or back where `count` is negative.
 * @param {Timebase} timebase @param {readonly Played[]} histories @param {number} moment @param {number} count
 */
export function stepped(timebase, histories, moment, count) {
  let at = moment;
  for (let left = Math.abs(count); left > 0; left -= 1) at = (count > 0 ? next : previous)(timebase, histories, at);
  return at;
}

/** @param {Timebase} timebase @param {readonly Played[]} histories @param {number} moment */
function next(timebase, histories, moment) {
  const coming = histories.flatMap((history) => {
    const position = timebase.position(history, moment);
    return position < history.length ? timebase.moment(history, position + 1) : [];
  });
  return coming.length ? Math.min(...coming) : moment;
}

/** @param {Timebase} timebase @param {readonly Played[]} histories @param {number} moment */
function previous(timebase, histories, moment) {
  // Moments are whole numbers: one less than the newest step's is before it, and that step's forerunner is sought.
  const before = newest(timebase, histories, moment) - 1;
  return Math.max(timebase.start, newest(timebase, histories, before));
}

/** The moment of the last step that is shown at a moment. @param {Timebase} timebase @param {readonly Played[]} histories @param {number} moment */
function newest(timebase, histories, moment) {
  return Math.max(timebase.start, ...histories.map((one) => timebase.moment(one, timebase.position(one, moment))));
}

/** The same point in the races by the other clock. @param {Timebase} from @param {Timebase} to @param {readonly Played[]} histories @param {number} moment */
export function converted(from, to, histories, moment) {
  const longest = histories.reduce((best, one) => (one.length > best.length ? one : best), /** @type {Played} */ (histories[0]));
  if (!longest) return to.start;
  return to.moment(longest, from.position(longest, moment));
}

/** By the clock: how far the time has gone, 0…1, from the step on show to the one after it. @param {Played} history @param {number} time */
export function passed(history, time) {
  const position = history.countUpTo(time);
  if (position === 0 || position === history.length) return 1;
  const from = history.time(position - 1);
  return (time - from) / (history.time(position) - from);
}
