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
/** @import { Catalogue, RunView } from "../../core/types.js" */
/** @import { Move } from "./following.js" */

/** @typedef {Awaited<ReturnType<typeof createProjected>>} Projected */

const SHEETS = ["start", "controls", "scoreboard", "panels", "transport"];

/** @param {HTMLElement} root @param {{catalogue: Catalogue, onChange: () => void}} setting onChange: the runs can be played here, or cannot */
export async function createProjected(root, { catalogue, onChange }) {
  await Promise.all(SHEETS.map((name) => styled(new URL(`../../../css/${name}.css`, import.meta.url))));
  const around = part(root, "around", HTMLElement);
  const words = part(root, "around-words", HTMLElement);
  const back = part(root, "back-to-room", HTMLButtonElement);
  const player = createRacePlayer(root, { catalogue, look: { panel: "value", solo: null, cell: null, projector: false }, ready: { value: createValue }, onAct: lookAround });
  /** What the presenter shows. @type {Shown | null} */
  let shown = null;
  /** What is on show here, as far as it follows. @type {Shown | null} */
  let followed = null;
  let isAlone = false;
  /** Which runs can be played here: null while they are asked for. @type {boolean | null} */
  let canPlay = null;
  let looked = "";

  back.addEventListener("click", comeBack);
  draw();

  /** A person has touched it. */
  function lookAround() {
    if (isAlone) return;
    isAlone = true;
    draw();
  }

  function comeBack() {
    if (!isAlone) return;
    isAlone = false;
    const wasHere = followed;
    followed = null;
    looked = "";
    // The same runs need not be opened anew: only where in them one is.
    follow(wasHere && wasHere.runs.join() === shown?.runs.join() ? { ...wasHere, at: NaN, clip: NaN } : null);
    draw();
  }

  function draw() {
    toggle(around, "is-alone", isAlone);
    setText(words, isAlone ? "You look around by yourself." : "You see what the projector shows.");
    show(back, isAlone);
  }

  /** @param {Shown | null} from where it was */
  function follow(from) {
    if (!shown || shown.runs.length === 0) return;
    const move = moveTo(from, shown);
    followed = shown;
    if (move.does === "open") void open(shown, move);
    else if (canPlay) go(move);
    applyLook(shown);
  }

  /** @param {Shown} wanted @param {Extract<Move, {does: "open"}>} move */
  async function open(wanted, move) {
    canPlay = null;
    onChange();
    const answers = await Promise.all(wanted.runs.map(fetchRun));
    if (shown?.runs.join() !== wanted.runs.join()) return;
    const runs = answers.flatMap((answer) => (answer.ok && isOfScenario(answer.run) ? [answer.run] : []));
    canPlay = runs.length === wanted.runs.length;
    // Where the presenter has gone meanwhile, that counts.
    const { at, clip } = followed ?? wanted;
    if (canPlay) player.open(runs, { at: clip === null ? at : null, clip, plays: move.plays && at === null && clip === null });
    onChange();
  }

  /** @param {Move} move */
  function go(move) {
    const { lead } = player;
    if (move.does === "clip") lead.playLoss(0, move.position);
    else if (move.does === "step") lead.step(move.count);
    else if (move.does === "seek") lead.seek(move.at);
    else if (move.does === "play") lead.togglePlay();
    else if (move.does === "end") lead.toEnd();
  }

  /** @param {Shown} wanted */
  function applyLook(wanted) {
    const { look, clock } = lookAt(wanted);
    const key = JSON.stringify([look, clock]);
    if (key === looked) return;
    looked = key;
    player.look(look);
    if (player.clock !== clock) player.lead.setClock(clock);
  }

  return {
    actions: player.actions,
    invalidate: player.invalidate,
    comeBack,
    /** Whether what the presenter shows can be played here; null while nobody knows yet. */
    get canPlay() {
      return isAlone && player.races.length > 0 ? true : canPlay;
    },
    /** @param {Shown | null} wanted what the presenter shows now */
    show(wanted) {
      shown = wanted;
      if (isAlone) return;
      if (!wanted || wanted.runs.length === 0) {
        canPlay = false;
        followed = null;
        return;
      }
      follow(followed);
    },
  };
}

/** The run of a script has a page of its own, which a phone can open. @param {RunView} run */
function isOfScenario(run) {
  return "request" in run;
}
