// Every interleaving there is: the only module here that knows everyone. It asks what can happen, lets real runs show
// what does, opens an outcome's schedule, and has real processes follow it.

import { part, setAttribute, setText, show, toggle } from "../../shell/dom.js";
import { embedded, embeddedCatalogue } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { addressOf, readAddress } from "./address.js";
import { createAsking } from "./explore-form.js";
import { conclusion, undrawn, unfinished } from "./conclusion.js";
import { Exploration } from "./exploration.js";
import { createHistogram } from "./histogram.js";
import { KEYS } from "./keys.js";
import { createObserving } from "./real-runs.js";
import { verdictOf } from "./outcome-words.js";
import { createSchedule } from "./schedule.js";
import { createSights } from "./tabs.js";

/** @import { Look, Problem } from "../../core/types.js" */
/** @import { ExploreRequest } from "../../core/explore.js" */
/** @import { ExplorationActions } from "./keys.js" */

const address = readAddress(window.location.search, embedded("usual"));
/** @type {Look} */
let look = { panel: "timeline", solo: null, cell: null, projector: address.projector };
/** What went wrong: nothing could be worked out, or real processes did not follow. @type {Problem | null} */
let trouble = null;

const body = document.body;
const exploration = new Exploration(address.choice, address.final, render);
const page = part(body, "exploration", HTMLElement);
const foundLine = part(body, "found", HTMLElement);
const histogram = createHistogram(part(body, "histogram", HTMLElement), part(body, "histogram-legend", HTMLElement), part(body, "different", HTMLElement), choose);
const observing = createObserving(part(body, "observe", HTMLElement), exploration, render);
const schedule = createSchedule(part(body, "opened", HTMLElement), follow);
const sights = createSights(part(body, "sights", HTMLElement), exploration, { catalogue: embeddedCatalogue(), look, choose, follow: (way, name) => void followWay(way, name), onChange: render });
const { following } = sights;
const asking = createAsking(part(body, "asking", HTMLFormElement), (wanted) => void ask(wanted, ""));

/** @type {ExplorationActions} */
const actions = {
  next(direction) {
    const name = exploration.beside(direction);
    if (name !== undefined) choose(name);
  },
  follow,
  observe: observing.press,
  toggleSight: sights.turn,
  togglePlay: () => following.act((it) => it.togglePlay()),
  step: (count) => following.act((it) => it.step(count)),
};

const shell = createShell({
  keys: KEYS,
  actions,
  onProjector(projector) {
    look = { ...look, projector };
    following.look(projector);
    render();
  },
  onTheme: () => following.redraw(),
});

/** Works out what can happen. @param {ExploreRequest} wanted @param {string} final the outcome to open */
async function ask(wanted, final) {
  sights.clear();
  observing.forget();
  trouble = null;
  asking.mark(wanted);
  trouble = await exploration.ask(wanted, final);
  if (trouble) asking.mark(null);
  render();
}

/** @param {string} name */
function choose(name) {
  if (name === exploration.chosen) return;
  exploration.chosen = name;
  trouble = null;
  observing.forget();
  sights.clear();
  render();
}

/** Real processes take the steps that lead to the outcome that is open. */
function follow() {
  const { outcome } = exploration;
  if (outcome?.schedule) void followWay(outcome.schedule, outcome.name);
}

/** @param {readonly string[]} schedule @param {string} name how it will end */
async function followWay(schedule, name) {
  trouble = null;
  trouble = await sights.follow(schedule, name);
  render();
}

function render() {
  const { explored, outcomes, observations, right, choice, chosen } = exploration;
  setText(foundLine, exploration.line);
  // A screen reader need not hear every second.
  setAttribute(foundLine, "aria-live", exploration.working ? "off" : "polite");
  setAttribute(page, "aria-busy", String(exploration.working));
  if (explored) setText(part(page, "conclusion", HTMLElement), conclusion(outcomes, right, explored, observations));
  tellWhatIsMissing();
  // What has no picture beside it takes all the room.
  toggle(page, "is-wide", sights.empty);
  sights.render();
  observing.render();
  shell.tell(trouble ?? observing.problem);
  schedule.render(exploration, following.busy);
  histogram.render(exploration, observing.pace);
  const verdict = part(page, "verdict", HTMLElement);
  const { text, isBroken } = verdictOf(following.verdict, following.busy);
  setText(verdict, text);
  toggle(verdict, "is-broken", isBroken);
  const about = explored ? `${choice.processes} × ${choice.iterations} · ${asking.guardTitle}` : "";
  document.title = ["Interleavings", about, "Lost Update"].filter(Boolean).join(" · ");
  shell.write(addressOf({ choice, final: chosen, projector: look.projector }));
}

/** That not everything was worked out, or that there is no picture of it. */
function tellWhatIsMissing() {
  const { explored } = exploration;
  const root = part(page, "unfinished", HTMLElement);
  const undone = explored ? unfinished(explored) : "";
  const less = undone || (explored ? undrawn(explored) : "");
  setText(root, less);
  show(root, less !== "");
  toggle(root, "is-undrawn", undone === "");
}

const read = asking.set(exploration.choice);
if (read) void ask(read, exploration.chosen);
else render();
