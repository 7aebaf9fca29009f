// Every interleaving there is: the only module here that knows everyone. It asks what can happen, lets real runs show
// what does, opens an outcome's schedule, and has real processes follow it.

import { part, setAttribute, setText, show } from "../../shell/dom.js";
import { embedded } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { addressOf, readPlace } from "./address.js";
import { outcomesOf } from "./answer.js"; import { DEADLOCK } from "../../core/distribution.js"; import { explore } from "../../core/exploring.js";
import { createAsking } from "./asking.js";
import { createFollowing } from "./following.js";
import { createGraph } from "./graph.js";
import { KEYS } from "./keys.js";
import { Observations } from "../../core/observations.js";
import { createOutcomes } from "./outcomes.js";
import { found, observed, point, unfinished } from "./conclusion.js";
import { createSchedule } from "./schedule.js";

/** @import { Catalogue, Look, Problem, RunRequest } from "../../core/types.js" */
/** @import { Choice, Explored, Outcome } from "./answer.js" */
/** @import { ExplorationActions } from "./keys.js" */

/** How many real runs a press adds. */
const RUNS = 10;

/** Our pauses at the pace `slow`, in ms: ten runs must not take a lesson. */
const STEP_MS = 20;

/** So often it says for how long it has been working, in ms. */
const TICK = 1000;

/** @type {Catalogue} */
const catalogue = embedded("catalogue");
const place = readPlace(window.location.search, embedded("usual"));
/** @type {Look} */
let look = { panel: "timeline", solo: null, cell: null, projector: place.projector };
let choice = place.choice;
/** @type {Explored | null} */
let explored = null;
let line = "";
/** The name of the outcome on show. */
let chosen = place.final;
/** @type {"graph" | "run"} */
let sight = "graph";
/** @type {AbortController | null} */
let asked = null;
/** What real runs came to, for each choice, as long as the page is open. @type {Map<string, Observations>} */
const all = new Map();
/** @type {Problem | null} */
let trouble = null;
/** @type {Problem | null} */
let refusal = null;

const body = document.body;
const outcomes = createOutcomes(part(body, "outcomes", HTMLElement), choose);
const opened = part(body, "opened", HTMLElement);
const schedule = createSchedule(opened, () => void follow());
const graph = createGraph(part(body, "graph", HTMLElement), part(body, "graph-legend", HTMLElement), choose);
const showRoot = part(body, "show", HTMLElement);
const following = createFollowing(showRoot, catalogue, look, render);
const asking = createAsking(part(body, "asking", HTMLFormElement), (wanted) => void ask(wanted, ""));
const observeButton = part(body, "observe-button", HTMLButtonElement);

/** @type {ExplorationActions} */
const actions = {
  next(direction) {
    const names = list().map(({ name }) => name);
    const name = names[names.indexOf(chosen) + direction];
    if (name !== undefined) choose(name);
  },
  follow: () => void follow(),
  observe: () => void observe(),
  toggleSight: () => lookAt(sight === "run" ? "graph" : "run"),
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
part(body, "observe", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  actions.observe();
});
for (const button of sightButtons()) {
  button.addEventListener("click", () => lookAt(button.dataset["sight"] === "run" ? "run" : "graph"));
}

/** @returns {NodeListOf<HTMLButtonElement>} */
function sightButtons() {
  return body.querySelectorAll("button[data-sight]");
}

/** Works out what can happen. @param {Choice} wanted @param {string} final the outcome to open */
async function ask(wanted, final) {
  asked?.abort();
  const own = new AbortController();
  asked = own;
  observations().stop();
  following.clear();
  choice = wanted;
  chosen = final;
  explored = null;
  refusal = trouble = null;
  asking.mark(wanted);
  const began = performance.now();
  const wait = () => {
    line = `Working … ${Math.round((performance.now() - began) / 1000)} s`;
    render();
  };
  wait();
  const timer = setInterval(wait, TICK);
  const answer = await explore(wanted, own.signal);
  clearInterval(timer);
  if (own !== asked) return;
  asked = null;
  if (answer.ok) {
    explored = answer.explored;
    line = found(explored, (performance.now() - began) / 1000);
    sight = explored.graph ? "graph" : "run";
    if (!list().some(({ name }) => name === chosen)) chosen = mostTelling();
    rest();
  } else {
    line = "";
    asking.mark(null);
    trouble = answer.problem;
  }
  render();
  outcomes.reveal(chosen);
}

/** What is opened first: the worst that can happen, where its schedule is known. */
function mostTelling() {
  const known = list().filter((outcome) => outcome.schedule);
  return (known.find(({ name }) => name === DEADLOCK) ?? known[0] ?? list()[0])?.name ?? "";
}

