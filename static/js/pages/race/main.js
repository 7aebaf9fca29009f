// The page of the races: a show, and around it what chooses the races, the address that names them, the
// keys and the help. What a person does comes here as actions; what changes is drawn by the race player.

import { addressOf, readAddress } from "./address.js";
import { choiceOf, choosable, lineUp, scenarioOf } from "../../core/catalogue.js";
import { part } from "../../shell/dom.js";
import { embedded } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { createRacePlayer } from "../../views/race-player.js";
import { createControls } from "../../views/controls.js";
import { createTimeline } from "../../charts/timeline.js";
import { KEYS } from "./keys.js";

/** @import { Actions, Catalogue, Choice, RunView } from "../../core/types.js" */

/** More races than this do not stand side by side. */
const MOST_RUNS = 3;

/** @type {Catalogue} */
const catalogue = embedded("catalogue");
/** Those that the address names and the server still knows. @type {RunView[]} */
const known = embedded("runs");
const place = readAddress(window.location);

/** The page shows one run only, under that run's own address. */
let single = place.single;
let busy = false;

const player = createRacePlayer(document.body, { catalogue, look: place.look, onDraw, ready: { timeline: createTimeline } });

/** @type {Actions} */
const actions = {
  ...player.actions,
  run: (wanted, guessed) => void run(wanted, guessed),
  choose(wanted) {
    const isOther = wanted.scenario !== choice.scenario;
    choice = wanted;
    if (isOther) {
      // What was on show goes on by itself, but is not what the controls are about any more.
      single = false;
      controls.clearGuess();
      player.look({ solo: null, cell: null });
      player.open([]);
    }
    player.rest(requests());
  },
};

const shell = createShell({
  keys: KEYS,
  actions,
  onProjector: (projector) => player.look({ projector }),
  onTheme: () => player.invalidate(),
});
const controls = createControls(part(document, "controls", HTMLFormElement), actions, catalogue);
/** What the controls say, or said last when all was in range. @type {Choice} */
let choice = /** @type {Choice} */ (controls.read());

/** The requests of all races, or of the only one. @param {boolean} [isSingle] */
function requests(isSingle = single) {
  return lineUp(catalogue, choice).slice(0, isSingle ? 1 : MOST_RUNS);
}

/** @param {Choice} wanted @param {number | null} guess */
async function run(wanted, guess) {
  if (busy) return;
  busy = true;
  choice = wanted;
  player.invalidate();
  const problem = await player.start(requests(false), { guess });
  busy = false;
  controls.complain(problem);
  player.invalidate();
  if (problem) return;
  single = false;
  controls.clearGuess();
  shell.say("");
  // Space must play and pause now, not press the button that has become "Stop".
  player.focus();
}

/** What is around the races. */
function onDraw() {
  controls.render({ running: player.running, busy });
  const scenario = scenarioOf(catalogue, choice.scenario);
  shell.write(addressOf({
    choice,
    field: choosable(scenario).length > 1 ? scenario.field : null,
    runs: player.races.map(({ run: { id } }) => id),
    at: player.at,
    guess: player.guess,
    clock: player.clock,
    look: player.looked,
    single,
  }));
}

/** Shows what the address asks for. */
function restore() {
  // Runs say themselves what they are; beside them, the address says what else was chosen.
  const ran = choiceOf(catalogue, known.map(({ request }) => request));
  controls.set(ran);
  if (!ran.scenario || !place.choice.scenario || ran.scenario === place.choice.scenario) controls.set(place.choice);
  choice = controls.read() ?? choice;
  const [first] = known;
  if (known.length < Math.min(place.runs.length, MOST_RUNS)) missing();
  else if (first) {
    player.open(known, { at: place.at, guess: place.guess });
    player.actions.setClock(place.clock);
  }
  player.rest(requests());
}

/** Runs are kept for a while only; what was asked for can always be run again. */
function missing() {
  single = false;
  const words = "These runs are not kept any more. They can be run again: chance will then decide anew.";
  shell.say(words, { label: "Run it again", act: () => actions.run(choice, null) });
}

restore();
