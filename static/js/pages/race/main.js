// The page of the races. Before anything runs it asks a question; then it shows the races, and around them what
// chooses them, the address that names them, the keys and the help. What a person does comes here as actions.

import { Address, readAddress } from "./address.js";
import { createScenes } from "./scenes.js";
import { choiceOf, choosable, lineUp, scenarioOf } from "../../core/catalogue.js";
import { inShort } from "../../core/sentence.js";
import { part } from "../../shell/dom.js";
import { KEYS, listenForKeys } from "../../shell/keys.js";
import { createScreen } from "../../shell/screen.js";
import { createTheme } from "../../shell/theme.js";
import { createClosing } from "../../views/closing.js";
import { createRacePlayer } from "../../views/race-player.js";
import { createRecordedLoss } from "../../views/recorded-loss.js";
import { createStart } from "../../views/start.js";
import { createValue } from "../../charts/value.js";

/** @import { Actions, Catalogue, Choice, RunView, TransportState } from "../../core/types.js" */
/** @import { Guess } from "../../core/guess.js" */

/** More races than this do not stand side by side. */
const MOST_RUNS = 3;

/** @param {string} id */
function embedded(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

/** @type {Catalogue} */
const catalogue = embedded("catalogue");
/** Those that the address names and the server still knows. @type {RunView[]} */
const known = embedded("runs");
const place = readAddress(window.location);
const address = new Address();

/** The page shows one run only, under that run's own address. */
let single = place.single;
let busy = false;
/** @type {{open: () => Promise<void>} | null} */
let keys = null;

const player = createRacePlayer(document.body, { catalogue, look: place.look, onDraw, ready: { value: createValue } });

/** @type {Actions} */
const actions = {
  ...player.actions,
  run: (wanted, guessed) => void run(wanted, guessed),
  choose,
  start: () => start.start(),
  // Before there is anything to look at, the way on is to run it.
  toLoss: (direction) => (player.races.length > 0 ? player.actions.toLoss(direction) : direction > 0 && start.start()),
  toggleProjector: () => player.look({ projector: !player.looked.projector }),
  toggleFullscreen: () => void screen.toggleFullscreen(),
  blank: () => screen.blank(),
  help: () => void help(),
};

createTheme(part(document, "theme", HTMLButtonElement), () => player.invalidate());
part(document, "help-button", HTMLButtonElement).addEventListener("click", actions.help);
const screen = createScreen(document.body, actions);
const start = createStart(part(document, "start", HTMLElement), actions, catalogue);
const loss = createRecordedLoss(part(document, "first-loss", HTMLElement), catalogue, embedded("first-loss"));
const scenes = createScenes(document.body, { loss, focus: () => start.focus(), onChange: () => player.invalidate() });
const closing = createClosing(part(document, "closing", HTMLElement), {
  runAgain: actions.start,
  stop: actions.stop,
  toLoss: actions.toLoss,
  change: () => scenes.toggleChoices(),
});
const notice = part(document, "notice", HTMLElement);
/** What the sentence says, or said last when all was in range. @type {Choice} */
let choice = /** @type {Choice} */ (start.read());
listenForKeys(actions, KEYS);

/** The requests of all races, or of the only one. @param {boolean} [isSingle] */
function requests(isSingle = single) {
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
  player.rest(requests());
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
  if (problem) {
    scenes.showChoices();
    return;
  }
  single = false;
  notice.hidden = true;
  scenes.races();
  // Space must play and pause now, not press the button that has become "Stop".
  player.focus();
}

/** Fetched when someone asks for it: the page must be light. */
async function help() {
  const { createHelp } = await import("../../shell/help.js");
  keys ??= createHelp(document.body, KEYS);
  void keys.open();
}

/** What is around the races. @param {TransportState} transport */
function onDraw(transport) {
  screen.render(player.looked);
  start.render(busy);
  const [first] = player.races;
  const ran = choiceOf(catalogue, player.races.map(({ run: { request } }) => request));
  const scenario = scenarioOf(catalogue, choice.scenario);
  closing.render({
    ran: inShort(catalogue, scenario, { ...choice, ...ran }),
    running: player.running,
    busy,
    changing: scenes.changing,
    guess: player.guess,
    run: first?.run,
    transport,
  });
  address.show({
    choice,
    field: choosable(scenario).length > 1 ? scenario.field : null,
    runs: player.races.map(({ run: { id } }) => id),
    at: player.at,
    guess: player.guess,
    clock: player.clock,
    look: player.looked,
    single,
  });
}

/** Shows what the address asks for. */
function restore() {
  // Runs say themselves what they are; beside them, the address says what else was chosen.
  const ran = choiceOf(catalogue, known.map(({ request }) => request));
  start.set(ran);
  if (!ran.scenario || !place.choice.scenario || ran.scenario === place.choice.scenario) start.set(place.choice);
  choice = start.read() ?? choice;
  const [first] = known;
  if (known.length < Math.min(place.runs.length, MOST_RUNS)) void missing();
  else if (first) {
    player.open(known, { at: place.at, guess: place.guess });
    player.actions.setClock(place.clock);
  }
  if (player.races.length > 0) scenes.races();
  else scenes.before(scenarioOf(catalogue, choice.scenario));
  player.rest(requests());
}

/** Runs are kept for a while only; what was asked for can always be run again. */
async function missing() {
  single = false;
  const { createNotice } = await import("../../shell/notice.js");
  createNotice(notice).say("These runs are not kept any more. They can be run again: chance will then decide anew.", () =>
    actions.run(choice, null),
  );
}

restore();
