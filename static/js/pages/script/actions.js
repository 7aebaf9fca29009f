// What a person can do on the page of a script: buttons, keys and lanes all come here.

import { clipOfSteps, stepsOfLoss } from "../../core/finding-clip.js";
import { panned, whole, zoomed } from "../../core/range.js";

/** @import { Player } from "../../core/player.js" */
/** @import { Finding, RaceActions, Range } from "../../core/types.js" */
/** @import { ScriptState } from "./script-state.js" */

/** What a person can do with a script beside what one can do with a race.
 * @typedef {object} OwnActions
 * @property {(finding: Finding) => void} showMe plays its evidence as a clip
 * @property {(direction: 1 | -1) => void} showNext the same of the next finding
 * @property {(file: string) => void} openFile
 * @property {(cell: string) => void} choose the cell of the value row
 * @property {() => void} fold or unfold the lanes
 * @property {() => void} invalidate draw again
 */

/** @typedef {RaceActions & OwnActions} ScriptActions */

/** On each side of a clip this much of it is seen, too. */
const AROUND = 0.35;

/** @param {ScriptState} state @param {Player} player @param {() => void} reveal what is played @returns {ScriptActions} */
export function createActions(state, player, reveal) {
  const { history } = state;

  /** @param {() => void} action */
  function whenPlayable(action) {
    if (history.length > 0) action();
  }

  /** Plays these steps, and shows the lanes around them. @param {readonly number[]} steps */
  function play(steps) {
    const known = steps.filter((index) => index < history.length);
    if (known.length === 0) return;
    const clip = clipOfSteps(known);
    state.range = around(clip.positions);
    state.file = null;
    player.playClip({ ...clip, history });
    reveal();
  }

  /** @param {readonly number[]} positions @returns {Range | null} */
  function around(positions) {
    const { timebase } = player;
    const all = whole(player);
    const from = timebase.moment(history, positions[0] ?? 0);
    const to = timebase.moment(history, positions.at(-1) ?? 0);
    const room = Math.max((to - from) * AROUND, 4 * (timebase.name === "steps" ? 1 : 1000));
    const range = { from: Math.max(all.from, from - room), to: Math.min(all.to, to + room) };
    return range.to - range.from > 0.8 * (all.to - all.from) ? null : range;
  }

  /** @param {number} position of a write that erased */
  function playLoss(position) {
    state.finding = state.findings.find(({ kind, target }) => kind === "lost_update" && target === history.step(position - 1).target) ?? null;
    play(stepsOfLoss(history, position));
  }

  /** @param {1 | -1} direction */
  function toLoss(direction) {
    const { clip, moment, timebase, last } = player;
    const at = clip ? (clip.positions.at(-1) ?? 0) : timebase.position(history, moment);
    const from = direction > 0 && !clip && moment >= last ? 0 : at;
    const found = history.losses.next(from, direction);
    if (found !== null) playLoss(found);
    else if (direction > 0) actions.toEnd();
  }

  /** @param {Finding} finding */
  function showMe(finding) {
    state.finding = finding;
    play(finding.steps);
    player.invalidate();
  }

  /** @type {ScriptActions} */
  const actions = {
    stop() {},
    togglePlay: () => whenPlayable(() => player.togglePlay()),
    step: (count) => whenPlayable(() => player.step(count)),
    seek: (moment) => whenPlayable(() => player.seek(moment)),
    toStart: () => whenPlayable(() => player.seek(player.timebase.start)),
    toEnd: () => whenPlayable(() => player.follow()),
    toLoss: (direction) => whenPlayable(() => toLoss(direction)),
    playLoss: (_, position) => whenPlayable(() => playLoss(position)),
    share() {},
    goLive: () => player.follow(),
    setSpeed: (speed) => player.setSpeed(speed),
    setClock(name) {
      player.setClock(name);
      state.range = null;
    },
    look() {},
    zoom(factor, at) {
      state.range = factor === 0 ? null : zoomed(state.range, player, factor, at);
      player.invalidate();
    },
    zoomHere: (factor) => actions.zoom(factor, player.moment),
    pan(share) {
      state.range = panned(state.range, player, share);
      player.invalidate();
    },
    showMe,
    showNext(direction) {
      const { findings, finding } = state;
      const at = finding === null ? (direction > 0 ? -1 : findings.length) : findings.findIndex((each) => each.target === finding.target && each.kind === finding.kind);
      const next = findings[at + direction];
      if (next) showMe(next);
      else if (direction > 0) actions.toEnd();
    },
    openFile(file) {
      state.file = file;
      player.invalidate();
    },
    choose(cell) {
      state.chosen = cell;
      player.invalidate();
    },
    fold() {
      state.unfolded = !state.unfolded;
      player.invalidate();
    },
    invalidate: () => player.invalidate(),
  };
  return actions;
}
