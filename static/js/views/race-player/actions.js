// What a person can do with the races on show: buttons, keys, charts and tickets all come here.

import { ask, stopRun } from "../../core/api.js";
import { clipOf } from "../../core/clip.js";
import { panned, zoomed } from "../../core/range.js";
import { longest, nextLoss } from "../../core/view-state.js";

/** @import { Player } from "../../core/player.js" */
/** @import { RaceActions } from "../../core/types.js" */
/** @import { PlayerState } from "./player-state.js" */

/** @param {PlayerState} state @param {Player} player @returns {RaceActions} */
export function createActions(state, player) {
  /** @param {() => void} action */
  function whenPlayable(action) {
    state.awaited = null;
    if (longest(state.played) > 0) action();
  }

  /** @param {number} side @param {number} position */
  function playLoss(side, position) {
    const race = state.races[side];
    if (!race || !race.history.losses.between(position - 1, position)) return;
    player.playClip({ ...clipOf(race.history, position), history: race.history });
  }

  /** @param {1 | -1} direction */
  function toLoss(direction) {
    const { clip, moment, timebase, last } = player;
    // In the middle of a clip, the loss that it leads to is the one that has been asked for already.
    const at = clip ? timebase.moment(clip.history, clip.positions.at(-1) ?? 0) : moment;
    // After the last one comes the end with its result, and from there it begins again with the first.
    const from = direction > 0 && at >= last && !clip ? timebase.start : at;
    const found = nextLoss(state.played, timebase, from, direction);
    if (found) playLoss(state.races.findIndex(({ history }) => history === found.history), found.position);
    else if (direction > 0) player.follow();
  }

  /** @type {RaceActions} */
  const actions = {
    stop() {
      void Promise.all(state.races.filter((race) => race.running).map(({ run: { id } }) => stopRun(id)));
      // After *Stop* the page shows the result, not the rest of the playback.
      if (player.playing && state.races.some((race) => race.flows)) player.follow();
    },
    togglePlay: () => whenPlayable(() => player.togglePlay()),
    step: (count) => whenPlayable(() => player.step(count)),
    seek: (moment) => whenPlayable(() => player.seek(moment)),
    toStart: () => whenPlayable(() => player.seek(player.timebase.start)),
    toEnd: () => whenPlayable(() => player.follow()),
    toLoss: (direction) => whenPlayable(() => toLoss(direction)),
    playLoss: (side, position) => whenPlayable(() => playLoss(side, position)),
    // Where the server is away nothing opens; the next press tries again.
    share: (view) => void import("../share.js")
      .then(({ share }) => share(view, () => ask(`/api/runs/${encodeURIComponent(view.run.id)}/export`)))
      .catch(() => undefined),
    goLive: () => player.follow(),
    setSpeed: (speed) => player.setSpeed(speed),
    setClock(name) {
      player.setClock(name);
      state.range = null;
    },
    look(changes) {
      state.look = { ...state.look, ...changes };
      if (changes.solo !== undefined) state.range = null;
      if (player.moment > player.last) player.follow();
      player.invalidate();
    },
    zoom(factor, at) {
      state.range = zoomed(state.range, player, factor, at);
      player.invalidate();
    },
    zoomHere: (factor) => actions.zoom(factor, player.moment),
    pan(share) {
      state.range = panned(state.range, player, share);
      player.invalidate();
    },
  };
  return actions;
}
