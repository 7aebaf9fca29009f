// What the page of the puzzle shows around the code: the puzzle, the judgement over every interleaving, and how real
// processes then ended. It draws the state that it gets and keeps nothing.

import { part, setAttribute, setProse, setText, show, toggle } from "../../shell/dom.js";
import { more } from "./placement.js";
import { LEVELS, isSolved } from "./levels.js";

/** @import { FollowedRun } from "../interleavings/schedule-run.js" */
/** @import { Judgement } from "./placement.js" */
/** @import { Level } from "./levels.js" */

/** The name of a deadlock as an outcome, as on the interleavings' page. */
export const DEADLOCK = "deadlock";

const WORD = { right: "PASS", wrong: "BROKEN", deadlock: "BROKEN: it gets stuck", failure: "BROKEN: it fails" };

const WAITING = "“Check it” tries every interleaving of the steps of real processes. If one breaks the code, you see the shortest one.";

const HOW = "Press a call in a gap to place it there. Press it again to take it out. Keys: ↑ and ↓ go from gap to gap, a and r place.";

/** All that is on show.
 * @typedef {object} PuzzleState
 * @property {Level} level
 * @property {ReadonlySet<string>} solved the puzzles, by name
 * @property {Judgement | null} judgement
 * @property {boolean} checking
 * @property {boolean} followed real processes have been asked for
 * @property {boolean} busy they are running
 * @property {FollowedRun | null} came how they ended
 */

/** @param {HTMLElement} body */
export function createPuzzleView(body) {
  const choice = part(body, "level", HTMLSelectElement);
  const check = part(body, "check", HTMLButtonElement);
  const follow = part(body, "follow-schedule", HTMLButtonElement);
  choice.append(...LEVELS.map(({ name }) => new Option("", name)));

  /** @param {PuzzleState} state */
  function render(state) {
    const { level, solved, judgement, checking, followed, busy } = state;
    choice.value = level.name;
    for (const [index, { name, title }] of LEVELS.entries()) {
      const option = choice.options[index];
      if (option) setText(option, `${index + 1} · ${title}${solved.has(name) ? " ✓" : ""}`);
    }
    setText(part(body, "solved", HTMLElement), `${solved.size} of ${LEVELS.length} solved`);
    setProse(part(body, "ask", HTMLElement), level.ask);
    setAttribute(check, "aria-busy", checking ? "true" : null);
    setText(check, checking ? "Trying every interleaving …" : "Check it");
    show(part(body, "breaking", HTMLElement), judgement !== null);
    show(part(body, "breaking-schedule", HTMLElement), judgement?.schedule !== null);
    setText(part(body, "schedule", HTMLElement), judgement?.schedule?.join(" ") ?? "");
    follow.disabled = busy;
    setText(follow, judgement?.passes ? (followed ? "Run it again" : "Let real processes run it") : "Play it again");
    toggle(follow, "primary", judgement?.passes === true && !followed);
    show(part(body, "next", HTMLButtonElement), judgement !== null && isSolved(level, judgement) && level !== LEVELS.at(-1));
    toggle(part(body, "judgement", HTMLElement), "has-run", followed);
    showJudgement(state);
    showOutcome(state);
    document.title = `${level.title} · Fix it · Lost Update`;
  }

  /** Shows the judgement over all interleavings, and whether it solves the puzzle. @param {PuzzleState} state */
  function showJudgement({ level, judgement }) {
    const box = part(body, "judgement-result", HTMLElement);
    setAttribute(box, "data-ends", judgement?.ends ?? "");
    setText(part(box, "judgement-word", HTMLElement), judgement ? WORD[judgement.ends] : "");
    setText(part(box, "judgement-why", HTMLElement), judgement?.why ?? WAITING);
    setText(part(box, "judgement-more", HTMLElement), judgement ? more(judgement) : HOW);
    const isDone = judgement !== null && isSolved(level, judgement);
    const goal = isDone ? `Solved. ${level.learned}` : judgement?.passes ? "Right, but not what this puzzle asks for." : "";
    setProse(part(box, "judgement-goal", HTMLElement), goal);
  }

  /** How real processes ended, compared with the prediction. @param {PuzzleState} state */
  function showOutcome({ judgement, followed, busy, came }) {
    const text = part(body, "outcome", HTMLElement);
    toggle(text, "is-broken", came !== null && came.really !== came.promised);
    if (!followed || !judgement) setText(text, "");
    else if (!came) setText(text, busy ? "Real processes are running …" : "");
    else setText(text, outcome(judgement, came));
  }

  return { render, choice, check, follow };
}

/** @param {Judgement} judgement @param {FollowedRun} came */
function outcome({ ends }, { run, promised, really }) {
  if (really !== promised) {
    return `Predicted: ${ending(promised)}. Really: ${really ? ending(really) : (run.reason ?? "no end")}. This is a bug of this page.`;
  }
  const failed = run.processes.filter(({ exitcode }) => exitcode === 1).map(({ name }) => name);
  const how = ends === "failure" ? `${failed.join(" and ")} failed, and it ended ${ending(promised)}` : `They ended ${ending(promised)}`;
  return `${how}, as predicted.`;
}

/** @param {string} name */
function ending(name) {
  return name === DEADLOCK ? "in a deadlock" : `at ${name}`;
}
