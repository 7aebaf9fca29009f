// The walkthrough: the only module here that knows everyone. It keeps where one is, moves on and back,
// and lets what a step asks for run for real. The words are in the page already.

import { part, setAttribute, setText, show as reveal } from "../../shell/dom.js";
import { embedded } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { OVERVIEW, addressOf, chapterOf, nextPlace, placeInChapter, previousPlace, stepAt } from "./course.js";
import { KEYS } from "./keys.js";
import { recall, remember } from "./memory.js";
import { createQuestion } from "./question.js";
import { createTally } from "./tally.js";

/** @import { RacePlayer } from "../../views/race-player.js" */
/** @import { Catalogue, Look, Problem, RunView } from "../../core/types.js" */
/** @import { Place, Program } from "./course.js" */
/** @import { WalkActions } from "./keys.js" */

/** What the button does next. */
const NEXT = { overview: "Begin", ask: "Run it", run: "What to look at", look: "Next" };

/** @type {Problem} */
const BROKEN = { code: "broken", message: "What shows the run did not come.", hint: "Load the page again." };

/** @type {Catalogue} */
const catalogue = embedded("catalogue");
/** @type {Program[]} */
const programs = embedded("programs");

/** @type {Place} */
let place = OVERVIEW;
/** @type {Look} */
let look = { panel: "code", solo: null, cell: null, projector: new URLSearchParams(window.location.search).has("projector") };
/** The runs of each step, as long as the page is open: going back shows them again. @type {Map<number, RunView[]>} */
const runs = new Map();
/** The step whose runs are on show. */
let shown = -1;
/** Counts the starts: an answer to an earlier one is not for us any more. */
let starts = 0;

const body = document.body;
const steps = programs.map(({ name }) => pick(`[data-step="${name}"]`));
const next = part(body, "to-next", HTMLButtonElement);
const previous = part(body, "to-previous", HTMLButtonElement);
const progress = part(body, "progress", HTMLElement);
const foundGuess = part(body, "found-guess", HTMLElement);
const foundLook = part(body, "found-look", HTMLElement);
const elsewhere = part(body, "elsewhere", HTMLAnchorElement);
const showRoot = part(body, "show", HTMLElement);
const tallyRoot = part(body, "tally", HTMLElement);
const tally = createTally(tallyRoot);
const questions = programs.map(({ name, right }) =>
  createQuestion(pick(`[data-step="${name}"]`), right, (direction) => actions[direction](), render),
);

/** What shows the runs is fetched while the first question is read. @type {Promise<RacePlayer>} */
const player = import("../../views/race-player.js").then(({ createRacePlayer }) => createRacePlayer(showRoot, { catalogue, look }));

/** @type {WalkActions} */
const actions = {
  next: () => go(nextPlace(programs, place)),
  previous: () => go(previousPlace(place, (at) => runs.has(at))),
  overview: () => go(OVERVIEW),
  choose(number) {
    if (place.phase === "ask") questions[place.at]?.choose(number);
  },
  again() {
    if (place.phase === "run" || place.phase === "look") void start();
  },
  togglePlay: () => withShow((actions) => actions.togglePlay()),
  step: (count) => withShow((actions) => actions.step(count)),
  toLoss: (direction) => withShow((actions) => actions.toLoss(direction)),
};

const shell = createShell({
  keys: KEYS,
  actions,
  onProjector(projector) {
    look = { ...look, projector };
    void player.then((it) => it.look({ projector }));
    render();
  },
  onTheme: () => void player.then((it) => it.invalidate()),
});

next.addEventListener("click", actions.next);
previous.addEventListener("click", actions.previous);
part(body, "run-again", HTMLButtonElement).addEventListener("click", actions.again);
part(body, "print", HTMLButtonElement).addEventListener("click", () => window.print());
body.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
  const { pathname } = new URL(link.href);
  const at = stepAt(programs, pathname);
  if (at < 0 && pathname !== addressOf(programs, -1)) return;
  event.preventDefault();
  go(at < 0 ? OVERVIEW : { at, phase: "ask" });
});

