// What is around the races: the bar that says what ran, the address, the keys, the screen, the help and the notice.

import { Address } from "./address.js";
import { choiceOf, choosable, scenarioOf } from "../../core/catalogue.js";
import { inShort } from "../../core/sentence.js";
import { part } from "../../shell/dom.js";
import { KEYS, listenForKeys } from "../../shell/keys.js";
import { createScreen } from "../../shell/screen.js";
import { createClosing } from "../../views/closing.js";

/** @import { Actions, Catalogue, Choice, TransportState } from "../../core/types.js" */
/** @import { RacePlayer } from "../../views/race-player.js" */
/** @import { Scenes } from "./scenes.js" */

/** @typedef {{player: RacePlayer, choice: Choice, busy: boolean, single: boolean, transport: TransportState}} Shown */

/**
 * @param {HTMLElement} root
 * @param {{catalogue: Catalogue, actions: Omit<Actions, "toggleFullscreen" | "blank" | "help">, scenes: Scenes}} setting
 */
export function createSurroundings(root, { catalogue, actions, scenes }) {
  const address = new Address();
  const screen = createScreen(root, actions);
  const closing = createClosing(part(root, "closing", HTMLElement), {
    runAgain: actions.start,
    stop: actions.stop,
    toLoss: actions.toLoss,
    change: scenes.toggleChoices,
  });
  /** @type {{open: () => Promise<void>} | null} */
  let keys = null;

  /** Fetched when someone asks for it: the page must be light. */
  async function help() {
    const { createHelp } = await import("../../shell/help.js");
    keys ??= createHelp(root, KEYS);
    void keys.open();
  }

  part(root, "help-button", HTMLButtonElement).addEventListener("click", help);
  listenForKeys({ ...actions, toggleFullscreen: () => void screen.toggleFullscreen(), blank: () => screen.blank(), help }, KEYS);

  return {
    /** @param {Shown} shown */
    render({ player, choice, busy, single, transport }) {
      const scenario = scenarioOf(catalogue, choice.scenario);
      const runs = player.races.map(({ run }) => run);
      screen.render(player.looked);
      closing.render({
        ran: inShort(catalogue, scenario, { ...choice, ...choiceOf(catalogue, runs.map(({ request }) => request)) }),
        running: player.running,
        busy,
        changing: scenes.changing,
        guess: player.guess,
        run: runs[0],
        transport,
      });
      address.show({
        choice,
        field: choosable(scenario).length > 1 ? scenario.field : null,
        runs: runs.map(({ id }) => id),
        at: player.at,
        guess: player.guess,
        clock: player.clock,
        look: player.looked,
        single,
      });
    },
    /** Runs are kept for a while only; what was asked for can always be run again. @param {() => void} again */
    async missing(again) {
      const { createNotice } = await import("../../shell/notice.js");
      createNotice(part(root, "notice", HTMLElement)).say("These runs are not kept any more. They can be run again: chance will then decide anew.", again);
    },
  };
}
