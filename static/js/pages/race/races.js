// The races of the page: started, shown, and opened again from an address. What a person does comes here as actions.

import { readAddress } from "./address.js";
import { createSurroundings } from "./surroundings.js";
import { choiceOf, lineUp, scenarioOf } from "../../core/catalogue.js";
import { part } from "../../shell/dom.js";
import { styled } from "../../shell/lazy-styles.js";
import { createRacePlayer } from "../../views/race-player.js";
import { createValue } from "../../charts/value.js";

/** @import { Actions, Catalogue, Choice, RunView, TransportState } from "../../core/types.js" */
/** @import { Guess } from "../../core/guess.js" */
/** @import { Scenes } from "./scenes.js" */
/** @import { Start } from "../../views/start.js" */

/**
 * @typedef {object} Setting
 * @property {Catalogue} catalogue
 * @property {readonly RunView[]} known the runs that the address names and the server still knows
 * @property {Start} start
 * @property {Scenes} scenes
 */

/** @typedef {Awaited<ReturnType<typeof createRaces>>} Races */

/** More races than this do not stand side by side. */
const MOST_RUNS = 3;

/** @param {Setting} setting */
export async function createRaces({ catalogue, known, start, scenes }) {
  await Promise.all(["scoreboard", "panels", "transport"].map((name) => styled(new URL(`../../../css/${name}.css`, import.meta.url))));
  const place = readAddress(window.location);
  /** The page shows one run only, under that run's own address. */
  let single = place.single;
  let busy = false;
  /** What the sentence says, or said last when all was in range. @type {Choice} */
  let choice = /** @type {Choice} */ (start.read());

  const player = createRacePlayer(document.body, { catalogue, look: place.look, onDraw, ready: { value: createValue } });
  /** @type {Omit<Actions, "toggleFullscreen" | "blank" | "help">} */
  const actions = {
    ...player.actions,
    run: (wanted, guess) => void run(wanted, guess),
    choose,
    start: () => start.start(),
    // Before there is anything to look at, the way on is to run it.
    toLoss: (direction) => (player.races.length > 0 ? player.actions.toLoss(direction) : direction > 0 && start.start()),
    toggleProjector: () => player.look({ projector: !player.looked.projector }),
  };
  const surroundings = createSurroundings(document.body, { catalogue, actions, scenes });
  scenes.onChange(player.invalidate);

  /** The requests of all races, or of the only one. @param {boolean} isSingle */
  function requests(isSingle) {
    return lineUp(catalogue, choice).slice(0, isSingle ? 1 : MOST_RUNS);
  }

  /** @param {Choice} wanted */
  function choose(wanted) {
    const isOther = wanted.scenario !== choice.scenario;
    choice = wanted;
    if (isOther) {
      // What was on show goes on by itself, but is not what the sentence is about any more.
      single = false;
      player.look({ solo: null, cell: null });
      player.open([]);
      scenes.before(scenarioOf(catalogue, choice.scenario));
    }
    player.rest(requests(single));
  }

  /** @param {Choice} wanted @param {Guess | null} guess */
  async function run(wanted, guess) {
    if (busy) return;
    busy = true;
    choice = wanted;
    player.invalidate();
    const problem = await player.start(requests(false), { guess });
    busy = false;
    start.complain(problem);
    player.invalidate();
    if (problem) return scenes.showChoices();
    single = false;
    part(document, "notice", HTMLElement).hidden = true;
    scenes.races();
    // Space must play and pause now, not press the button that has become "Stop".
    player.focus();
  }

  /** @param {TransportState} transport */
  function onDraw(transport) {
    start.render(busy);
    surroundings.render({ player, choice, busy, single, transport });
  }

  /** Shows what the address asks for. */
  function restore() {
    // Runs say themselves what they are; beside them, the address says what else was chosen.
    const ran = choiceOf(catalogue, known.map(({ request }) => request));
    start.set(ran);
    if (!ran.scenario || !place.choice.scenario || ran.scenario === place.choice.scenario) start.set(place.choice);
    choice = start.read() ?? choice;
    player.rest(requests(single));
    if (known.length < Math.min(place.runs.length, MOST_RUNS)) {
      single = false;
      void surroundings.missing(() => void run(choice, null));
    } else if (known.length > 0) {
      player.open(known, { at: place.at, guess: place.guess });
      player.actions.setClock(place.clock);
      return scenes.races();
    }
    scenes.before(scenarioOf(catalogue, choice.scenario));
  }

  restore();
  return { run, choose, invalidate: player.invalidate };
}
