// What the page of a script shows at one moment: computed once a frame, and only read by the views.

import { whole } from "../../core/range.js";

/** @import { Player } from "../../core/player.js" */
/** @import { ScriptStep } from "../../core/script-history.js" */
/** @import { Finding, Range, TransportState } from "../../core/types.js" */
/** @import { ScriptState } from "./script-state.js" */

/** While it runs there is some room for what comes. */
const LIVE_ROOM = 1.12;

/**
 * @typedef {object} ScriptView
 * @property {ScriptState} state
 * @property {ScriptState["run"]} run
 * @property {ScriptState["history"]} history
 * @property {readonly Finding[]} findings worst first
 * @property {Finding | null} finding the one that is on show, or was last
 * @property {boolean} live
 * @property {boolean} loading more steps come, for now or while it runs
 * @property {boolean} moving the moment changes by itself
 * @property {boolean} moved the moment has been changed by a person, or by playing
 * @property {boolean} clip a finding is on show as a clip
 * @property {readonly number[]} clipPositions
 * @property {number} position
 * @property {number} moment
 * @property {Range} range
 * @property {Player["timebase"]} timebase
 * @property {ScriptStep | null} step the step on show
 * @property {string | null} file the file on show
 * @property {string | null} cell the cell of the value row
 */

/** @param {ScriptState} state @param {Player} player @param {boolean} moved @returns {ScriptView} */
export function scriptView(state, player, moved) {
  const { history, run, findings } = state;
  const { moment, timebase, clip } = player;
  const position = timebase.position(history, moment);
  const step = position > 0 ? history.step(position - 1) : null;
  const first = findings[0]?.lines[0]?.file ?? run.sources[0]?.file ?? null;
  return {
    state,
    run,
    history,
    findings,
    finding: state.finding,
    live: state.live,
    loading: state.live || !state.complete,
    moving: !player.rests,
    moved,
    clip: clip !== null,
    clipPositions: clip?.positions ?? [],
    position,
    moment,
    range: state.range ?? all(state, player),
    timebase,
    step,
    file: state.file ?? (moved ? step?.file : null) ?? first,
    cell: state.cell,
  };
}

/** By the clock, whoever waits does so until now. @param {ScriptState} state @param {Player} player @returns {Range} */
function all(state, player) {
  const { from, to } = whole(player);
  if (player.timebase.name !== "clock") return { from, to };
  return { from, to: Math.max(to, state.run.summary.duration_ms * 1e6) * (state.live ? LIVE_ROOM : 1) };
}

/** @param {ScriptState} state @param {Player} player @returns {TransportState} */
export function transportState(state, player) {
  const { history } = state;
  const { moment, timebase, last, playing, following, speed, rests, recorded, slowed } = player;
  const position = timebase.position(history, moment);
  const { losses } = history;
  const before = losses.upTo(position - 1);
  const upTo = losses.upTo(position);
  return {
    position,
    length: history.length,
    moment: Math.round(moment),
    start: timebase.start,
    last,
    clock: timebase.name,
    recorded: recorded > 0 ? recorded : null,
    slowed,
    playing,
    following,
    live: state.live,
    flows: state.live || !state.complete,
    rests,
    speed,
    canLose: state.cells.length > 0,
    losses: losses.total,
    lossesOnShow: upTo > before ? (upTo === before + 1 ? String(upTo) : `${before + 1}–${upTo}`) : "",
    inviting: losses.total > 0 && !playing,
    lossMarks: [],
  };
}
