// What a person can do on the page of a script: buttons, keys and lanes all come here.

import { panned, zoomed } from "../../core/range.js";
import { createClips } from "./clips.js";

/** @import { Player } from "../../core/player.js" */
/** @import { Finding, RaceActions } from "../../core/types.js" */
/** @import { ScriptState } from "./script-state.js" */

/** What a person can do with a script beside what one can do with a race.
 * @typedef {object} OwnActions
 * @property {(finding: Finding) => void} showMe plays its evidence as a clip
 * @property {(direction: 1 | -1) => void} showNext the same of the next finding
 * @property {(position: number) => void} goTo
 * @property {(file: string) => void} openFile
 * @property {(cell: string) => void} choose the cell of the value row
 * @property {() => void} fold or unfold the lanes
 * @property {() => void} invalidate draw again
 */

/** @typedef {RaceActions & OwnActions} ScriptActions */

/** @param {ScriptState} state @param {Player} player @param {() => void} reveal what is played @returns {ScriptActions} */
export function createActions(state, player, reveal) {
  const { history } = state;

  /** @param {() => void} action */
  function whenPlayable(action) {
    if (history.length > 0) action();
  }

  const clips = createClips(state, player, { reveal, toEnd: () => player.follow() });

  /** @type {ScriptActions} */
  const actions = {
    stop() {},
    togglePlay: () => whenPlayable(() => player.togglePlay()),
    step: (count) => whenPlayable(() => player.step(count)),
    seek: (moment) => whenPlayable(() => player.seek(moment)),
    toStart: () => whenPlayable(() => player.seek(player.timebase.start)),
    toEnd: () => whenPlayable(() => player.follow()),
    toLoss: (direction) => whenPlayable(() => clips.toLoss(direction)),
    playLoss: (_, position) => whenPlayable(() => clips.playLoss(position)),
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
    goTo: (position) => whenPlayable(() => player.seek(player.timebase.moment(history, position))),
    showMe: clips.showMe,
    showNext: clips.showNext,
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
