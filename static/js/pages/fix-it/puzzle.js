// The puzzle in play: where the two calls stand, what the server said of that, and the real processes that follow it.

import { part } from "../../shell/dom.js";
import { createFollowing } from "../interleavings/following.js";
import { addressOf, judge, readPlace } from "./api.js";
import { DEADLOCK, createBench } from "./bench.js";
import { LEVELS, isSolved } from "./levels.js";
import { createWorker } from "./worker.js";

/** @import { Catalogue, Look, Problem, RunRequest } from "../../core/types.js" */
/** @import { Call, Judgement, Placement, Size } from "./api.js" */
/** @import { PuzzleActions } from "./keys.js" */
/** @import { Level } from "./levels.js" */

/** Where nothing breaks it, real processes run it as slowly as can be watched: our pauses, in ms. */
const STEP_MS = 60;

/** What the rest of the page is told. @typedef {{tell: (problem: Problem | null) => void, write: (address: string) => void}} Around */

/** @param {HTMLElement} body @param {Catalogue} catalogue @param {Size} size @param {Around} around */
export function createPuzzle(body, catalogue, size, around) {
  const bench = createBench(body);
  const worker = createWorker(part(body, "worker", HTMLElement), place);
  const asked = readPlace(window.location.search, worker.slots);
  /** @type {Look} */
  const look = { panel: "timeline", solo: null, cell: null, projector: asked.projector };
  const showRoot = part(body, "show", HTMLElement);
  const following = createFollowing(showRoot, catalogue, look, render);
  let { placement, projector } = asked;
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
    rest();
    render();
  }

  /** What would run stands ready, beside the code. */
  function rest() {
    following.rest({ scenario: "fix-it", ...size, ...placement, pace: "step" });
  }

  /** What breaks the code is played at once. */
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
    if (judgement?.schedule) await follow();
  }

  async function follow() {
    if (!judgement || following.busy) return;
    followed = true;
    const own = questions;
    const { schedule, final, ends } = judgement;
    /** @type {RunRequest} */
    const request = {
      scenario: "fix-it",
      ...size,
      ...placement,
      ...(schedule ? { pace: "step", schedule } : { pace: "slow", step_ms: STEP_MS }),
    };
    render();
    const refused = await following.follow(request, ends === "deadlock" ? DEADLOCK : String(final));
    if (own !== questions) return;
    problem = refused;
    render();
    if (!problem) part(body, "judgement", HTMLElement).scrollIntoView({ block: "start" });
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
    const { busy, verdict } = following;
    bench.render({ level, solved, judgement, checking, followed, busy, came: verdict });
    around.tell(problem);
    around.write(addressOf(placement, level.name, projector));
  }

  return {
    actions,
    bench,
    begin() {
      rest();
      render();
    },
    redraw: () => following.redraw(),
    /** @param {string} name of a puzzle */
    choose(name) {
      level = LEVELS.find((each) => each.name === name) ?? level;
      render();
    },
    /** @param {boolean} wanted */
    setProjector(wanted) {
      projector = wanted;
      following.look(projector);
      render();
    },
  };
}
