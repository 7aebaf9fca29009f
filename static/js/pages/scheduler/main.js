// The page where a person is the scheduler: a race player with one run of the pace `step`, and
// around it what is asked for, a button for each process, the goal, and the schedule as text.

import { nameAt } from "../../core/process-names.js";
import { stopRun } from "../../core/api.js";
import { part } from "../../shell/dom.js";
import { embedded, embeddedCatalogue } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { addressOf, readAddress } from "./address.js";
import { createSetupForm, problemWith } from "./setup-form.js";
import { createStepping } from "./stepping.js";
import { createGoalCard } from "./goal-card.js";
import { createGoalJudge } from "./goal-result.js";
import { KEYS } from "./keys.js";
import { createScheduleCard } from "./schedule-card.js";
import { parsed, switchesOf } from "./schedule.js";
import { createStepButtons } from "./step-buttons.js";
import { nextStepOf } from "./step-words.js";

/** @import { Race } from "../../core/race.js" */
/** @import { ScenarioInfo } from "../../core/types.js" */
/** @import { Goal } from "../../core/goals.js" */
/** @import { SchedulerActions } from "./keys.js" */

const catalogue = embeddedCatalogue();
/** @type {Goal[]} */
const goals = embedded("goals");
const scenario = /** @type {ScenarioInfo} */ (catalogue.scenarios[0]);

const body = document.body;
const asked = readAddress(window.location.search, goals, (wanted) => problemWith(scenario, wanted) === "");
let { wanted, goal } = asked;
let hinted = false;

// The race player is most of what travels. Everything around it is on the screen before it comes.
const { createRacePlayer } = await import("../../views/race-player.js");
const player = createRacePlayer(body, {
  catalogue,
  look: { panel: asked.panel, solo: null, cell: null, projector: asked.projector },
  onDraw,
});
const stepping = createStepping(player, () => ({ scenario: scenario.name, ...wanted, pace: "step" }));

/** @type {SchedulerActions} */
const actions = {
  ...player.actions,
  take(index) {
    if (index < wanted.processes) stepping.take(nameAt(index));
  },
  undo: stepping.undo,
  redo: stepping.redo,
  again: () => stepping.open([]),
  hint() {
    hinted = true;
    player.invalidate();
  },
};
// On the map too, a person decides each step.
player.actions.take = actions.take;

const shell = createShell({
  keys: KEYS,
  actions,
  onProjector: (projector) => player.look({ projector }),
  onTheme: () => player.invalidate(),
  presenter: () => import("../../presenter/presenter.js"),
});
shell.room.offer({ plays: true });
const setupForm = createSetupForm(part(body, "scheduler-form", HTMLFormElement), scenario, goals, {
  goal: choose,
  own(own) {
    wanted = own;
    goal = null;
    stepping.open([]);
  },
  again: actions.again,
});
const stepButtonsRoot = part(body, "step-buttons", HTMLElement);
const stepButtons = createStepButtons(stepButtonsRoot, actions.take);
const goalCard = createGoalCard(part(body, "goal-card", HTMLElement), { hint: actions.hint, next: nextGoal });
const scheduleCard = createScheduleCard(part(body, "schedule-card", HTMLElement), follow);
const judge = createGoalJudge();
const undo = part(body, "undo", HTMLButtonElement);
const redo = part(body, "redo", HTMLButtonElement);
undo.addEventListener("click", actions.undo);
redo.addEventListener("click", actions.redo);
part(body, "start-again", HTMLButtonElement).addEventListener("click", actions.again);

window.addEventListener("pagehide", () => {
  // Nobody else may need these processes: make room.
  const [race] = player.races;
  if (race?.running) void stopRun(race.run.id);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) stepping.open(stepping.taken());
});

/** @param {Goal | null} chosen */
function choose(chosen) {
  goal = chosen;
  wanted = chosen?.request ?? wanted;
  hinted = false;
  stepping.open([]);
}

function nextGoal() {
  const next = goals[goals.findIndex((each) => each === goal) + 1];
  if (next) choose(next);
  // The button that was pressed is gone: on with the first process.
  stepButtonsRoot.querySelector("button")?.focus();
}

/** Follows what was typed. @param {string} text */
function follow(text) {
  const found = parsed(text, wanted.processes);
  if ("problem" in found) {
    stepping.complain(found.problem);
    return;
  }
  stepping.open(found.schedule);
  scheduleCard.leave();
}

/** Draws what is around the race. */
function onDraw() {
  stepping.drawn();
  setupForm.render(wanted, goal);
  const [race] = player.races;
  if (race) drawAround(race);
  else shell.say(stepping.complaint);
}

/** @param {Race} race */
function drawAround(race) {
  const { run, history } = race;
  const state = history.stateAt(history.length);
  const schedule = stepping.taken();
  const switches = switchesOf(schedule);
  stepButtons.render(state.names, state.names.map((_, index) => nextStepOf(run, state, index)), schedule.at(-1) ?? null);
  undo.disabled = schedule.length === 0;
  redo.disabled = !stepping.canRedo;
  scheduleCard.render(race, schedule, switches);
  goalCard.render(goal, { hinted, outcome: judge(race, goal, switches), isLast: goal === goals.at(-1) });
  // A goal that was just reached counts at once.
  setupForm.render(wanted, goal);
  const isCut = race.gone || run.status === "stopped";
  const goOn = { label: "Go on here with new processes", act: () => stepping.open(stepping.taken()) };
  shell.say(stepping.complaint || whyItEnded(race), isCut ? goOn : null);
  shell.write(addressOf({ wanted, goal, schedule: schedule.join(" "), panel: player.looked.panel, projector: player.looked.projector }));
}

/** Why the run ended where nobody meant it to end. @param {Race} race */
function whyItEnded({ run, gone }) {
  if (gone) return "The server no longer knows this run.";
  const isOurs = run.status === "stopped" || (run.status === "failed" && !run.deadlock);
  return isOurs ? (run.reason ?? "The run has ended.") : "";
}

const first = parsed(asked.schedule, wanted.processes);
stepping.open("schedule" in first ? first.schedule : []);
if ("problem" in first) stepping.complain(first.problem);
