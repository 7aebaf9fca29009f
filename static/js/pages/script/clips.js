// What is played as a clip: the evidence of a finding, or one lost update. The lanes show the steps around it.

import { clipOfSteps, stepsOfLoss } from "../../core/finding-clip.js";
import { whole } from "../../core/range.js";

/** @import { Player } from "../../core/player.js" */
/** @import { Finding, Range } from "../../core/types.js" */
/** @import { ScriptState } from "./script-state.js" */

/** On each side of a clip this much of it is seen, too. */
const AROUND = 0.35;

/** @param {ScriptState} state @param {Player} player @param {{reveal: () => void, toEnd: () => void}} around what is played must be seen; after the last comes the end */
export function createClips(state, player, { reveal, toEnd }) {
  const { history } = state;

  /** Plays these steps, and shows the lanes around them. @param {readonly number[]} steps */
  function play(steps) {
    const known = steps.filter((index) => index < history.length);
    if (known.length === 0) return;
    const clip = clipOfSteps(known);
    state.range = around(clip.positions);
    state.file = null;
    state.played = known;
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
    else if (direction > 0) toEnd();
  }

  /** @param {Finding} finding */
  function showMe(finding) {
    state.finding = finding;
    play(finding.steps);
    player.invalidate();
  }

  /** @param {1 | -1} direction */
  function showNext(direction) {
    const { findings, finding } = state;
    const at = finding === null ? (direction > 0 ? -1 : findings.length) : findings.findIndex((each) => each.target === finding.target && each.kind === finding.kind);
    const next = findings[at + direction];
    if (next) showMe(next);
    else if (direction > 0) toEnd();
  }

  return { playLoss, toLoss, showMe, showNext };
}
