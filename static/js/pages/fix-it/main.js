// The puzzle: the only module here that knows everyone. Somebody places the lock's two calls; the server tries every
// interleaving; what breaks it is followed by real processes, whose end is held against what was said.

import { part, setAttribute, setProse, setText, show, toggle } from "../../shell/dom.js";
import { createFollowing } from "../interleavings/following.js";
import { embedded } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { addressOf, judge, more, readPlace } from "./api.js";
import { KEYS } from "./keys.js";
import { LEVELS, isSolved } from "./levels.js";
import { createWorker } from "./worker.js";

/** @import { Catalogue, Look, Problem, RunRequest } from "../../core/types.js" */
/** @import { Call, Judgement, Placement } from "./api.js" */
/** @import { PuzzleActions } from "./keys.js" */
/** @import { Level } from "./levels.js" */

/** Where nothing breaks it, real processes run it as slowly as can be watched: our pauses, in ms. */
const STEP_MS = 60;

/** How the interleavings' page calls the end of a run that nobody will ever end. */
const DEADLOCK = "deadlock";

const WORD = { right: "PASS", wrong: "BROKEN", deadlock: "BROKEN: it gets stuck", failure: "BROKEN: it fails" };

const HOW = "Press a call in a gap to place it there. Press it again to take it out. Keys: ↑ and ↓ go from gap to gap, a and r place.";

/** @type {Catalogue} */
const catalogue = embedded("catalogue");
/** @type {{processes: number, iterations: number}} */
const size = embedded("usual");

const body = document.body;
const worker = createWorker(part(body, "worker", HTMLElement), place);
const asked = readPlace(window.location.search, worker.slots);
/** @type {Look} */
let look = { panel: "timeline", solo: null, cell: null, projector: asked.projector };
let placement = asked.placement;
let level = LEVELS.find(({ name }) => name === asked.level) ?? /** @type {Level} */ (LEVELS[0]);
/** @type {Judgement | null} */
let judgement = null;
/** @type {Problem | null} */
let problem = null;
/** Counts what was asked: an answer to an earlier question is not for us any more. */
let questions = 0;
let checking = false;
let followed = false;
/** The puzzles solved, by name, as long as the page is open. @type {Set<string>} */
const solved = new Set();

const showRoot = part(body, "show", HTMLElement);
const following = createFollowing(showRoot, catalogue, look, render);
const choice = part(body, "level", HTMLSelectElement);
choice.append(...LEVELS.map(({ name }) => new Option("", name)));

