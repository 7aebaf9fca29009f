// The screen of what the projector shows: a race player of this phone, which goes where the presenter goes. Whoever touches
// it looks around alone; the presenter then moves nothing here, until one comes back.
//
//   presenter ── shown ──▶ moveTo ──▶ player.lead          (while one follows)
//   a person  ── touch ──▶ player.actions ──▶ onAct: alone from now on

import { fetchRun } from "../../core/api.js";
import { createValue } from "../../charts/value.js";
import { part, setText, show, toggle } from "../../shell/dom.js";
import { styled } from "../../shell/lazy-styles.js";
import { createRacePlayer } from "../../views/race-player.js";
import { lookAt, moveTo } from "./following.js";

/** @import { Shown } from "../../core/room-types.js" */
/** @import { Catalogue, Look, RunView } from "../../core/types.js" */
/** @import { Move } from "./following.js" */

const SHEETS = ["start", "controls", "scoreboard", "panels", "transport"];

/** @type {Look} */
const FIRST_LOOK = { panel: "value", solo: null, cell: null, projector: false };

/** @param {HTMLElement} root @param {{catalogue: Catalogue, onChange: () => void}} setting onChange: the runs can be played here, or cannot */
export async function createProjected(root, setting) {
  await Promise.all(SHEETS.map((name) => styled(new URL(`../../../css/${name}.css`, import.meta.url))));
  return new Projected(root, setting);
}

export class Projected {
  #player;
  #onChange;
  #around;
  /** What the presenter shows. @type {Shown | null} */
  #shown = null;
  /** What is on show here, as far as it follows. @type {Shown | null} */
  #followed = null;
  #isAlone = false;
  /** Whether the runs can be played here; null while they are asked for. @type {boolean | null} */
  #canPlay = null;
  #looked = "";

  /** @param {HTMLElement} root @param {{catalogue: Catalogue, onChange: () => void}} setting */
  constructor(root, { catalogue, onChange }) {
    this.#onChange = onChange;
    this.#around = createAround(part(root, "around", HTMLElement), () => this.comeBack());
    this.#player = createRacePlayer(root, { catalogue, look: FIRST_LOOK, ready: { value: createValue }, onAct: () => this.#lookAround() });
    this.#around(false);
  }

  /** What a person does here: whoever does it looks around. */
  get actions() {
    return this.#player.actions;
  }

  /** Whether what is on show can be played here; null while nobody knows yet. */
  get canPlay() {
    return this.#isAlone || this.#canPlay;
  }

  invalidate() {
    this.#player.invalidate();
  }

  /** @param {Shown | null} shown what the presenter shows now @param {boolean} hasBegun its runs came on show while this phone was here */
  show(shown, hasBegun) {
    this.#shown = shown;
    if (this.#isAlone) return;
    if (shown && shown.runs.length > 0) return this.#follow(this.#followed ?? (hasBegun ? { ...shown, runs: [] } : null));
    this.#canPlay = false;
    this.#followed = null;
  }

  comeBack() {
    if (!this.#isAlone) return;
    this.#isAlone = false;
    const wasHere = this.#followed;
    this.#followed = null;
    this.#looked = "";
    this.#around(false);
    // The same runs need not be opened anew: only where in them one is.
    const isSame = wasHere && wasHere.runs.join() === this.#shown?.runs.join();
    if (isSame) this.#follow({ ...wasHere, at: NaN, clip: NaN });
    else this.show(this.#shown, false);
    this.#onChange();
  }

  #lookAround() {
    if (this.#isAlone) return;
    this.#isAlone = true;
    this.#around(true);
  }

  /** @param {Shown | null} from where it was */
  #follow(from) {
    const shown = /** @type {Shown} */ (this.#shown);
    const move = moveTo(from, shown);
    this.#followed = shown;
    if (move.does === "open") return void this.#open(shown, move);
    // First the clock: a moment is meant by it.
    this.#look(shown);
    if (this.#canPlay) this.#go(move);
  }

  /** @param {Shown} wanted @param {Extract<Move, {does: "open"}>} move */
  async #open(wanted, move) {
    this.#canPlay = null;
    const answers = await Promise.all(wanted.runs.map(fetchRun));
    if (this.#isAlone || this.#shown?.runs.join() !== wanted.runs.join()) return;
    const runs = answers.flatMap((answer) => (answer.ok && isOfScenario(answer.run) ? [answer.run] : []));
    this.#canPlay = runs.length === wanted.runs.length;
    // Where the presenter has gone meanwhile, that counts.
    const now = this.#followed ?? wanted;
    const { at, clip } = now;
    if (this.#canPlay) {
      this.#player.open(runs, { at: clip === null ? at : null, clip, plays: move.plays && at === null && clip === null });
      this.#looked = "";
      this.#look(now);
    }
    this.#onChange();
  }

  /** @param {Move} move */
  #go(move) {
    const { lead } = this.#player;
    if (move.does === "clip") lead.playLoss(0, move.position);
    else if (move.does === "step") lead.step(move.count);
    else if (move.does === "seek") lead.seek(move.at);
    else if (move.does === "play") lead.togglePlay();
    else if (move.does === "end") lead.toEnd();
  }

  /** As the presenter does. @param {Shown} shown */
  #look(shown) {
    const { look, clock } = lookAt(shown);
    const key = JSON.stringify([look, clock]);
    if (key === this.#looked) return;
    this.#looked = key;
    this.#player.look(look);
    if (this.#player.clock !== clock) this.#player.lead.setClock(clock);
  }
}

/** The row that says whether one follows, or looks around and how to come back. @param {HTMLElement} root @param {() => void} comeBack */
function createAround(root, comeBack) {
  const words = part(root, "around-words", HTMLElement);
  const back = part(root, "back-to-room", HTMLButtonElement);
  back.addEventListener("click", comeBack);
  return (/** @type {boolean} */ isAlone) => {
    toggle(root, "is-alone", isAlone);
    setText(words, isAlone ? "You look around by yourself." : "You see what the projector shows.");
    show(back, isAlone);
  };
}

/** The run of a script has a page of its own, which a phone can open. @param {RunView} run */
function isOfScenario(run) {
  return "request" in run;
}
