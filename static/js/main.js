// The page: the only module that knows everyone. It keeps what is on show (the choice, the races,
// how they are looked at), turns what a person does into changes of these, and hands each view its frame.

import { Address, readAddress } from "./address.js";
import { fetchRun, startRun, stopRun } from "./api.js";
import { createArena } from "./arena.js";
import { part } from "./dom.js";
import { arenaFrame, longest, nextLoss, transportFrame } from "./frames.js";
import { listenForKeys } from "./keys.js";
import { Player } from "./player.js";
import { followed, panned, whole, zoomed } from "./range.js";
import { Race, restingRace } from "./race.js";
import { createControls } from "./views/controls.js";
import { createHelp } from "./views/help.js";
import { createNotice } from "./views/notice.js";
import { createPanels } from "./views/panels.js";
import { createScreen } from "./views/screen.js";
import { createTheme } from "./views/theme.js";
import { createTransport } from "./views/transport.js";

/** @import { Actions, Catalogue, Choice, Look, Range, RunRequest, RunView } from "./types.js" */

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
const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");

/** @type {Choice} */
let choice = { ...demonstrated(), ...place.choice };
/** @type {Race[]} */
let races = [];
/** The guess is for the first race: what will the counter show without a lock? @type {number | null} */
let guess = place.runs.length ? place.guess : null;
/** The page shows one run only, under that run's own address. */
let single = place.single;
/** @type {Look} */
let look = place.look;
/** The moments that the charts show; null is all of them. @type {Range | null} */
let range = null;
let busy = false;
/** A position from the address whose steps have not come yet. @type {number | null} */
let awaited = null;
/** What each arena showed last. @type {number[]} */
let shown = [];
let shownMoment = 0;

const player = new Player({
  histories: () => onShow().map(({ history }) => history),
  live: () => onShow().some((race) => race.live),
  draw,
});

/** @type {Actions} */
const actions = {
  run: (wanted, guessed) => void run(wanted, guessed),
  stop: () => void Promise.all(races.filter((race) => race.running).map(({ run: { id } }) => stopRun(id))),
  choose(wanted) {
    choice = wanted;
    player.invalidate();
  },
  togglePlay: () => whenPlayable(() => player.togglePlay()),
  step: (count) => whenPlayable(() => player.step(count)),
  seek: (position) => whenPlayable(() => player.seek(position)),
  toStart: () => whenPlayable(() => player.seek(player.timebase.start)),
  toEnd: () => whenPlayable(() => player.follow()),
  toLoss: (direction) => whenPlayable(() => toLoss(direction)),
  setSpeed: (speed) => player.setSpeed(speed),
  follow: () => player.follow(),
  setClock(name) {
    player.setClock(name);
    range = null;
  },
  look(changes) {
    look = { ...look, ...changes };
    if (changes.solo !== undefined) range = null;
    if (player.moment > player.last) player.follow();
    player.invalidate();
  },
  zoom(factor, at) {
    range = zoomed(range, player, factor, at);
    player.invalidate();
  },
  zoomHere: (factor) => actions.zoom(factor, player.moment),
  pan(share) {
    range = panned(range, player, share);
    player.invalidate();
  },
  toggleProjector: () => actions.look({ projector: !look.projector }),
  toggleFullscreen: () => void screen.toggleFullscreen(),
  blank: () => screen.blank(),
  help: () => help.open(),
  runUntraced: (request) => startRun({ ...request, traced: false }),
  fetchRun,
};

createTheme(part(document, "theme", HTMLButtonElement), () => player.invalidate());
const help = createHelp(document.body);
const screen = createScreen(document.body, actions);
const controls = createControls(part(document, "controls", HTMLFormElement), actions, catalogue);
const notice = createNotice(part(document, "notice", HTMLElement));
const transport = createTransport(part(document, "transport", HTMLElement), actions);
const arenaRoot = part(document, "arenas", HTMLElement);
const arenas = [...arenaRoot.querySelectorAll("section")].map((root) => createArena(root, actions));
const panels = createPanels(part(document, "panels", HTMLElement), actions);
listenForKeys(actions);
stillness.addEventListener("change", () => player.invalidate());

/** @returns {Choice} */
function demonstrated() {
  return { guard: catalogue.demonstration.guard, ...chosen(catalogue.demonstration) };
}

/** What of a request can be chosen; no lock at all is what the other race is about. @param {RunRequest} request */
function chosen({ scenario, processes, iterations, guard, pace }) {
  return { scenario, processes, iterations, pace, ...(guard === "none" ? {} : { guard }) };
}

/** Both races, or the one that is shown alone: the transport is about these. */
function onShow() {
  return races.filter((_, index) => look.solo === null || single || index === look.solo);
}

