// The page on which one is the scheduler: a show of one run, whose processes take a step when they are let. Whatever
// is asked for is done one after the other. What has happened is read off the recorded steps, never off the presses:
// somebody else may let processes go too.
//
//   press ─▶ task: grant ─▶ the step ─▶ the stream ─▶ the race player draws, and this page around it
//   undo  ─▶ task: begin ─▶ a new run follows the schedule less its last step; then it takes the old one's place

import { startRun, stopRun } from "../../core/api.js";
import { part, setAttribute, setText, show as reveal } from "../../shell/dom.js";
import { embedded } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { Race } from "../../core/race.js";
import { createRacePlayer } from "../../views/race-player.js";
import { counted, number } from "../../core/format.js";
import { createGoalCard } from "./goal-card.js";
import { isReached } from "./goals.js";
import { grantStep } from "./grant.js";
import { KEYS } from "./keys.js";
import { bestOf, remember } from "./memory.js";
import { addressOf, readPlace } from "./address.js";
import { parsed, switchesOf, takenOf } from "./schedule.js";
import { createTurns } from "./turns.js";
import { turnOf } from "./words.js";

/** @import { Catalogue, Problem, RunView, ScenarioInfo } from "../../core/types.js" */
/** @import { Goal } from "./goals.js" */
/** @import { Verdict } from "./goal-card.js" */
/** @import { DeskActions } from "./keys.js" */
/** @import { Wanted } from "./address.js" */

/** Something to do, and whether it takes the last step back: several of these in a row are one.
 * @typedef {{act: () => Promise<void>, takesBack?: boolean}} Task */

/** @type {Catalogue} */
const catalogue = embedded("catalogue");
/** @type {Goal[]} */
const goals = embedded("goals");
const scenario = /** @type {ScenarioInfo} */ (catalogue.scenarios[0]);

const body = document.body;
const form = part(body, "desk-form", HTMLFormElement);
const goalChoice = part(form, "goal", HTMLSelectElement);
const guard = part(form, "guard", HTMLSelectElement);
const processes = part(form, "processes", HTMLInputElement);
const iterations = part(form, "iterations", HTMLInputElement);
const message = part(body, "message", HTMLElement);
const notice = part(body, "notice", HTMLElement);
const noticeText = part(body, "notice-text", HTMLElement);
const goOn = part(body, "go-on", HTMLButtonElement);
const undo = part(body, "undo", HTMLButtonElement);
const redo = part(body, "redo", HTMLButtonElement);
const field = part(body, "schedule", HTMLTextAreaElement);
const figures = part(body, "schedule-figures", HTMLElement);
const takeAway = part(body, "take-away", HTMLAnchorElement);
const tally = part(body, "goals-reached", HTMLElement);

const asked = readPlace(window.location.search, goals, isAllowed);
let { wanted, goal } = asked;
let hinted = false;
/** What was taken back and can be taken again, the next one last. @type {string[]} */
let undone = [];
/** What was in the way of what was asked for last. */
let complaint = "";
/** @type {Task[]} */
const tasks = [];
let atWork = false;
/** Waits for something that the next drawing may find. @type {(() => void)[]} */
let waiting = [];
/** The run that was judged last, and what came of it. @type {{id: string, verdict: Verdict}} */
let judged = { id: "", verdict: null };

const player = createRacePlayer(body, {
  catalogue,
  look: { panel: asked.panel, solo: null, cell: null, projector: asked.projector },
  onDraw,
});

/** @type {DeskActions} */
const actions = {
  ...player.actions,
  take(place) {
    const name = `P${place + 1}`;
    undone = [];
    if (place < wanted.processes) enqueue({ act: () => grant(name) });
  },
  undo: () => enqueue({ act: takeBack, takesBack: true }),
  redo() {
    const name = undone.pop();
    if (name) enqueue({ act: () => grant(name) });
  },
  again: () => open([]),
  hint() {
    hinted = true;
    player.invalidate();
  },
};

const shell = createShell({
  keys: KEYS,
  actions,
  onProjector: (projector) => player.look({ projector }),
  onTheme: () => player.invalidate(),
});
const turns = createTurns(part(body, "turns", HTMLElement), actions.take);
const card = createGoalCard(part(body, "goal-card", HTMLElement), { hint: actions.hint, next: nextGoal });

undo.addEventListener("click", actions.undo);
redo.addEventListener("click", actions.redo);
part(body, "start-again", HTMLButtonElement).addEventListener("click", actions.again);
goOn.addEventListener("click", () => open(taken()));

/** Keys must work once something was chosen with the mouse; whoever chose with keys stays where they were. */
let byPointer = false;
form.addEventListener("pointerdown", () => (byPointer = true));
form.addEventListener("keydown", () => (byPointer = false));
form.addEventListener("change", ({ target }) => {
  if (target === goalChoice) choose(goals.find(({ slug }) => slug === goalChoice.value) ?? null);
  else chooseOwn();
  if (byPointer && target instanceof HTMLSelectElement) target.blur();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (problemWith(chosen()) === "") actions.again();
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Escape") field.value = taken().join(" ");
  if (event.key === "Escape" || event.key === "Enter") event.preventDefault();
  if (event.key === "Enter") follow(field.value);
});
field.addEventListener("blur", () => player.invalidate());

