// Real processes that follow a schedule, on show, and what was promised held against how they really ended.

import { nameOf } from "../../core/observations.js";

/** @import { RacePlayer } from "../../views/race-player.js" */
/** @import { Catalogue, Look, Problem, RunRequest, RunView, TransportState } from "../../core/types.js" */

/** What came of it. @typedef {{run: RunView, promised: string, really: string | null}} Verdict */

/** Seconds that a playback should take at most; faster than eight times is no playback any more. */
const PLAYED = 14;
const SPEEDS = [1, 2, 4, 8];
const STEPS_A_SECOND = 1.25;

/** @type {Problem} */
const BROKEN = { code: "broken", message: "What shows the run did not come.", hint: "Load the page again." };

/** @param {HTMLElement} root @param {Catalogue} catalogue @param {Look} look @param {() => void} onChange */
export function createFollowing(root, catalogue, look, onChange) {
  /** Fetched once somebody wants to see it. @type {Promise<RacePlayer> | null} */
  let fetched = null;
  /** @type {RacePlayer | null} */
  let player = null;
  let promised = "";
  let played = false;
  /** Counts the starts: an answer to an earlier one is not for us any more. */
  let starts = 0;
  let busy = false;
  /** What was told last of how the run stands. */
  let told = "";

  /** @returns {Promise<RacePlayer>} */
  async function ready() {
    fetched ??= import("../../views/race-player.js").then(({ createRacePlayer }) => createRacePlayer(root, { catalogue, look, onDraw }));
    try {
      player = await fetched;
    } catch (error) {
      // The server was away: the next press tries again.
      fetched = null;
      throw error;
    }
    return player;
  }

  /** @param {RunRequest} request @param {string} name how it will end @returns {Promise<Problem | null>} */
  async function follow(request, name) {
    starts += 1;
    const own = starts;
    busy = true;
    onChange();
    try {
      const it = await ready();
      if (own !== starts) return null;
      it.actions.stop();
      promised = name;
      played = false;
      it.rest([request]);
      return await it.start([request]);
    } catch {
      return BROKEN;
    } finally {
      if (own === starts) busy = false;
      onChange();
    }
  }

  /** @param {TransportState} view */
  function onDraw({ length }) {
    const race = player?.races[0];
    if (race?.complete && !played) {
      played = true;
      // Real processes are done at once: what they did is played from the start, as slowly as it can be read.
      if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
        player?.actions.setSpeed(SPEEDS.find((speed) => length / (STEPS_A_SECOND * speed) <= PLAYED) ?? 8);
        player?.actions.toStart();
        player?.actions.togglePlay();
      }
    }
    const now = [race?.run.id, race?.run.status, race?.complete].join(" ");
    if (now === told) return;
    told = now;
    onChange();
  }

  return {
    follow,
    /** What would run, before anything has. @param {RunRequest} request */
    rest(request) {
      void ready().then((it) => {
        if (it.races.length === 0) it.rest([request]);
      }, () => {});
    },
    /** Nothing is on show any more. */
    clear() {
      starts += 1;
      busy = false;
      player?.actions.stop();
      player?.open([]);
    },
    /** @param {(actions: RacePlayer["actions"]) => void} act */
    act(act) {
      if (player?.races.length) act(player.actions);
    },
    /** @param {boolean} projector */
    look(projector) {
      look = { ...look, projector };
      player?.look({ projector });
    },
    redraw: () => player?.invalidate(),
    get busy() {
      return busy || (player?.running ?? false);
    },
    get started() {
      return (player?.races.length ?? 0) > 0;
    },
    /** Where there is a run that has ended. @returns {Verdict | null} */
    get verdict() {
      const race = player?.races[0];
      return race?.complete ? { run: race.run, promised, really: nameOf(race.run) } : null;
    },
  };
}