/** @param {() => void} action */
function whenPlayable(action) {
  awaited = null;
  if (longest(onShow()) > 0) action();
}

/** @param {1 | -1} direction */
function toLoss(direction) {
  const { moment, timebase, last } = player;
  // After the last one comes the end with its result, and from there it begins again with the first.
  const from = direction > 0 && moment >= last ? timebase.start : moment;
  const found = nextLoss(onShow(), timebase, from, direction);
  if (found === null) {
    if (direction > 0) player.follow();
    return;
  }
  player.seek(found, "hand");
  // Show how it came about: the motion of this one step, wherever we came from.
  shown = races.map(({ history }) => timebase.position(history, found) - 1);
}

/** The requests of both races. @param {Choice} wanted @returns {RunRequest[]} */
function requests(wanted) {
  const { step_ms } = catalogue.demonstration;
  /** @type {RunRequest} */
  const request = { ...wanted };
  if (wanted.pace === "slow" && step_ms !== undefined) request.step_ms = step_ms;
  return [{ ...request, guard: "none" }, request];
}

/** @param {Choice} wanted @param {number | null} guessed */
async function run(wanted, guessed) {
  if (busy) return;
  busy = true;
  choice = wanted;
  player.invalidate();
  const answers = await Promise.all(requests(wanted).map(startRun));
  busy = false;
  const runs = answers.flatMap((answer) => (answer.ok ? [answer.run] : []));
  const refused = answers.find((answer) => !answer.ok);
  if (refused && !refused.ok) {
    // Half of a comparison explains nothing: take back what was started.
    for (const { id } of runs) void stopRun(id);
    controls.complain(refused.problem);
    player.invalidate();
    return;
  }
  awaited = null;
  guess = guessed;
  single = false;
  controls.complain(null);
  controls.clearGuess();
  notice.clear();
  open(runs);
  player.restart();
  // Space must play and pause now, not press the button that has become "Stop".
  draw();
  transport.focus();
  // On a phone the arenas are further down than the button.
  arenaRoot.scrollIntoView({ block: "start", behavior: stillness.matches ? "auto" : "smooth" });
}

/** @param {RunView[]} runs */
function open(runs) {
  for (const race of races) race.close();
  shown = [];
  range = null;
  races = runs.map((view) => new Race(view, settle).open());
}

function draw() {
  const calm = stillness.matches;
  const only = single ? 0 : look.solo;
  arenaRoot.classList.toggle("is-alone", only !== null);
  const { moment, timebase, last } = player;
  if (moment !== shownMoment) range = followed(range, player);
  shownMoment = moment;
  const charted = range ?? whole(player);
  arenas.forEach((arena, index) => {
    const race = races[index] ?? restingRace(requests(choice)[index] ?? catalogue.demonstration);
    if (only !== null && index !== only) {
      arena.hide();
      return;
    }
    const frame = {
      ...arenaFrame(race, player, shown[index] ?? 0, catalogue, calm),
      guess: race.run.request.guard === "none" ? guess : null,
      look,
      side: index,
      isSingle: single,
      range: charted,
      moment,
      timebase,
    };
    arena.render(frame);
    shown[index] = frame.position;
  });
  const frame = transportFrame(onShow(), player);
  transport.render(frame);
  panels.render(look);
  screen.render(look);
  controls.render({ running: races.some((race) => race.running), busy });
  document.body.classList.toggle("is-moving", frame.playing || (frame.following && frame.live));
  const resting = player.following || moment === last;
  address.show({
    choice,
    runs: races.map(({ run: { id } }) => id),
    at: resting ? null : Math.floor(moment),
    guess,
    clock: timebase.name,
    look,
    single,
  });
}

/** Shows what the address asks for. */
function restore() {
  controls.set(choice);
  choice = controls.read() ?? demonstrated();
  if (place.runs.length === 0) return;
  if (known.length < Math.min(place.runs.length, arenas.length)) {
    missing();
    return;
  }
  const request = known[0]?.request;
  if (single && request) controls.set((choice = { ...choice, ...chosen(request) }));
  open(known);
  player.setClock(place.clock);
  player.restart();
  awaited = place.at;
}

/** Runs are kept for a while only; what was asked for can always be run again. */
function missing() {
  single = false;
  notice.say("These runs are not kept any more. They can be run again: chance will then decide anew.", () =>
    actions.run(choice, null),
  );
}

/** Goes to the position that the address names, once its steps have come. */
function settle() {
  if (awaited !== null && player.last >= awaited) {
    const position = awaited;
    awaited = null;
    player.seek(position);
  }
  player.invalidate();
}

restore();
player.invalidate();