window.addEventListener("pagehide", () => {
  // Nobody else may need these processes: make room.
  const [race] = player.races;
  if (race?.running) void stopRun(race.run.id);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) open(taken());
});

/** @param {Wanted} wanted */
function isAllowed(wanted) {
  return problemWith(wanted) === "";
}

/** What is wrong with a choice, in words; "" is nothing. @param {Wanted} wanted */
function problemWith({ guard, processes, iterations }) {
  const { variants, processes: many, iterations: often } = scenario;
  if (!variants.some(({ name }) => name === guard)) return "There is no such guard.";
  if (!(processes >= 1 && processes <= many.most)) return `Between 1 and ${many.most} processes.`;
  if (!(iterations >= 1 && iterations <= often.most)) return `Between 1 and ${often.most} increments each.`;
  return "";
}

/** What the fields say. @returns {Wanted} */
function chosen() {
  return { guard: guard.value, processes: processes.valueAsNumber, iterations: iterations.valueAsNumber };
}

function chooseOwn() {
  const own = chosen();
  const problem = problemWith(own);
  setText(message, problem);
  setAttribute(processes, "aria-invalid", problem.includes("processes") ? "true" : null);
  setAttribute(iterations, "aria-invalid", problem.includes("increments") ? "true" : null);
  if (problem) return;
  wanted = own;
  goal = null;
  open([]);
}

/** @param {Goal | null} chosen */
function choose(chosen) {
  goal = chosen;
  wanted = chosen?.request ?? wanted;
  hinted = false;
  setText(message, "");
  open([]);
}

function nextGoal() {
  const next = goals[goals.findIndex((each) => each === goal) + 1];
  if (next) choose(next);
  // The button that was pressed is gone: on with the first process.
  part(body, "turns", HTMLElement).querySelector("button")?.focus();
}

/** Follows what was typed. @param {string} text */
function follow(text) {
  const found = parsed(text, wanted.processes);
  complaint = "problem" in found ? found.problem : "";
  if ("schedule" in found) {
    open(found.schedule);
    field.blur();
  }
  player.invalidate();
}

/** @param {readonly string[]} schedule */
function open(schedule) {
  undone = [];
  enqueue({ act: () => begin(schedule) });
}

/** @param {Task} task */
function enqueue(task) {
  tasks.push(task);
  if (!atWork) void work();
}

async function work() {
  atWork = true;
  for (let task = tasks.shift(); task; task = tasks.shift()) await task.act();
  atWork = false;
}

/** Lets a process take its step. @param {string} name */
async function grant(name) {
  const [race] = player.races;
  if (!race) return;
  // Whoever presses fast is ahead of what is known: only then can be said who is in the way.
  await until(() => isSettled(race));
  complaint = obstacleOf(race, name);
  if (complaint === "") {
    if (player.at !== null) player.actions.follow();
    const answer = await grantStep(race.run.id, name);
    if (answer.ok) await until(() => race.history.length > answer.step.index || !race.live || !race.connected);
    else complaint = inWords(answer.problem);
  }
  player.invalidate();
}

/** Whether it is known what everybody who is alive would do next. @param {Race} race */
function isSettled({ run, history, running, connected }) {
  if (!running || !connected) return true;
  const known = new Set(run.next?.map(({ process }) => process));
  return run.steps >= history.length && run.processes.every(({ name, state }) => state === "ended" || known.has(name));
}

/** Why it is no use to ask. @param {Race} race @param {string} name */
function obstacleOf({ run, running }, name) {
  if (!running) return run.status === "finished" || run.deadlock ? "The run has ended. Undo a step, or start again." : "";
  return run.next?.find(({ process }) => process === name)?.obstacle ?? "";
}

/** Takes back as many steps as were asked for meanwhile. */
async function takeBack() {
  const schedule = taken();
  if (schedule.length === 0) return;
  do undone.push(schedule.pop() ?? "");
  while (tasks[0]?.takesBack && tasks.shift() && schedule.length > 0);
  await begin(schedule);
}

/** New processes follow the schedule; then they take the place of those before. @param {readonly string[]} schedule */
async function begin(schedule) {
  const [old] = player.races;
  const request = { scenario: scenario.name, ...wanted, pace: "step", ...(schedule.length > 0 ? { schedule: [...schedule] } : {}) };
  const answer = await startRun(request);
  complaint = answer.ok ? "" : inWords(answer.problem);
  if (answer.ok) {
    await replace(answer.run, schedule.length);
    if (old?.running) void stopRun(old.run.id);
  }
  player.invalidate();
}

/** Shows another run in place of what is on show, once it has followed its schedule: none of it is played.
 * @param {RunView} view @param {number} steps of its schedule @returns {Promise<void>} */
