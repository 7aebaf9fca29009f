// How long each step is shown when races are played by steps. Processes run at their own speed; the playback is paced
// for eyes. Slow enough to read each sentence, until the first lost update has died in full view; then smoothly
// faster, so that all is over in half a minute. Pure.
//
//   from ──── each for 0.7 s ──── the killing write, 4.2 s ──── faster and faster ──── the last step
//
// Where the first loss is far away, the way to it is shown faster, and slows down again before it.

/** @import { History } from "./history.js" */
/** @import { RunRequest } from "./types.js" */

/** What is known of the steps to play. Of a race that still goes on, only the steps that have come are known.
 * @typedef {object} Ahead
 * @property {number} from where playing begins: that many steps were shown before
 * @property {number} known how many steps have come
 * @property {number} length how many there will be, as far as can be guessed
 * @property {boolean} ends no more steps will come
 * @property {readonly number[]} deaths the positions of the next writes that erase an update, as `deathsAhead` finds them
 * @property {number | undefined} [within] where half a minute is too long: what would take more ms is played faster throughout
 */

/** In ms, at speed 1. @typedef {{dwell: (position: number) => number, total: number}} Pacing */

/** How long a sentence takes to read, in ms. */
export const READING = 700;

/** The killing write: long enough for all of its death, from the threads to the rest. */
export const DYING = 4200;

/** The time for everything, in ms: half a minute, less the time to begin. */
const ALL = 28_000;

/** Where the first erased update comes back, the next one that does not is also played slowly if it is at most this many steps later. */
const NEAR = 12;

/** The time kept for the steps after the first death, in ms. */
const KEPT = 7_000;

/** No sentence before the first death is shown for less. */
const LEAST = 350;

/** How many steps before a death that is far away are shown slowly again. */
const APPROACH = 6;

/** From one step to the next the time changes at most by this factor. */
const FASTEST_CHANGE = 0.81;

/** @param {Ahead} ahead @returns {Pacing} */
export function pacing({ from, known, length, ends, deaths, within = ALL }) {
  const last = Math.max(length, known);
  // While it is not known whether something will be lost, play as if it were lost right after the newest step.
  const at = deaths.at(-1) ?? (ends ? from : known + 1);
  const dying = deaths.length * DYING;
  const before = lead(at - from - deaths.length, ALL - KEPT - dying);
  const after = faster(before.final, last - at, ALL - dying - before.total);
  /** @param {number} position */
  function dwell(position) {
    if (deaths.includes(position)) return DYING;
    if (position > at) return after.at(position - at - 1);
    return before.at(position - from - 1 - deaths.filter((death) => death < position).length);
  }
  const total = before.total + dying + after.total;
  const share = Math.min(1, within / total);
  return { dwell: (position) => share * dwell(position), total: share * total };
}

/** The next write that erases an update, as far as is known; and where that update comes back and another is lost for
 * good soon after, that one too. @param {History} history @param {number} from @returns {number[]} */
export function deathsAhead(history, from) {
  const lasting = history.losses.next(from, 1);
  if (lasting === null) return [];
  const first = firstErasure(history, from, lasting);
  return first < lasting && lasting - first <= NEAR ? [first, lasting] : [first];
}

/** @param {History} history @param {number} from @param {number} to the position of a write that erases @returns {number} */
function firstErasure(history, from, to) {
  let first = to;
  const { cells, processes } = history.stateAt(history.length);
  for (const { name } of cells) {
    const lineage = history.lineage(name);
    for (let version = lineage.versionAt(from) + 1; version < lineage.length && lineage.position(version) < first; version += 1) {
      const parent = lineage.parent(version);
      const builtOn = parent < 0 ? null : parent;
      // Most writes follow on the newest version, and are passed over at once.
      if (parent !== version - 1 && lineage.effect(version, builtOn, processes.length).erased > 0) first = lineage.position(version);
    }
  }
  return first;
}

/** A plan changes as steps come in. It may slow the playback down at once, but speeds it up gently.
 * @param {number} before how long the step before was shown @param {number} wanted */
export function eased(before, wanted) {
  return Math.max(wanted, Math.min(before, READING) * FASTEST_CHANGE);
}

/** How long each of some steps is shown, counted from 0. @typedef {{at: (index: number) => number, total: number, final: number}} Times */

/** The way to a death. @param {number} count @param {number} room @returns {Times} */
function lead(count, room) {
  const each = Math.min(READING, room / Math.max(1, count));
  if (each >= LEAST) return { at: () => each, total: Math.max(0, count) * each, final: each };
  // Too far for that: faster and faster to the middle, then the same way back.
  const way = count - APPROACH;
  const half = Math.ceil(way / 2);
  const there = faster(READING, half, (room - APPROACH * READING) / 2);
  return {
    at: (index) => (index >= way ? READING : there.at(Math.min(index, way - 1 - index))),
    total: 2 * there.total - (way % 2 ? there.at(half - 1) : 0) + APPROACH * READING,
    final: READING,
  };
}

/** Faster and faster, until it stays as fast as it must be. @param {number} start @param {number} count @param {number} room @returns {Times} */
function faster(start, count, room) {
  if (count <= 0) return { at: () => start, total: 0, final: start };
  if (count * start <= room) return { at: () => start, total: count * start, final: start };
  const gentle = sumOf(start, FASTEST_CHANGE, (0.4 * room) / count, count) <= room;
  const floor = gentle ? (0.4 * room) / count : Math.max(0, room - start / (1 - FASTEST_CHANGE)) / count;
  const factor = gentle ? factorFor(start, floor, count, room) : FASTEST_CHANGE;
  return {
    at: (index) => Math.max(floor, start * factor ** index),
    total: sumOf(start, factor, floor, count),
    final: floor,
  };
}

/** The gentlest change with which there is room for all. @param {number} start @param {number} floor @param {number} count @param {number} room */
function factorFor(start, floor, count, room) {
  let [low, high] = [FASTEST_CHANGE, 1];
  for (let tries = 0; tries < 30; tries += 1) {
    const middle = (low + high) / 2;
    if (sumOf(start, middle, floor, count) <= room) low = middle;
    else high = middle;
  }
  return low;
}

/** What `start`, `start · factor`, …, but never less than `floor`, add up to. @param {number} start @param {number} factor @param {number} floor @param {number} count */
function sumOf(start, factor, floor, count) {
  const falling = floor > 0 ? Math.min(count, Math.ceil(Math.log(floor / start) / Math.log(factor))) : count;
  return (start * (1 - factor ** falling)) / (1 - factor) + floor * (count - falling);
}

/** How many steps a run will have, judged by how far its increments have come. @param {History} history @param {RunRequest} request */
export function expectedLength(history, { processes, iterations }) {
  const { length } = history;
  const done = history.stateAt(length).processes.reduce((sum, process) => sum + process.done, 0);
  return done > 0 ? Math.max(length, Math.round((length * processes * iterations) / done)) : length;
}
