// The races of the page: started, shown, and opened again from an address. What a person does comes here as actions.

import { addressOf, linkOf } from "./address.js";
import { choiceOf, choosable, lineUp, scenarioOf } from "../../core/catalogue.js";
import { inShort } from "../../core/choice-sentence.js";
import { part } from "../../shell/dom.js";
import { styled } from "../../shell/lazy-styles.js";
import { titleOf } from "../../views/race-header.js";
import { createResultBar } from "../../views/result-bar.js";
import { createRacePlayer } from "../../views/race-player.js";
import { createScoreLine } from "../../views/score-line.js";
import { createValue } from "../../charts/value.js";
import { roomOffer } from "./room-offer.js";

/** @import { Actions, Catalogue, Choice, RunView, TransportState, ViewState } from "../../core/types.js" */
/** @import { Guess } from "../../core/guess.js" */
/** @import { Shell } from "../../shell/shell.js" */
/** @import { PageModes } from "./page-modes.js" */
/** @import { Address } from "./address.js" */
/** @import { Start } from "../../views/start.js" */

/**
 * @typedef {object} RacesOptions
 * @property {Catalogue} catalogue
 * @property {readonly RunView[]} known the runs that the address names and the server still knows
 * @property {Address} address what the address asks for
 * @property {Start} start
 * @property {PageModes} modes
 * @property {Shell} shell
 */

const SHEETS = ["scoreboard", "panels", "transport"];

/** @param {RacesOptions} options */
export async function openRaces(options) {
  await Promise.all(SHEETS.map((name) => styled(new URL(`../../../css/${name}.css`, import.meta.url))));
  return new Races(options);
}

export class Races {
  #options;
  /** The page shows one run only, under that run's own address. */
  #single;
  #busy = false;
  /** @type {readonly ViewState[]} */
  #views = [];
  /** What the sentence says, or said last when all was in range. @type {Choice} */
  #choice;
  #resultBar;
  #scores = createScoreLine(part(document, "score-line", HTMLElement), part(document, "races", HTMLElement));

  /** @param {RacesOptions} options */
  constructor(options) {
    const { catalogue, address, start, modes, shell } = (this.#options = options);
    this.#single = address.single;
    this.#choice = /** @type {Choice} */ (start.read());
    this.player = createRacePlayer(document.body, {
      catalogue,
      look: { ...address.look, projector: shell.projector },
      onDraw: (transport, views) => this.#draw(transport, views),
      ready: { value: createValue },
    });
    const { player } = this;
    /** @type {Actions} */
    this.actions = {
      ...player.actions,
      run: (wanted, guess) => void this.run(wanted, guess),
      choose: (wanted) => this.choose(wanted),
      start: () => start.start(),
      // Before there is anything to look at, the way on is to run it.
      toLoss: (direction) => (player.races.length > 0 ? player.actions.toLoss(direction) : direction > 0 && start.start()),
    };
    this.#resultBar = createResultBar(part(document, "result-bar", HTMLElement), {
      runAgain: this.actions.start,
      stop: this.actions.stop,
      toLoss: this.actions.toLoss,
      change: modes.toggleChoices,
    });
    modes.onChange(player.invalidate);
    shell.room.offer(roomOffer(catalogue, this));
    this.#restore();
  }

  get #scenario() {
    return scenarioOf(this.#options.catalogue, this.#choice.scenario);
  }

  /** What the sentence says. */
  get choice() {
    return this.#choice;
  }

  /** What the race views showed last. */
  get views() {
    return this.#views;
  }

  /** How many runs a page may show side by side. */
  get #mostRuns() {
    return this.#options.catalogue.limits.runs_side_by_side;
  }

  /** The requests of all races, or of the only one. @param {boolean} isSingle */
  #requests(isSingle) {
    return lineUp(this.#options.catalogue, this.#choice).slice(0, isSingle ? 1 : this.#mostRuns);
  }

  /** @param {Choice} wanted */
  choose(wanted) {
    const isOther = wanted.scenario !== this.#choice.scenario;
    this.#choice = wanted;
    if (isOther) {
      // The old runs go on, but the sentence is no longer about them.
      this.#single = false;
      this.player.look({ solo: null, cell: null });
      this.player.open([]);
      this.#options.modes.before(this.#scenario);
    }
    this.player.rest(this.#requests(this.#single));
  }

  /** @param {Choice} wanted @param {Guess | null} guess @param {readonly number[]} [seeds] of the runs, where they are to pause as others did
   * @returns {Promise<boolean>} whether they have begun */
  async run(wanted, guess, seeds = []) {
    if (this.#busy) return false;
    const { player } = this;
    const { start, modes, shell } = this.#options;
    this.#busy = true;
    this.#choice = wanted;
    player.invalidate();
    const requests = this.#requests(false).map((request, index) => (seeds[index] === undefined ? request : { ...request, seed: seeds[index] }));
    const problem = await player.start(requests, { guess });
    this.#busy = false;
    shell.showProblem(problem);
    start.render(false);
    player.invalidate();
    if (problem) return false;
    this.#single = false;
    modes.races();
    // Space must play and pause now, not press the button that has become "Stop".
    player.focus();
    return true;
  }

  /** Draws what is around the races. @param {TransportState} transport @param {readonly ViewState[]} views */
  #draw(transport, views) {
    const { player } = this;
    const { catalogue, start, modes, shell } = this.#options;
    const runs = player.races.map(({ run }) => run);
    const ran = choiceOf(catalogue, runs.map(({ request }) => request));
    this.#views = views;
    start.render(this.#busy);
    this.#scores.render(views);
    this.#resultBar.render({
      ran: inShort(catalogue, this.#scenario, { ...this.#choice, ...ran }),
      running: player.running,
      busy: this.#busy,
      changing: modes.changing,
      guess: player.guess,
      run: runs[0],
      transport,
    });
    const onShow = {
      choice: this.#choice,
      field: choosable(this.#scenario).length > 1 ? this.#scenario.field : null,
      runs: runs.map(({ id }) => id),
      at: player.at,
      clip: player.clip,
      guess: player.guess,
      clock: player.clock,
      look: player.looked,
      single: this.#single,
      seeds: runs.flatMap(({ request }) => request.seed ?? []),
    };
    const over = views.filter(({ run, live, resting }) => !live && !resting && run.id !== "");
    shell.write(addressOf(onShow), linkOf(onShow), over.map((view) => ({ id: view.run.id, title: titleOf(view) })));
  }

  /** Shows what the address asks for. */
  #restore() {
    const { known, modes } = this.#options;
    const { runs, at, clip, guess, clock } = this.#options.address;
    const areMissing = known.length < Math.min(runs.length, this.#mostRuns);
    if (areMissing) this.#missing();
    this.player.rest(this.#requests(this.#single));
    if (areMissing || known.length === 0) {
      modes.before(this.#scenario);
      return;
    }
    this.player.open(known, { at, clip, guess });
    this.player.actions.setClock(clock);
    modes.races();
  }

  /** What was asked for can always be run again. */
  #missing() {
    this.#single = false;
    const { seeds, runs } = this.#options.address;
    const what = runs.length > 1 ? "These recordings are" : "This recording is";
    const words = `${what} not here: recorded by another Lost Update, or not kept any more. The settings are the same; run them again, and chance decides anew.`;
    this.#options.shell.say(words, { label: "Run it again", act: () => void this.run(this.#choice, null, seeds) });
  }
}