/** All outcomes: those worked out, and any that only real runs have shown. @returns {Outcome[]} */
function list() {
  if (!explored) return [];
  const known = outcomesOf(explored);
  const others = [...observations().names].filter((name) => !known.some((each) => each.name === name));
  return [...known, ...others.map((name) => ({ name, final: name === DEADLOCK ? null : Number(name), share: null, counted: null, schedule: null }))];
}

function observations() {
  const key = JSON.stringify(choice);
  const found = all.get(key) ?? new Observations(render);
  all.set(key, found);
  return found;
}

/** @param {string} name */
function choose(name) {
  if (name === chosen) return;
  chosen = name;
  trouble = refusal = null;
  following.clear();
  if (explored?.graph) sight = "graph";
  rest();
  render();
  outcomes.reveal(chosen);
}

/** @param {"graph" | "run"} wanted */
function lookAt(wanted) {
  if (!explored?.graph) return;
  sight = wanted;
  rest();
  render();
}

/** @param {Partial<RunRequest>} changes @returns {RunRequest} */
function request(changes) {
  return { scenario: "value", ...choice, pace: "step", ...changes };
}

/** What would run stands ready. */
function rest() {
  if (sight === "run") following.rest(request({}));
}

async function follow() {
  const outcome = list().find(({ name }) => name === chosen);
  if (!outcome?.schedule || following.busy) return;
  sight = "run";
  refusal = null;
  render();
  refusal = await following.follow(request({ schedule: [...outcome.schedule] }), outcome.name);
  render();
  if (!refusal) part(body, "sights", HTMLElement).scrollIntoView({ block: "nearest" });
}

/** One press: some real runs more; the next one ends that. */
async function observe() {
  const own = observations();
  if (!explored) return;
  if (own.left > 0) {
    own.stop();
    return;
  }
  trouble = null;
  const pace = new FormData(part(body, "observe", HTMLFormElement)).get("pace");
  const problem = await own.gather(request({ pace: String(pace), ...(pace === "slow" ? { step_ms: STEP_MS } : {}) }), RUNS);
  if (own === observations()) trouble = problem;
  render();
}

function render() {
  const outcome = list().find(({ name }) => name === chosen) ?? null;
  const own = observations();
  const right = choice.processes * choice.iterations;
  setText(part(body, "found", HTMLElement), line);
  // A screen reader need not hear every second.
  setAttribute(part(body, "found", HTMLElement), "aria-live", asked ? "off" : "polite");
  setText(part(body, "share-head", HTMLElement), explored?.exhausted === false ? "estimate" : "probability");
  show(part(body, "ways-head", HTMLElement), explored?.exhausted !== false);
  setAttribute(part(body, "exploration", HTMLElement), "aria-busy", String(explored === null && asked !== null));
  const rest = explored ? unfinished(explored) : "";
  setText(part(body, "unfinished", HTMLElement), rest);
  show(part(body, "unfinished", HTMLElement), rest !== "");
  if (explored) setText(part(body, "point", HTMLElement), point(list(), right, explored, own));
  outcomes.render({ outcomes: list(), chosen, right, exhausted: explored?.exhausted ?? true, observations: own });

  show(part(body, "observe", HTMLElement), explored !== null);
  setText(observeButton, own.left > 0 ? "Stop" : `Run it ${RUNS} times`);
  setText(part(body, "observed", HTMLElement), observed(own));
  shell.tell(trouble ?? refusal);

  schedule.render(outcome, choice, following.busy);
  show(part(body, "sights", HTMLElement), explored !== null);
  show(part(body, "sight-row", HTMLElement), explored?.graph !== undefined);
  for (const button of sightButtons()) setAttribute(button, "aria-pressed", String(button.dataset["sight"] === sight));
  graph.show(sight === "graph" && explored?.graph !== undefined);
  graph.render(explored?.graph ?? null, outcome?.schedule ?? null);
  show(showRoot, explored !== null && sight === "run");
  showRoot.classList.toggle("has-run", following.started);
  verdict();
  const guard = asking.guardTitle;
  document.title = ["Interleavings", explored ? `${choice.processes} × ${choice.iterations} · ${guard}` : "", "Lost Update"].filter(Boolean).join(" · ");
  shell.write(addressOf({ choice, final: chosen, projector: look.projector }));
}

/** The promise, held against what real processes did. */
function verdict() {
  const text = part(body, "verdict", HTMLElement);
  const { verdict: came, busy } = following;
  text.classList.toggle("is-broken", came !== null && came.really !== came.promised);
  if (came) {
    const [said, really] = [ending(came.promised), came.really === null ? (came.run.reason ?? "in no way") : ending(came.really)];
    setText(text, came.really === came.promised ? `Real processes ended ${really}, as said.` : `Said: ${said}. Really: ${really}. That is a fault of ours.`);
  } else setText(text, busy ? "Real processes follow it …" : "");
}

/** @param {string} name */
function ending(name) {
  return name === DEADLOCK ? "in a deadlock" : `at ${name}`;
}

const read = asking.set(choice);
if (read) void ask(read, chosen);
else render();
