// The page of all interleavings. This puts its parts together: it asks the server what can happen, lets real runs show
// what does happen, opens the schedule of an outcome, and lets real processes follow it.

import { part, setAttribute, setText, show, toggle } from "../../shell/dom.js";
import { embedded, embeddedCatalogue } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { addressOf, readAddress } from "./address.js";
import { createExploreForm } from "./explore-form.js";
import { conclusion, undrawn, unfinished } from "./conclusion.js";
import { Exploration } from "./exploration.js";
import { createHistogram } from "./histogram.js";
import { KEYS } from "./keys.js";
import { createRealRuns } from "./real-runs.js";
import { comparisonOf } from "./outcome-words.js";
import { createSchedule } from "./schedule.js";
import { createTabs } from "./tabs.js";

/** @import { Look, Problem } from "../../core/types.js" */
/** @import { ExploreRequest } from "../../core/explore.js" */
/** @import { ExplorationActions } from "./keys.js" */

const address = readAddress(window.location.search, embedded("usual"));
/** @type {Look} */
let look = { panel: "timeline", solo: null, cell: null, projector: address.projector };
/** What went wrong: nothing could be worked out, or real processes did not follow. @type {Problem | null} */
let trouble = null;

const body = document.body;
const exploration = new Exploration(address.exploreRequest, address.final, render);
const page = part(body, "exploration", HTMLElement);
const foundLine = part(body, "found", HTMLElement);
const histogram = createHistogram(part(body, "histogram", HTMLElement), part(body, "histogram-legend", HTMLElement), part(body, "different", HTMLElement), choose);
const realRuns = createRealRuns(part(body, "observe", HTMLElement), exploration, render);
const schedule = createSchedule(part(body, "opened", HTMLElement), follow);
const tabs = createTabs(part(body, "tabs", HTMLElement), exploration, { catalogue: embeddedCatalogue(), look, choose, follow: (path, name) => void followSchedule(path, name), onChange: render });
const { scheduleRun } = tabs;
const form = createExploreForm(part(body, "explore-form", HTMLFormElement), (wanted) => void ask(wanted, ""));

/** @type {ExplorationActions} */
const actions = {
  next(direction) {
    const name = exploration.beside(direction);
    if (name !== undefined) choose(name);
  },
  follow,
  observe: realRuns.press,
  nextTab: tabs.turn,
  togglePlay: () => scheduleRun.act((it) => it.togglePlay()),
  step: (count) => scheduleRun.act((it) => it.step(count)),
};

const shell = createShell({
  keys: KEYS,
  actions,
  onProjector(projector) {
    look = { ...look, projector };
    scheduleRun.look(projector);
    render();
  },
  onTheme: () => scheduleRun.redraw(),
  presenter: () => import("../../presenter/presenter.js"),
});

/** Works out what can happen. @param {ExploreRequest} wanted @param {string} final the outcome to open */
async function ask(wanted, final) {
  tabs.clear();
  realRuns.forget();
  trouble = null;
  form.mark(wanted);
  trouble = await exploration.ask(wanted, final);
  if (trouble) form.mark(null);
  render();
}

/** @param {string} name */
function choose(name) {
  if (name === exploration.chosen) return;
  exploration.chosen = name;
  trouble = null;
  realRuns.forget();
  tabs.clear();
  render();
}

/** Real processes take the steps that lead to the outcome that is open. */
function follow() {
  const { outcome } = exploration;
  if (outcome?.schedule) void followSchedule(outcome.schedule, outcome.name);
}

/** @param {readonly string[]} schedule @param {string} name how it will end */
async function followSchedule(schedule, name) {
  trouble = null;
  trouble = await tabs.follow(schedule, name);
  render();
}

function render() {
  const { explored, outcomes, observations, right, exploreRequest, chosen } = exploration;
  setText(foundLine, exploration.line);
  // A screen reader need not hear every second.
  setAttribute(foundLine, "aria-live", exploration.working ? "off" : "polite");
  setAttribute(page, "aria-busy", String(exploration.working));
  if (explored) setText(part(page, "conclusion", HTMLElement), conclusion(outcomes, right, explored, observations));
  renderUnfinished();
  // Without a picture beside it, the text takes all the room.
  toggle(page, "is-wide", tabs.empty);
  tabs.render();
  realRuns.render();
  shell.showProblem(trouble ?? realRuns.problem);
  schedule.render(exploration, scheduleRun.busy);
  histogram.render(exploration, realRuns.pace);
  const result = part(page, "comparison", HTMLElement);
  const { text, isBroken } = comparisonOf(scheduleRun.result, scheduleRun.busy);
  setText(result, text);
  toggle(result, "is-broken", isBroken);
  const about = explored ? `${exploreRequest.processes} × ${exploreRequest.iterations} · ${form.guardTitle}` : "";
  document.title = ["Interleavings", about, "Lost Update"].filter(Boolean).join(" · ");
  shell.write(addressOf({ exploreRequest, final: chosen, projector: look.projector }));
}

/** Says that not everything was worked out, or that there is no picture of it. */
function renderUnfinished() {
  const { explored } = exploration;
  const root = part(page, "unfinished", HTMLElement);
  const undone = explored ? unfinished(explored) : "";
  const less = undone || (explored ? undrawn(explored) : "");
  setText(root, less);
  show(root, less !== "");
  toggle(root, "is-undrawn", undone === "");
}

const read = form.set(exploration.exploreRequest);
if (read) void ask(read, exploration.chosen);
else render();