/** @type {PuzzleActions} */
const actions = {
  placeHere(call) {
    if (worker.here !== null) place(call, worker.here);
  },
  move: worker.move,
  check: () => void check(),
  clear: () => change({ acquire: null, release: null }),
  follow: () => void follow(),
  next,
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
part(body, "check", HTMLButtonElement).addEventListener("click", actions.check);
part(body, "clear", HTMLButtonElement).addEventListener("click", actions.clear);
part(body, "follow-schedule", HTMLButtonElement).addEventListener("click", actions.follow);
part(body, "next", HTMLButtonElement).addEventListener("click", () => {
  next();
  // The button that was pressed is gone.
  choice.focus();
});
choice.addEventListener("change", () => {
  level = LEVELS.find(({ name }) => name === choice.value) ?? level;
  render();
});

/** Puts a call into a gap; where it stands already, it is taken out. @param {Call} call @param {string} slot */
function place(call, slot) {
  change({ ...placement, [call]: placement[call] === slot ? null : slot });
}

/** @param {Placement} wanted */
function change(wanted) {
  placement = wanted;
  questions += 1;
  judgement = problem = null;
  checking = followed = false;
  following.clear();
  render();
}

async function check() {
  if (checking) return;
  questions += 1;
  const own = questions;
  checking = true;
  problem = null;
  render();
  const answer = await judge(placement, size);
  if (own !== questions) return;
  checking = false;
  if (answer.ok) judgement = answer.judgement;
  else problem = answer.problem;
  if (judgement && isSolved(level, judgement)) solved.add(level.name);
  render();
  part(body, "verdict", HTMLElement).scrollIntoView({ block: "nearest" });
}

async function follow() {
  if (!judgement || following.busy) return;
  followed = true;
  const { schedule, final, ends } = judgement;
  /** @type {RunRequest} */
  const request = {
    scenario: "fix-it",
    ...size,
    ...placement,
    ...(schedule ? { pace: "step", schedule } : { pace: "slow", step_ms: STEP_MS }),
  };
  render();
  problem = await following.follow(request, ends === "deadlock" ? DEADLOCK : String(final));
  render();
  if (!problem) showRoot.scrollIntoView({ block: "nearest" });
}

/** The next puzzle begins with the code as it is. */
function next() {
  const after = LEVELS[LEVELS.indexOf(level) + 1];
  if (!after) return;
  level = after;
  change({ acquire: null, release: null });
}

function render() {
  worker.render(placement);
  choice.value = level.name;
  for (const [index, { name, title }] of LEVELS.entries()) {
    const option = choice.options[index];
    if (option) setText(option, `${index + 1} · ${title}${solved.has(name) ? " ✓" : ""}`);
  }
  setText(part(body, "solved", HTMLElement), `${solved.size} of ${LEVELS.length} solved`);
  setProse(part(body, "ask", HTMLElement), level.ask);
  const button = part(body, "check", HTMLButtonElement);
  setAttribute(button, "aria-busy", checking ? "true" : null);
  setText(button, checking ? "Trying every interleaving …" : "Check it");
  verdict();
  show(part(body, "breaking", HTMLElement), judgement !== null);
  show(part(body, "breaking-schedule", HTMLElement), judgement?.schedule !== null);
  setText(part(body, "schedule", HTMLElement), judgement?.schedule?.join(" ") ?? "");
  const run = part(body, "follow-schedule", HTMLButtonElement);
  run.disabled = following.busy;
  setText(run, judgement?.passes ? "Let real processes run it" : "Let real processes follow it");
  const isDone = judgement !== null && isSolved(level, judgement);
  show(part(body, "next", HTMLButtonElement), isDone && level !== LEVELS[LEVELS.length - 1]);
  show(showRoot, followed);
  toggle(part(body, "judgement", HTMLElement), "has-run", followed);
  outcome();
  document.title = `${level.title} · Fix it · Lost Update`;
  shell.write(addressOf(placement, level.name, look.projector));
}

/** What every interleaving together says, and whether that is what was asked. */
function verdict() {
  const box = part(body, "verdict", HTMLElement);
  setAttribute(box, "data-ends", problem ? "problem" : (judgement?.ends ?? ""));
  setText(part(box, "verdict-word", HTMLElement), judgement ? WORD[judgement.ends] : "");
  const waiting = "“Check it” tries every interleaving of the steps of real processes. If one breaks the code, you see the shortest one.";
  const said = problem ? [problem.message, problem.hint].filter(Boolean).join(" ") : (judgement?.why ?? waiting);
  setText(part(box, "verdict-why", HTMLElement), said);
  setText(part(box, "verdict-more", HTMLElement), judgement ? more(judgement) : problem ? "" : HOW);
  const isDone = judgement !== null && isSolved(level, judgement);
  const goal = isDone ? `Solved. ${level.learned}` : judgement?.passes ? "Right, but not what this puzzle asks for." : "";
  setProse(part(box, "verdict-goal", HTMLElement), goal);
}

/** How real processes ended, held against what was said. */
function outcome() {
  const text = part(body, "outcome", HTMLElement);
  const { verdict: came, busy } = following;
  const isAsSaid = came !== null && came.really === came.promised;
  toggle(text, "is-broken", came !== null && !isAsSaid);
  if (!followed || !judgement) setText(text, "");
  else if (!came) setText(text, busy ? "Real processes are running …" : "");
  else if (!isAsSaid) setText(text, `Predicted: ${ending(came.promised)}. Really: ${came.really ? ending(came.really) : (came.run.reason ?? "no end")}. This is a bug of this page.`);
  else {
    const failed = came.run.processes.filter(({ exitcode }) => exitcode === 1).map(({ name }) => name);
    const how = judgement.ends === "failure" ? `${failed.join(" and ")} failed, and it ended ${ending(came.promised)}` : `They ended ${ending(came.promised)}`;
    setText(text, `${how}, as predicted.`);
  }
}

/** @param {string} name */
function ending(name) {
  return name === DEADLOCK ? "in a deadlock" : `at ${name}`;
}

render();
