// Computes what the views show from the races and the player, once a frame. Nothing here is kept.

/** @import { Catalogue, ClipOnShow, LossMark, ViewState, RunView, State, Stage, TransportState } from "./types.js" */
/** @import { Player, Playing } from "./player.js" */
/** @import { Race } from "./race.js" */
/** @import { Timebase } from "./timebase.js" */

import { paceOf, scenarioOf, variantOf } from "./catalogue.js";
import { History } from "./history.js";

/** Motions in ms: short where steps come by themselves, longer where a person asked for this one. */
const MOTION = { live: 190, play: 450, hand: 450, jump: 0 };

/** More new steps than this in one view are not animated: values just change. */
const MOST_FRESH = 6;

/** More ticks than this would touch each other on the widest screens. */
const TICKS = 400;

/** At most this many updates of one tick are counted. */
const MOST_COUNTED = 5;

/**
 * @param {Race} race
 * @param {Player} player
 * @param {number} from the position that was shown before
 * @param {Catalogue} catalogue
 * @param {boolean} calm no motion is wanted
 * @param {(stage: string) => Stage | null} stageOf
 * @returns {Omit<ViewState, "guess" | "look" | "cell" | "side" | "races" | "range" | "moment" | "timebase">}
 */
export function viewState(race, player, from, catalogue, calm, stageOf) {
  const { history, run } = race;
  const scenario = scenarioOf(catalogue, run.request.scenario);
  const variant = variantOf(scenario, run.request);
  const { length } = history;
  const position = askedFor(race, player);
  const before = history.stateAt(Math.max(0, position - 1));
  // Where steps will still come, they show what is in memory.
  const hasSteps = length > 0 || (race.live && run.request.traced !== false);
  const state = hasSteps ? history.stateAt(position) : withoutSteps(history.stateAt(0), run);
  const moving = player.playing || (player.following && race.flows);
  const atEnd = race.complete && position === length;
  const cause = player.cause === "live" && !moving ? "hand" : player.cause;
  const motion = calm ? 0 : player.playing ? Math.min(MOTION.play, player.beat * 0.6) : MOTION[cause];
  const { clip, timebase } = player;
  return {
    run,
    scenario,
    variant,
    stage: stageOf(variant.stage),
    pace: paceOf(catalogue, run.request.pace),
    resting: run.id === "",
    live: race.live,
    moving,
    atEnd,
    before,
    state,
    step: position > 0 ? history.step(position - 1) : null,
    fresh: motion > 0 ? freshSteps(history, from, position) : [],
    motion,
    progress: player.progressOf(history),
    clip: clip?.history === history ? clipOnShow(clip, timebase) : null,
    history,
    position,
    length,
    trouble: troubleOf(race),
  };
}

/** @param {Playing} clip @param {Timebase} timebase @returns {ClipOnShow} */
function clipOnShow({ positions, history }, timebase) {
  const moments = positions.map((position) => timebase.moment(history, position));
  return { from: Math.min(...moments), to: Math.max(...moments), positions };
}

/** At the pace `step` the page shows what a granted step did, and not how a process then ended by itself.
 * @param {Race} race @param {Player} player */
function askedFor({ history, live, flows }, { moment, following, timebase }) {
  const position = timebase.position(history, moment);
  const isEnd = live && !flows && following && position > 1 && history.step(position - 1).op === "exit";
  return isEnd ? position - 1 : position;
}

/** A run that is not recorded has no steps; the server knows the final values of its cells.
 * @param {State} state @param {RunView} run @returns {State} */
function withoutSteps(state, { summary }) {
  const cells = state.cells.map((cell, index) => ({ ...cell, value: summary.cells[index]?.final ?? cell.value }));
  return { ...state, cells };
}

/** @param {History} history @param {number} from @param {number} to */
function freshSteps(history, from, to) {
  const count = to - from;
  if (count < 1 || count > MOST_FRESH) return [];
  return Array.from({ length: count }, (_, index) => history.step(from + index));
}

/** @param {Race} race */
function troubleOf({ connected, gone, complete, unreadable }) {
  if (unreadable !== null) return unreadable;
  if (gone) return "The server no longer knows this run. What has arrived can still be looked at.";
  if (!connected && !complete) return "The connection is lost. Trying again; it will go on where it was.";
  return null;
}

/** @param {readonly Race[]} races @param {number} side of the first of them @param {Player} player @param {boolean} canLose @returns {TransportState} */
export function transportState(races, side, player, canLose) {
  const { moment, timebase, last, following, playing, speed, slowed, recorded, rests } = player;
  const live = races.some((race) => race.live);
  const losses = sum(races.map((race) => race.history.losses.total));
  const length = longest(races);
  const shown = races.map(({ history }) => ({ history, position: timebase.position(history, moment) }));
  return {
    position: shown.find(({ history }) => history.length === length)?.position ?? 0,
    length,
    moment,
    start: timebase.start,
    last,
    clock: timebase.name,
    recorded: recorded > 0 && races.every(({ run }) => run.request.pace !== "step") ? recorded : null,
    slowed,
    playing,
    following,
    live,
    flows: races.some((race) => race.flows),
    rests,
    speed,
    canLose,
    losses,
    lossesOnShow: numbersAt(shown),
    inviting: !live && losses > 0 && moment === last,
    lossMarks: lossMarks(races, side, timebase, last),
  };
}

/** Which of the lost updates this moment is about: "3", or "3–7" where one write erased several.
 * @param {readonly {history: History, position: number}[]} shown */
function numbersAt(shown) {
  const first = sum(shown.map(({ history, position }) => history.losses.upTo(position - 1))) + 1;
  const last = sum(shown.map(({ history, position }) => history.losses.upTo(position)));
  if (last < first) return "";
  return first === last ? String(first) : `${first}–${last}`;
}

/** @param {readonly Race[]} races */
export function longest(races) {
  return Math.max(0, ...races.map((race) => race.history.length));
}

/** The nearest write after (1) or before (-1) a moment by which any race lost something.
 * @param {readonly Race[]} races @param {Timebase} timebase @param {number} moment @param {1 | -1} direction */
export function nextLoss(races, timebase, moment, direction) {
  const found = races.flatMap(({ history }) => {
    const position = history.losses.next(timebase.position(history, moment), direction);
    return position === null ? [] : { history, position, moment: timebase.moment(history, position) };
  });
  found.sort((one, other) => direction * (one.moment - other.moment));
  return found[0] ?? null;
}

/** Which of the ticks under the scrubber hold a lost update. Looks at each tick, not at each step.
 * @param {readonly Race[]} races @param {number} side of the first of them @param {Timebase} timebase @param {number} last */
function lossMarks(races, side, timebase, last) {
  /** @type {Map<number, LossMark>} */
  const marks = new Map();
  races.forEach(({ history }, index) => {
    let from = 0;
    for (let tick = 0; tick <= TICKS && history.length > 0; tick += 1) {
      const to = timebase.position(history, ((tick + 0.5) / TICKS) * last);
      const position = history.losses.between(from, to) ? history.losses.next(from, 1) : null;
      if (position !== null && !marks.has(tick)) {
        marks.set(tick, { at: tick / TICKS, side: side + index, position, count: history.losses.count(from, to, MOST_COUNTED) });
      }
      from = to;
    }
  });
  return [...marks.values()].sort((one, other) => one.at - other.at);
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, one) => total + one, 0);
}
