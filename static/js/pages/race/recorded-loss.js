// One lost update, recorded earlier from two real processes, played again and again until somebody touches the page.
// It is drawn by the stage that draws every race. Where no motion is wanted the page shows three still frames instead.

import { paceOf } from "../../core/catalogue.js";
import { Player } from "../../core/player.js";
import { History } from "../../core/history.js";
import { whole } from "../../core/range.js";
import { viewState } from "../../core/view-state.js";
import { part, setText, show } from "../../shell/dom.js";
import { stageOf } from "../../stages/stages.js";
import { createNarration } from "../../views/narration.js";
import { createStage } from "../../views/stage.js";

/** @import { Race } from "../../core/race.js" */
/** @import { Catalogue, Columns, RaceActions, RunView } from "../../core/types.js" */

/** How long its end is shown before it begins again, in ms. */
const REST = 3500;

const TOUCHES = /** @type {const} */ (["pointerdown", "keydown", "focusin"]);

/**
 * @param {HTMLElement} root
 * @param {Catalogue} catalogue
 * @param {{run: RunView, columns: Columns}} recorded
 */
export function createRecordedLoss(root, catalogue, { run, columns }) {
  const label = part(root, "first-loss-label", HTMLElement);
  const again = part(root, "first-loss-again", HTMLButtonElement);
  const narration = createNarration(root);
  // A ticket that is pressed plays it again; nothing else on this stage is for the hand.
  const actions = /** @type {RaceActions} */ (/** @type {unknown} */ ({ playLoss: () => play() }));
  const stage = createStage(part(root, "stage", HTMLElement), actions);
  const history = new History(run);
  history.append(columns);
  // A race that is over: all of it is here, and nothing is asked of a server.
  const over = { run, history, complete: true, connected: true, gone: false, unreadable: null, live: false, flows: false };
  const race = /** @type {Race} */ (/** @type {unknown} */ (over));
  const player = new Player({
    histories: () => [history],
    live: () => false,
    flows: () => false,
    expected: () => history.length,
    calm: () => false,
    draw,
    clock: { now: () => performance.now(), request: (frame) => requestAnimationFrame(frame), cancel: (id) => cancelAnimationFrame(id) },
  });
  let shown = 0;
  let looping = false;
  let timer = 0;

  function draw() {
    const view = {
      ...viewState(race, player, shown, catalogue, false, (name) => stageOf(name, () => player.invalidate())),
      pace: paceOf(catalogue, run.request.pace),
      guess: null,
      look: { panel: /** @type {const} */ ("code"), solo: null, projector: document.documentElement.classList.contains("is-projector"), cell: null },
      cell: "",
      side: 0,
      races: 1,
      range: whole(player),
      moment: player.moment,
      timebase: player.timebase,
    };
    shown = view.position;
    stage.render(view);
    narration.render(view);
    setText(label, `recorded earlier, from two real processes · step ${view.position} of ${view.length}`);
    if (looping && !player.playing && timer === 0) timer = window.setTimeout(play, REST);
  }

  /** From its beginning. */
  function play() {
    window.clearTimeout(timer);
    timer = 0;
    looping = true;
    show(again, false);
    player.begin();
  }

  /** Stops: a person has begun to do something. */
  function rest() {
    if (!looping) return;
    looping = false;
    window.clearTimeout(timer);
    timer = 0;
    if (player.playing) player.togglePlay();
    show(again, true);
  }

  for (const touch of TOUCHES) document.addEventListener(touch, rest, true);
  again.addEventListener("click", play);

  return {
    play,
    rest,
    destroy() {
      rest();
      for (const touch of TOUCHES) document.removeEventListener(touch, rest, true);
      player.destroy();
      stage.destroy();
    },
  };
}
