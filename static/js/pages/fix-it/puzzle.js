// The puzzle in play: where the two calls stand, what the server said of that, and the real processes that follow it.

import { part } from "../../shell/dom.js";
import { Following } from "../interleavings/schedule-run.js";
import { addressOf, judge, readAddress } from "./placement.js";
import { DEADLOCK, createBench } from "./puzzle-view.js";
import { LEVELS, isSolved } from "./levels.js";
import { createWorker } from "./code-editor.js";

/** @import { Catalogue, Look, Problem, RunRequest } from "../../core/types.js" */
/** @import { Call, Judgement, Placement, Size } from "./placement.js" */
/** @import { PuzzleActions } from "./keys.js" */
/** @import { Level } from "./levels.js" */

/** Where nothing breaks it, real processes run it as slowly as can be watched: our pauses, in ms. */
const STEP_MS = 60;

/** What the rest of the page is told. @typedef {{tell: (problem: Problem | null) => void, write: (address: string) => void}} Around */

export class Puzzle {
  #body;
  #size;
  #around;
  #worker;
  #following;
  #placement;
  #projector;
  #level;
  /** @type {Judgement | null} */
  #judgement = null;
  /** @type {Problem | null} */
  #problem = null;
  /** Counts what was asked: an answer to an earlier question is not for us any more. */
  #questions = 0;
  #checking = false;
  #followed = false;
  /** The puzzles solved, by name, as long as the page is open. @type {Set<string>} */
  #solved = new Set();
  bench;
  /** @type {PuzzleActions} */
  actions;

  /** @param {HTMLElement} body @param {Catalogue} catalogue @param {Size} size @param {Around} around */
  constructor(body, catalogue, size, around) {
    this.#body = body;
    this.#size = size;
    this.#around = around;
    this.bench = createBench(body);
    this.#worker = createWorker(part(body, "worker", HTMLElement), (call, slot) => this.#place(call, slot));
    const asked = readAddress(window.location.search, this.#worker.slots);
    this.#placement = asked.placement;
    this.#projector = asked.projector;
    this.#level = LEVELS.find(({ name }) => name === asked.level) ?? /** @type {Level} */ (LEVELS[0]);
    /** @type {Look} */
    const look = { panel: "timeline", solo: null, cell: null, projector: asked.projector };
    this.#following = new Following(part(body, "show", HTMLElement), catalogue, look, () => this.render());
    this.actions = {
      placeHere: (call) => {
        if (this.#worker.here !== null) this.#place(call, this.#worker.here);
      },
      move: this.#worker.move,
      check: () => void this.#check(),
      clear: () => this.#change({ acquire: null, release: null }),
      follow: () => void this.#follow(),
      next: () => this.#next(),
      togglePlay: () => this.#following.act((it) => it.togglePlay()),
      step: (count) => this.#following.act((it) => it.step(count)),
    };
    this.#rest();
  }

  /** Puts a call into a gap; where it stands already, it is taken out. @param {Call} call @param {string} slot */
  #place(call, slot) {
    this.#change({ ...this.#placement, [call]: this.#placement[call] === slot ? null : slot });
  }

  /** @param {Placement} wanted */
  #change(wanted) {
    this.#placement = wanted;
    this.#questions += 1;
    this.#judgement = this.#problem = null;
    this.#checking = this.#followed = false;
    this.#following.clear();
    this.#rest();
    this.render();
  }

  /** What would run stands ready, beside the code. */
  #rest() {
    this.#following.rest({ scenario: "fix-it", ...this.#size, ...this.#placement, pace: "step" });
  }

  /** What breaks the code is played at once. */
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
    part(this.#body, "verdict", HTMLElement).scrollIntoView({ block: "nearest" });
    if (answer.ok && answer.judgement.schedule) await this.#follow();
  }

  async #follow() {
    if (!this.#judgement || this.#following.busy) return;
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
    const refused = await this.#following.follow(request, ends === "deadlock" ? DEADLOCK : String(final));
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
    this.#following.look(wanted);
    this.render();
  }

  redraw() {
    this.#following.redraw();
  }

  render() {
    this.#worker.render(this.#placement);
    const { busy, verdict } = this.#following;
    this.bench.render({
      level: this.#level,
      solved: this.#solved,
      judgement: this.#judgement,
      checking: this.#checking,
      followed: this.#followed,
      busy,
      came: verdict,
    });
    this.#around.tell(this.#problem);
    this.#around.write(addressOf(this.#placement, this.#level.name, this.#projector));
  }
}
