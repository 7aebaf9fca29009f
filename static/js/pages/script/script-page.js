// The page of a script that was traced, or is running: its code, what went wrong in it, and what everybody did.
//
//   events ──▶ state (run, steps) ──▶ the player's moment ──▶ one view ──▶ head, code, findings, lanes, transport

import { Player } from "../../core/player.js";
import { setOps } from "../../core/ops.js";
import { fetchRun } from "../../core/api.js";
import { follow } from "../../core/follow.js";
import { watch } from "../../shell/events.js";
import { part } from "../../shell/dom.js";
import { embedded } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { createActions } from "./actions.js";
import { createDrawing } from "./drawing.js";
import { KEYS } from "./keys.js";
import { ScriptState } from "./script-state.js";

/** @import { Columns, ScriptRunView } from "../../core/types.js" */
/** @import { FetchPresenter } from "../../shell/room.js" */
/** @import { ScriptActions } from "./actions.js" */

/** With a server, the page can lead a room. @typedef {{presenter?: FetchPresenter}} WithPresenter */

/** By the clock, all of a run is played in this time, in ms: a beat for each of a million steps would be a week. */
const WHOLE = 30_000;

/** @param {WithPresenter} lent */
export function openScriptPage(lent) {
  /** @type {ScriptRunView | null} */
  const run = embedded("run");
  setOps(embedded("ops"));
  if (run) begin(run, lent);
  else createShell({ keys: [], actions: {}, ...lent });
}

/** @param {ScriptRunView} first @param {WithPresenter} lent */
function begin(first, lent) {
  const body = document.body;
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  const state = new ScriptState(first);
  const section = part(body, "time-section", HTMLElement);
  const player = new Player({
    histories: () => [state.history],
    live: () => state.live,
    flows: () => state.live || !state.complete,
    expected: () => Math.max(state.history.length, state.run.steps),
    calm: () => stillness.matches,
    withinByClock: WHOLE,
    draw: () => draw(),
    clock: {
      now: () => performance.now(),
      request: (frame) => requestAnimationFrame(frame),
      cancel: (id) => cancelAnimationFrame(id),
    },
  });
  const actions = createActions(state, player, () => {
    // On a phone what is played lies below what was pressed.
    const { bottom } = section.getBoundingClientRect();
    if (bottom > window.innerHeight + 1) section.scrollIntoView({ block: "end", behavior: stillness.matches ? "auto" : "smooth" });
  });
  const asked = new URLSearchParams(window.location.search);
  state.chosen = asked.get("cell");
  const draw = createDrawing(body, state, player, actions, () => shell);
  const shell = createShell({ keys: KEYS, actions, onProjector: () => player.invalidate(), onTheme: () => player.invalidate(), ...lent });
  listenToZoom(section, actions);
  player.restart();
  take(state, player, asked.get("at"));
}

/** Takes in what comes, and opens the page at its place. @param {ScriptState} state @param {Player} player @param {string | null} asked the position in the address */
function take(state, player, asked) {
  /** @param {unknown} view of a script, as this page watches no other run */
  function show(view) {
    state.take(/** @type {ScriptRunView} */ (view));
    if (state.run.status === "running") open(state, player, asked);
    player.invalidate();
  }

  /** @param {string | null} words */
  function say(words) {
    state.trouble = words;
    player.invalidate();
  }

  follow(state.run, {
    onRun: show,
    onSteps(/** @type {Columns} */ columns) {
      const followed = state.history.append(columns);
      player.invalidate();
      return followed;
    },
    onOpening: (opening) => state.history.begin(opening),
    onChunk(chunk) {
      state.history.extend(chunk);
      player.invalidate();
    },
    onEnd(view) {
      state.complete = true;
      state.history.rest();
      show(view);
      open(state, player, asked);
    },
    onUnreadable: say,
    onConnection: (connected) => say(connected ? null : "The program that showed this page has gone, or does not answer. What has come stays here."),
    onGone: () => say("This run is not known any more."),
  }, { watch, whole: () => whole(state.run) });
}

/** Where there are many targets the page was sent without them. @param {ScriptRunView} sent @returns {Promise<ScriptRunView>} */
async function whole(sent) {
  if (sent.targets.length > 0) return sent;
  const answer = await fetchRun(sent.id);
  return answer.ok ? /** @type {ScriptRunView} */ (/** @type {unknown} */ (answer.run)) : sent;
}

/** Where the address says, or at the first finding that is certain, or at the end. @param {ScriptState} state @param {Player} player @param {string | null} asked */
function open(state, player, asked) {
  if (state.opened) return;
  state.opened = true;
  player.setClock("clock");
  const { history, findings } = state;
  const evidence = findings.find(({ certainty }) => certainty !== "suspected")?.steps ?? [];
  const place = asked !== null && /^\d{1,9}$/.test(asked) ? Number(asked) : null;
  const wanted = place ?? (evidence.length > 0 && !state.live ? Math.max(...evidence) + 1 : history.length);
  if (place === null && wanted >= history.length) player.follow();
  else player.seek(player.timebase.moment(history, Math.min(wanted, history.length)));
}

/** @param {HTMLElement} section @param {ScriptActions} actions */
function listenToZoom(section, actions) {
  part(section, "zoom-in", HTMLButtonElement).addEventListener("click", () => actions.zoomHere(2));
  part(section, "zoom-out", HTMLButtonElement).addEventListener("click", () => actions.zoomHere(0.5));
  part(section, "zoom-all", HTMLButtonElement).addEventListener("click", () => actions.zoomHere(0));
}
