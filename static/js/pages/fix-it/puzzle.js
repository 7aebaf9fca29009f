// The state of the puzzle: where the two calls stand, what the server answered, and the real processes that then run it.

import { part } from "../../shell/dom.js";
import { ScheduleRun } from "../interleavings/schedule-run.js";
import { addressOf, judge, readAddress } from "./placement.js";
import { DEADLOCK, createPuzzleView } from "./puzzle-view.js";
import { LEVELS, isSolved } from "./levels.js";
import { createCodeEditor } from "./code-editor.js";

/** @import { Catalogue, Look, Problem, RunRequest } from "../../core/types.js" */
/** @import { Call, Judgement, Placement, Size } from "./placement.js" */
/** @import { PuzzleActions } from "./keys.js" */
/** @import { Level } from "./levels.js" */

/** Where nothing breaks it, real processes run it as slowly as can be watched: our pauses, in ms. */
const STEP_MS = 60;

/** What the puzzle calls on the page around it. @typedef {{showProblem: (problem: Problem | null) => void, write: (address: string) => void}} PageCallbacks */

export class Puzzle {
  #body;
  #size;
  #callbacks;
  #editor;
  #run;
  #placement;
  #projector;
  #level;
  /** @type {Judgement | null} */
  #judgement = null;
  /** @type {Problem | null} */
  #problem = null;
  /** Counts what was asked: an answer to an earlier question is ignored. */
  #questions = 0;
  #checking = false;
  #followed = false;
  /** The puzzles solved, by name, as long as the page is open. @type {Set<string>} */
  #solved = new Set();
  view;
  /** @type {PuzzleActions} */
  actions;

  /** @param {HTMLElement} body @param {Catalogue} catalogue @param {Size} size @param {PageCallbacks} callbacks */
  constructor(body, catalogue, size, callbacks) {
    this.#body = body;
    this.#size = size;
    this.#callbacks = callbacks;
    this.view = createPuzzleView(body);
    this.#editor = createCodeEditor(part(body, "puzzle-code", HTMLElement), (call, gap) => this.#place(call, gap));
    const asked = readAddress(window.location.search, this.#editor.gapNames);
    this.#placement = asked.placement;
    this.#projector = asked.projector;
    this.#level = LEVELS.find(({ name }) => name === asked.level) ?? /** @type {Level} */ (LEVELS[0]);
    /** @type {Look} */
    const look = { panel: "timeline", solo: null, cell: null, projector: asked.projector };
    this.#run = new ScheduleRun(part(body, "show", HTMLElement), catalogue, look, () => this.render());
    this.actions = {
      placeHere: (call) => {
        if (this.#editor.here !== null) this.#place(call, this.#editor.here);
      },
      move: this.#editor.move,
      check: () => void this.#check(),
      clear: () => this.#change({ acquire: null, release: null }),
      follow: () => void this.#follow(),
      next: () => this.#next(),
      togglePlay: () => this.#run.act((it) => it.togglePlay()),
      step: (count) => this.#run.act((it) => it.step(count)),
    };
    this.#rest();
  }

  /** Puts a call into a gap; where it stands already, it is taken out. @param {Call} call @param {string} gap */
  #place(call, gap) {
    this.#change({ ...this.#placement, [call]: this.#placement[call] === gap ? null : gap });
  }

  /** @param {Placement} wanted */
  #change(wanted) {
    this.#placement = wanted;
    this.#questions += 1;
    this.#judgement = this.#problem = null;
    this.#checking = this.#followed = false;
    this.#run.clear();
    this.#rest();
    this.render();
  }

  /** Shows what would run, beside the code. */
  #rest() {
    this.#run.rest({ scenario: "fix-it", ...this.#size, ...this.#placement, pace: "step" });
  }

  /** Asks the server, and plays at once what breaks the code. */
  async #check() {
    if (this.#checking) return;
    this.#questions += 1;
    const own = this.#questions;
    this.#checking = true;
    this.#problem = null;
    this.render();
    const answer = await judge(this.#placement, this.#size);
    if (own !== this.#questions) return;
    this.#checking = false;
    if (answer.ok) this.#judgement = answer.judgement;
    else this.#problem = answer.problem;
    if (this.#judgement && isSolved(this.#level, this.#judgement)) this.#solved.add(this.#level.name);
    this.render();
    part(this.#body, "judgement-result", HTMLElement).scrollIntoView({ block: "nearest" });
    if (answer.ok && answer.judgement.schedule) await this.#follow();
  }

  async #follow() {
    if (!this.#judgement || this.#run.busy) return;
    this.#followed = true;
    const own = this.#questions;
    const { schedule, final, ends } = this.#judgement;
    /** @type {RunRequest} */
    const request = {
      scenario: "fix-it",
      ...this.#size,
      ...this.#placement,
      ...(schedule ? { pace: "step", schedule } : { pace: "slow", step_ms: STEP_MS }),
    };
    this.render();
    const refused = await this.#run.follow(request, ends === "deadlock" ? DEADLOCK : String(final));
    if (own !== this.#questions) return;
    this.#problem = refused;
    this.render();
    if (!refused) part(this.#body, "judgement", HTMLElement).scrollIntoView({ block: "start" });
  }

  /** The next puzzle begins with the code as it is. */
  #next() {
    const after = LEVELS[LEVELS.indexOf(this.#level) + 1];
    if (!after) return;
    this.#level = after;
    this.#change({ acquire: null, release: null });
  }

  /** @param {string} name of a puzzle */
  choose(name) {
    this.#level = LEVELS.find((each) => each.name === name) ?? this.#level;
    this.render();
  }

  /** @param {boolean} wanted */
  setProjector(wanted) {
    this.#projector = wanted;
    this.#run.look(wanted);
    this.render();
  }

  redraw() {
    this.#run.redraw();
  }

  render() {
    this.#editor.render(this.#placement);
    const { busy, result } = this.#run;
    this.view.render({
      level: this.#level,
      solved: this.#solved,
      judgement: this.#judgement,
      checking: this.#checking,
      followed: this.#followed,
      busy,
      came: result,
    });
    this.#callbacks.showProblem(this.#problem);
    this.#callbacks.write(addressOf(this.#placement, this.#level.name, this.#projector));
  }
}
