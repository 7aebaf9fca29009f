// One's part in a game: its run as it goes on, the presses of this phone, and the screen of both.

import { createGame } from "./game.js";
import { GameRun } from "./game-run.js";
import { gameView } from "./game-view.js";
import { Presses } from "./presses.js";
import { fetchRun } from "../../core/api.js";
import { scenarioOf, variantOf } from "../../core/catalogue.js";
import { press } from "../../core/room.js";
import { watch } from "../../shell/events.js";
import { embedded } from "../../shell/page-data.js";

/** @import { Goal } from "../../core/goals.js" */
/** @import { Game } from "../../core/room-types.js" */
/** @import { Catalogue } from "../../core/types.js" */
/** @import { Entrance } from "./entrance.js" */

/** @param {number} ms @returns {Promise<void>} */
const wait = (ms) => new Promise((go) => setTimeout(go, ms));

/** @typedef {ReturnType<typeof createPlay>} Play */

/** @param {HTMLElement} root @param {{catalogue: Catalogue, onChange: () => void}} setting */
export function createPlay(root, { catalogue, onChange }) {
  /** @type {Goal[]} */
  const goals = embedded("goals");
  const screen = createGame(root, { press: pressNow });
  const run = new GameRun(catalogue, { fetchRun, watch, wait }, onChange);
  const presses = new Presses((game) => press(entrance?.code ?? "", entrance?.seat ?? "", game), onChange);
  /** @type {Game | null} */
  let game = null;
  /** @type {Entrance | null} */
  let entrance = null;

  function steps() {
    return run.race?.history.length ?? 0;
  }

  function viewNow() {
    const { race } = run;
    if (!game || !race) return null;
    const own = entrance?.own;
    return gameView({
      game,
      own: own?.game === game.id ? (own.process ?? "") : "",
      run: race.run,
      history: race.history,
      variant: variantOf(scenarioOf(catalogue, race.run.request.scenario), race.run.request),
      goal: goals.find(({ slug }) => slug === game?.goal) ?? null,
      complete: race.complete,
      connected: entrance?.connected === true,
      press: { isOnItsWay: presses.isOnItsWay(steps()), wasNudged: presses.wasNudged, words: presses.words },
    });
  }

  function pressNow() {
    const button = viewNow()?.button;
    // While one is on its way it is told so; what cannot be done is not asked for.
    if (game && button && (button.can || button.isOnItsWay)) void presses.press(game.id, steps());
  }

  return {
    press: pressNow,
    /** @param {Game | null} wanted @param {Entrance | null} who */
    follow(wanted, who) {
      if (wanted?.id !== game?.id) presses.reset();
      game = wanted;
      entrance = who;
      void run.follow(wanted);
    },
    /** Whether there is something to show. */
    get isReady() {
      return run.race !== null;
    },
    get words() {
      return run.words;
    },
    render() {
      const view = viewNow();
      if (view) screen.render(view);
    },
  };
}
