// What a person can do with the races on show: buttons, keys, charts and tickets all come here.

import { stopRun } from "../../core/api.js";
import { clipOf } from "../../core/clip.js";
import { panned, zoomed } from "../../core/range.js";
import { longest, nextLoss } from "../../core/view-state.js";

/** @import { Player } from "../../core/player.js" */
/** @import { RaceActions } from "../../core/types.js" */
/** @import { OnShow } from "./player-state.js" */

/** @param {OnShow} onShow @param {Player} player @returns {RaceActions} */
export function createActions(onShow, player) {
  /** @param {() => void} action */
  function whenPlayable(action) {
    onShow.awaited = null;
    if (longest(onShow.played) > 0) action();
  }

  /** @param {number} side @param {number} position */
  function playLoss(side, position) {
    const race = onShow.races[side];
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
    const found = nextLoss(onShow.played, timebase, from, direction);
    if (found) playLoss(onShow.races.findIndex(({ history }) => history === found.history), found.position);
    else if (direction > 0) player.follow();
  }

  /** @type {RaceActions} */
  const actions = {
    stop() {
      void Promise.all(onShow.races.filter((race) => race.running).map(({ run: { id } }) => stopRun(id)));
      // Whoever has seen enough is shown what came of it, not the rest of the playback.
      if (player.playing && onShow.races.some((race) => race.flows)) player.follow();
    },
    togglePlay: () => whenPlayable(() => player.togglePlay()),
    step: (count) => whenPlayable(() => player.step(count)),
    seek: (moment) => whenPlayable(() => player.seek(moment)),
    toStart: () => whenPlayable(() => player.seek(player.timebase.start)),
    toEnd: () => whenPlayable(() => player.follow()),
    toLoss: (direction) => whenPlayable(() => toLoss(direction)),
    playLoss: (side, position) => whenPlayable(() => playLoss(side, position)),
    // Where the server is away nothing opens; the next press tries again.
    share: (view) => void import("../share.js").then(({ share }) => share(view)).catch(() => undefined),
    goLive: () => player.follow(),
    setSpeed: (speed) => player.setSpeed(speed),
    setClock(name) {
      player.setClock(name);
      onShow.range = null;
    },
    look(changes) {
      onShow.look = { ...onShow.look, ...changes };
      if (changes.solo !== undefined) onShow.range = null;
      if (player.moment > player.last) player.follow();
      player.invalidate();
    },
    zoom(factor, at) {
      onShow.range = zoomed(onShow.range, player, factor, at);
      player.invalidate();
    },
    zoomHere: (factor) => actions.zoom(factor, player.moment),
    pan(share) {
      onShow.range = panned(onShow.range, player, share);
      player.invalidate();
    },
  };
  return actions;
}