function replace(view, steps) {
  return new Promise((settle) => {
    const race = new Race(view, player.sharedBy(view.request), () => {
      if (player.races.includes(race)) player.settle();
      else if (isReady(race, steps) || !race.live || !race.connected) {
        player.adopt(race);
        settle();
      }
    }).open();
  });
}

/** A run that has followed its schedule, or waits for a place. @param {Race} race @param {number} steps */
function isReady({ run, history }, steps) {
  if (run.place) return true;
  return (run.runnable?.length ?? 0) > 0 && takenOf(history, history.stateAt(0).names).length >= steps;
}

/** @param {() => boolean} isSo @returns {Promise<void>} */
function until(isSo) {
  if (isSo()) return Promise.resolve();
  return new Promise((settle) => {
    const look = () => (isSo() ? settle() : void waiting.push(look));
    look();
  });
}

/** The schedule so far. @returns {string[]} */
function taken() {
  const [race] = player.races;
  return race ? takenOf(race.history, race.history.stateAt(0).names) : [];
}

/** @param {Problem} problem */
function inWords({ message, hint }) {
  return [message, hint].filter(Boolean).join(" ");
}

/** What is around the races. */
function onDraw() {
  const looks = waiting;
  waiting = [];
  for (const look of looks) look();
  drawForm();
  const [race] = player.races;
  if (!race) {
    drawNotice(complaint, false);
    return;
  }
  const { run, history } = race;
  const state = history.stateAt(history.length);
  const schedule = taken();
  turns.render(
    state.names,
    state.names.map((_, place) => turnOf(run, state, place)),
    schedule.at(-1) ?? null,
  );
  undo.disabled = schedule.length === 0;
  redo.disabled = undone.length === 0;
  if (document.activeElement !== field && field.value !== schedule.join(" ")) {
    field.value = schedule.join(" ");
    field.scrollTop = field.scrollHeight;
  }
  const switches = switchesOf(schedule);
  setText(figures, `${counted(schedule.length, "step")}, ${number(switches)} context ${switches === 1 ? "switch" : "switches"}`);
  const isReplayable = race.complete && schedule.length > 0 && (run.status === "finished" || Boolean(run.deadlock));
  reveal(takeAway, isReplayable);
  if (isReplayable) setAttribute(takeAway, "href", `/api/runs/${run.id}/replay.py`);
  card.render(goal, { hinted, verdict: judge(race, switches), isLast: goal === goals.at(-1) });
  const isCut = race.gone || run.status === "stopped";
  drawNotice(complaint || standing(race), isCut);
  shell.write(addressOf({ wanted, goal, schedule: schedule.join(" "), panel: player.looked.panel, projector: player.looked.projector }));
}

/** What ended the run that nobody meant to end. @param {Race} race */
function standing({ run, gone }) {
  if (gone) return "The server no longer knows this run.";
  const isOurs = run.status === "stopped" || (run.status === "failed" && !run.deadlock);
  return isOurs ? (run.reason ?? "The run has ended.") : "";
}

/** @param {string} text @param {boolean} isCut new processes could go on from here */
function drawNotice(text, isCut) {
  reveal(notice, text !== "");
  setText(noticeText, text);
  reveal(goOn, isCut);
}

function drawForm() {
  for (const option of goalChoice.options) {
    const named = goals.find(({ slug }) => slug === option.value);
    if (named) setText(option, `${bestOf(named.slug) === undefined ? "" : "✓ "}${named.title}`);
  }
  goalChoice.value = goal?.slug ?? "";
  const reached = goals.filter(({ slug }) => bestOf(slug) !== undefined).length;
  setText(tally, `${reached} of ${goals.length} reached`);
  if (form.contains(document.activeElement) && message.textContent) return;
  guard.value = wanted.guard;
  for (const [input, value] of /** @type {const} */ ([[processes, wanted.processes], [iterations, wanted.iterations]])) {
    if (document.activeElement !== input && input.valueAsNumber !== value) input.value = String(value);
  }
}

/** @param {Race} race @param {number} switches @returns {Verdict} */
function judge({ run, history, complete }, switches) {
  if (!complete || !goal) return null;
  const id = `${run.id} ${goal.slug}`;
  if (judged.id !== id) {
    judged = { id, verdict: verdictOn(goal, run, history, switches) };
    if (judged.verdict?.reached) remember(goal.slug, switches);
    player.invalidate();
  }
  return judged.verdict;
}

/** @param {Goal} goal @param {RunView} run @param {Race["history"]} history @param {number} switches @returns {Verdict} */
function verdictOn(goal, run, history, switches) {
  if (run.status !== "finished" && !run.deadlock) return null;
  const value = history.stateAt(history.length).cells[0]?.value ?? 0;
  const ending = run.deadlock ? "everybody waits for ever." : `the counter ended at ${number(value)}.`;
  return { reached: isReached(goal, run, history), switches, ending };
}

const first = parsed(asked.schedule, wanted.processes);
open("schedule" in first ? first.schedule : []);
if ("problem" in first) enqueue({
  async act() {
    complaint = first.problem;
    player.invalidate();
  },
});
