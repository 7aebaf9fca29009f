// The page of the races: a show, and around it what chooses the races, the address that names them, the
// keys and the help. What a person does comes here as actions; what changes is drawn by the show.

import { Address, readAddress } from "./address.js";
import { part } from "./dom.js";
import { KEYS, listenForKeys } from "./keys.js";
import { createShow } from "./show.js";
import { createControls } from "./views/controls.js";
import { createHelp } from "./views/help.js";
import { createNotice } from "./views/notice.js";
import { createScreen } from "./views/screen.js";
import { createTheme } from "./views/theme.js";

/** @import { Actions, Catalogue, Choice, RunRequest, RunView } from "./types.js" */

/** More races than this do not stand side by side. */
const MOST_RUNS = 2;

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

/** @type {Choice} */
let choice = { ...demonstrated(), ...place.choice };
/** The page shows one run only, under that run's own address. */
let single = place.single;
let busy = false;

const show = createShow(document.body, { catalogue, look: place.look, onDraw });

/** @type {Actions} */
const actions = {
  ...show.actions,
  run: (wanted, guessed) => void run(wanted, guessed),
  choose(wanted) {
    choice = wanted;
    show.rest(lineUp());
  },
  toggleProjector: () => show.look({ projector: !show.looked.projector }),
  toggleFullscreen: () => void screen.toggleFullscreen(),
  blank: () => screen.blank(),
  help: () => help.open(),
};

createTheme(part(document, "theme", HTMLButtonElement), () => show.invalidate());
const help = createHelp(document.body, KEYS);
const screen = createScreen(document.body, actions);
const controls = createControls(part(document, "controls", HTMLFormElement), actions, catalogue);
const notice = createNotice(part(document, "notice", HTMLElement));
listenForKeys(actions, KEYS);

/** @returns {Choice} */
function demonstrated() {
  return { guard: catalogue.demonstration.guard, ...chosen(catalogue.demonstration) };
}

/** What of a request can be chosen; no lock at all is what the other race is about. @param {RunRequest} request */
function chosen({ scenario, processes, iterations, guard, pace }) {
  return { scenario, processes, iterations, pace, ...(guard === "none" ? {} : { guard }) };
}

/** The requests of both races, or of the only one. @param {boolean} [isSingle] @returns {RunRequest[]} */
function lineUp(isSingle = single) {
  const { step_ms } = catalogue.demonstration;
  /** @type {RunRequest} */
  const request = { ...choice };
  if (choice.pace === "slow" && step_ms !== undefined) request.step_ms = step_ms;
  return isSingle ? [request] : [{ ...request, guard: "none" }, request];
}

/** @param {Choice} wanted @param {number | null} guess */
async function run(wanted, guess) {
  if (busy) return;
  busy = true;
  choice = wanted;
  show.invalidate();
  const problem = await show.start(lineUp(false), { guess });
  busy = false;
  controls.complain(problem);
  show.invalidate();
  if (problem) return;
  single = false;
  controls.clearGuess();
  notice.clear();
  // Space must play and pause now, not press the button that has become "Stop".
  show.focus();
}

/** What is around the show. */
function onDraw() {
  screen.render(show.looked);
  controls.render({ running: show.running, busy });
  address.show({
    choice,
    runs: show.races.map(({ run: { id } }) => id),
    at: show.at,
    guess: show.guess,
    clock: show.clock,
    look: show.looked,
    single,
  });
}

/** Shows what the address asks for. */
function restore() {
  controls.set(choice);
  choice = controls.read() ?? demonstrated();
  const [first] = known;
  if (known.length < Math.min(place.runs.length, MOST_RUNS)) missing();
  else if (first) {
    if (single) controls.set((choice = { ...choice, ...chosen(first.request) }));
    show.open(known, { at: place.at, guess: place.guess });
    show.actions.setClock(place.clock);
  }
  show.rest(lineUp());
}

/** Runs are kept for a while only; what was asked for can always be run again. */
function missing() {
  single = false;
  notice.say("These runs are not kept any more. They can be run again: chance will then decide anew.", () =>
    actions.run(choice, null),
  );
}

restore();
