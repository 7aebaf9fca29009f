// Moving through the course: the step and phase on show, what keys and buttons do there, and what the page then shows.

import { part } from "../../shell/dom.js";
import { createAnswers } from "./answers.js";
import { OVERVIEW, addressOf, nextLocation, previousLocation, questionOf } from "./course.js";
import { remember } from "./step-storage.js";
import { createPage } from "./page.js";
import { createRuns } from "./runs.js";
import { createLookSentences } from "./look-sentences.js";

/** @import { RacePlayer } from "../../views/race-player.js" */
/** @import { Problem } from "../../core/types.js" */
/** @import { Location, Program } from "./course.js" */
/** @import { WalkthroughActions } from "./keys.js" */

/** What the navigation calls on the page around it. @typedef {{showProblem: (problem: Problem | null) => void, write: (address: string) => void}} PageCallbacks */

/**
 * @param {HTMLElement} body
 * @param {readonly Program[]} programs
 * @param {Promise<RacePlayer>} player
 * @param {PageCallbacks} callbacks
 */
export function createNavigation(body, programs, player, callbacks) {
  /** @type {Location} */
  let location = OVERVIEW;
  const page = createPage(body, programs);
  const runs = createRuns(programs, player, part(body, "tally", HTMLElement), render);
  const lookSentences = createLookSentences(part(body, "found-look", HTMLElement), part(body, "races", HTMLElement), player, runs);
  const answers = createAnswers(part(body, "found-guess", HTMLElement), page.steps, programs, runs, (direction) => actions[direction](), render);

  const actions = actionsOf(programs, player, { now: () => location, go, run, hasRun: runs.has, choose: (at, number) => answers.choose(at, number) });

  /** @param {Location} wanted */
  function go(wanted) {
    const from = location;
    location = wanted;
    const isElsewhere = wanted.at !== from.at;
    if (isElsewhere) runs.leave();
    else if (wanted.phase === "ask") runs.stopCounting();
    callbacks.showProblem(null);
    render();
    if (wanted.phase === "run" && from.phase === "ask") void start();
    else void runs.reopen(wanted.at, () => location.at === wanted.at);
    if (isElsewhere || wanted.phase !== from.phase) page.attend(wanted);
  }

  /** Runs what the step asks for. @returns {Promise<boolean>} whether it runs, and is still on show */
  async function start() {
    const { at } = location;
    callbacks.showProblem(null);
    render();
    const problem = await runs.start(at);
    if (location.at !== at) return false;
    callbacks.showProblem(problem);
    render();
    return problem === null;
  }

  /** Runs the step on show, whatever is on show of it. */
  function run() {
    location = { ...location, phase: "run", explanation: 0 };
    return start();
  }

  function render() {
    const { at, phase } = location;
    const program = programs[at];
    const isLook = phase === "look";
    page.render(location, runs.of(at));
    answers.judge(location);
    lookSentences.render(isLook ? program : undefined, location, isLook && program ? page.answerTo(program) : null);
    callbacks.write(addressOf(programs, at));
    if (program) remember(program.name);
  }

  return {
    actions,
    runs,
    run,
    /** The step on show; -1 is the overview. */
    get at() {
      return location.at;
    },
    steps: page.steps,
    /** Where the page begins. @param {number} at a step; -1 is the overview */
    begin(at) {
      location = beginningOf(at);
      render();
    },
    /** @param {number} at */
    open: (at) => go(beginningOf(at)),
    render,
    /** More of a run is known. */
    update() {
      if (location.phase !== "look") return;
      answers.judge(location);
      lookSentences.follow();
    },
  };
}

/** @param {number} at */
function beginningOf(at) {
  return at < 0 ? OVERVIEW : questionOf(at);
}

/** How the course is moved through. @typedef {{now: () => Location, go: (wanted: Location) => void, run: () => Promise<boolean>,
 *   hasRun: (at: number) => boolean, choose: (at: number, number: number) => void}} Moves */

/** What keys and buttons do. @param {readonly Program[]} programs @param {Promise<RacePlayer>} player @param {Moves} moves @returns {WalkthroughActions} */
function actionsOf(programs, player, { now, go, run, hasRun, choose }) {
  const isSeen = () => now().phase === "run" || now().phase === "look";
  return {
    next: () => go(nextLocation(programs, now())),
    previous: () => go(previousLocation(programs, now(), hasRun)),
    overview: () => go(OVERVIEW),
    choose(number) {
      if (now().phase === "ask") choose(now().at, number);
    },
    again() {
      if (isSeen()) void run();
    },
    ...keysOfRun(player, isSeen),
  };
}

/** What keys do with the run, while it can be seen.
 * @param {Promise<RacePlayer>} player @param {() => boolean} isSeen @returns {Pick<WalkthroughActions, "togglePlay" | "step" | "toLoss">} */
function keysOfRun(player, isSeen) {
  const act = (/** @type {(actions: RacePlayer["actions"]) => void} */ action) => {
    if (isSeen()) void player.then((it) => action(it.actions));
  };
  return {
    togglePlay: () => act((it) => it.togglePlay()),
    step: (count) => act((it) => it.step(count)),
    toLoss: (direction) => act((it) => it.toLoss(direction)),
  };
}
