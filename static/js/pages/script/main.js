// The page of a script that was traced, or is running: its code, what went wrong in it, and what everybody did.
//
//   events ──▶ state (run, steps) ──▶ the player's moment ──▶ one view ──▶ head, code, findings, lanes, transport

import { Player } from "../../core/player.js";
import { setOps } from "../../core/ops.js";
import { watch } from "../../shell/events.js";
import { part, setAttribute, setProse, toggle } from "../../shell/dom.js";
import { embedded } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { createTransport } from "../../views/transport.js";
import { createActions } from "./actions.js";
import { createCells } from "./cells.js";
import { createCode } from "./code.js";
import { createFindings } from "./findings.js";
import { createHead } from "./head.js";
import { KEYS } from "./keys.js";
import { createLanes } from "./lanes.js";
import { narration } from "./narration.js";
import { ScriptState } from "./script-state.js";
import { scriptView, transportState } from "./view.js";

/** @import { Columns, ScriptRunView } from "../../core/types.js" */

/** By the clock, all of a run is played in this time, in ms: a beat for each of a million steps would be a week. */
const WHOLE = 30_000;

/** While steps come in, everything is drawn again at least so often, in ms. */
const PAUSE = 300;

/** @type {ScriptRunView | null} */
const run = embedded("run");
setOps(embedded("ops"));
if (run) begin(run);
else createShell({ keys: [], actions: {} });

/** @param {ScriptRunView} first */
function begin(first) {
  const body = document.body;
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  const state = new ScriptState(first);
  const section = part(body, "time-section", HTMLElement);
  const asked = new URLSearchParams(window.location.search);
  const player = new Player({
    histories: () => [state.history],
    live: () => state.live,
    flows: () => state.live || !state.complete,
    expected: () => Math.max(state.history.length, state.run.steps),
    calm: () => stillness.matches,
    withinByClock: WHOLE,
    draw,
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
  const shell = createShell({ keys: KEYS, actions, onProjector: () => player.invalidate(), onTheme: () => player.invalidate() });
  const words = part(body, "narration", HTMLElement);
  const lanes = createLanes(section, actions);
  const views = [createHead(body), createCode(body, actions), createFindings(part(body, "findings", HTMLElement), actions), createCells(section, actions), lanes];
  const transport = createTransport(part(body, "transport", HTMLElement), actions);
  listenToZoom(section, actions);
  state.chosen = asked.get("cell");
  let moved = asked.has("at");
  let opened = false;
  let timer = 0;
  let drawnLength = -1;

  function draw() {
    // Views that are drawn less often than steps come must be drawn once more after the last of them.
    if (state.live || !state.complete) timer ||= window.setTimeout(again, PAUSE);
    if (player.playing || player.clip || !player.following) moved ||= opened;
    state.range = followedBy();
    const view = scriptView(state, player, moved);
    for (const each of views) each.render(view);
    transport.render(transportState(state, player));
    setAttribute(words, "aria-live", view.moving && !view.clip ? "off" : "polite");
    const said = narration(view);
    setProse(words, said.text);
    toggle(words, "is-loss-sentence", said.isLoss);
    if (!view.moving) {
      setAttribute(section, "aria-label", `What everybody did, and when. ${lanes.describe()}`);
      shell.write(address(view.position));
    }
  }

  function again() {
    timer = 0;
    if (drawnLength === state.history.length) return;
    drawnLength = state.history.length;
    player.invalidate();
  }

  /** Zoomed in, the lanes turn the page with the playhead. */
  function followedBy() {
    const { range } = state;
    if (range === null || player.clip) return range;
    const { moment } = player;
    if (moment >= range.from && moment <= range.to) return range;
    if (!player.playing && !player.following) return around(range, moment);
    return around(range, moment);
  }

  /** @param {{from: number, to: number}} range @param {number} moment */
  function around({ from, to }, moment) {
    const width = to - from;
    const start = Math.max(player.timebase.start, Math.min(moment - width * 0.2, player.last - width));
    return { from: start, to: start + width };
  }

  /** @param {number} position */
  function address(position) {
    const query = new URLSearchParams();
    if (moved && state.history.length > 0 && !(state.live && player.following)) query.set("at", String(position));
    if (state.chosen !== null) query.set("cell", state.chosen);
    const text = query.toString();
    return `/script/${encodeURIComponent(first.id)}${text ? `?${text}` : ""}`;
  }

  /** All is here: where the address says, or at the first finding. */
  function open() {
    if (opened) return;
    opened = true;
    player.setClock("clock");
    const at = Number(asked.get("at") ?? NaN);
    const evidence = state.findings.find(({ certainty }) => certainty !== "suspected")?.steps ?? [];
    const wanted = Number.isInteger(at) ? at : evidence.length > 0 ? Math.max(...evidence) + 1 : state.history.length;
    if (wanted >= state.history.length && !Number.isInteger(at)) player.follow();
    else player.seek(player.timebase.moment(state.history, Math.min(wanted, state.history.length)));
  }

  /** @param {ScriptRunView} view */
  function take(view) {
    state.take(view);
    if (view.status === "running" && !opened) open();
    player.invalidate();
  }

  player.restart();
  draw();
  watch(first.id, {
    onRun: (view) => take(ofScript(view)),
    onSteps(/** @type {Columns} */ columns) {
      const followed = state.history.append(columns);
      player.invalidate();
      return followed;
    },
    onEnd(view) {
      state.complete = true;
      take(ofScript(view));
      open();
    },
    onConnection(connected) {
      state.trouble = connected ? null : "The program that showed this page has gone, or does not answer. What has come stays here.";
      player.invalidate();
    },
    onGone() {
      state.trouble = "This run is not known any more.";
      player.invalidate();
    },
  });
}

/** What the stream says of this run: it is of a script. @param {unknown} view */
function ofScript(view) {
  return /** @type {ScriptRunView} */ (view);
}

/** @param {HTMLElement} section @param {import("./actions.js").ScriptActions} actions */
function listenToZoom(section, actions) {
  part(section, "zoom-in", HTMLButtonElement).addEventListener("click", () => actions.zoomHere(2));
  part(section, "zoom-out", HTMLButtonElement).addEventListener("click", () => actions.zoomHere(0.5));
  part(section, "zoom-all", HTMLButtonElement).addEventListener("click", () => actions.zoomHere(0));
}