/** @param {string} selector */
function pick(selector) {
  const found = body.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** Keys are for the run only while it can be seen. @param {(actions: RacePlayer["actions"]) => void} act */
function withShow(act) {
  if (place.phase === "run" || place.phase === "look") void player.then((it) => act(it.actions));
}

/** @param {Place} wanted */
function go(wanted) {
  const from = place;
  place = wanted;
  if (wanted.at !== from.at) starts += 1;
  if (wanted.at !== from.at || wanted.phase === "ask") tally.stop();
  shell.tell(null);
  render();
  if (wanted.phase === "run" && from.phase === "ask") void start();
  else if (wanted.at !== shown && runs.has(wanted.at)) void reopen(wanted.at);
  if (wanted.at !== from.at || wanted.phase !== from.phase) attend(wanted);
}

/** Where the reader goes on. Whoever uses the buttons stays there. @param {Place} place */
function attend({ at, phase }) {
  if (phase !== "look") part(body, "walk", HTMLElement).scrollTo(0, 0);
  window.scrollTo(0, 0);
  if (part(body, "steering", HTMLElement).contains(document.activeElement)) return;
  if (phase === "ask") steps[at]?.querySelector("h3")?.focus();
  else if (phase !== "overview") foundGuess.focus();
}

/** Runs what the step asks for. */
async function start() {
  const { at } = place;
  const program = programs[at];
  const [request] = program?.runs ?? [];
  if (!program || !request) return;
  starts += 1;
  const own = starts;
  shell.tell(null);
  const problem = await (program.repeat > 1 ? tally.start(request, program.repeat, found) : showAll(program)).catch(() => BROKEN);
  if (own !== starts) return;
  shell.tell(problem);
  render();

  /** @param {RunView} run */
  function found(run) {
    runs.set(at, [run]);
    render();
  }

  /** @param {Program} program @returns {Promise<Problem | null>} */
  async function showAll(program) {
    const it = await player;
    if (own !== starts) return null;
    // What another step has begun soon ends by itself, and can be looked at again.
    if (shown === at) it.actions.stop();
    it.look({ solo: null });
    shown = at;
    const problem = await it.start(program.runs);
    if (!problem && own === starts) runs.set(at, it.races.map(({ run }) => run));
    return problem;
  }
}

/** Shows the runs of a step again. @param {number} at */
async function reopen(at) {
  const it = await player;
  if (place.at !== at || (programs[at]?.repeat ?? 1) > 1) return;
  shown = at;
  it.open(runs.get(at) ?? []);
}

function render() {
  const { at, phase } = place;
  const program = programs[at];
  setAttribute(body, "data-phase", phase);
  steps.forEach((step, index) => step.classList.toggle("is-current", index === at));
  for (const link of body.querySelectorAll("[data-chapter]")) {
    setAttribute(link, "aria-current", link.getAttribute("data-chapter") === chapterOf(program) ? "true" : null);
  }
  setAttribute(part(body, "to-overview", HTMLElement), "aria-current", program ? null : "page");

  const isLast = phase === "look" && at === programs.length - 1;
  setText(next, isLast ? "All chapters" : NEXT[phase]);
  previous.disabled = phase === "overview";
  setText(part(body, "progress-chapter", HTMLElement), program ? `${chapterTitle(at)} ·` : "");
  setText(progress, program ? placeInChapter(programs, at) : "");

  questions[at]?.repeat(foundGuess, phase === "look");
  const answer = program && phase === "look" ? pick(`[data-answer="${program.name}"]`) : null;
  foundLook.replaceChildren(...(answer ? [...answer.querySelectorAll("p:not(.answer-title)")].map((line) => line.cloneNode(true)) : []));
  const isTally = (program?.repeat ?? 1) > 1;
  reveal(tallyRoot, isTally);
  reveal(showRoot, !isTally);
  const known = runs.get(at) ?? [];
  const [only] = known;
  reveal(elsewhere, only !== undefined);
  elsewhere.href = known.length === 1 && only ? `/runs/${only.id}` : `/?runs=${known.map(({ id }) => id).join(",")}`;

  document.title = [...(program ? [titleOf(at)] : []), "Walkthrough", "Lost Update"].join(" · ");
  shell.write(addressOf(programs, at) + (look.projector ? "?projector" : ""));
  if (program) remember(program.name);
  else offerToContinue();
}

/** @param {number} at */
function titleOf(at) {
  return steps[at]?.querySelector("h3")?.textContent ?? "";
}

/** @param {number} at */
function chapterTitle(at) {
  return steps[at]?.closest(".chapter")?.querySelector("h2")?.textContent ?? "";
}

/** Where one was the last time. */
function offerToContinue() {
  const at = programs.findIndex(({ name }) => name === recall());
  const program = programs[at];
  reveal(part(body, "resume", HTMLElement), program !== undefined);
  if (!program) return;
  const link = part(body, "resume-link", HTMLAnchorElement);
  link.href = addressOf(programs, at);
  setText(link, `${chapterTitle(at)}: ${titleOf(at)}`);
}

const asked = stepAt(programs, window.location.pathname);
place = asked < 0 ? OVERVIEW : { at: asked, phase: "ask" };
render();
