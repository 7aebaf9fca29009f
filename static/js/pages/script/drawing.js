// Draws all of the page of a script, once a frame: the views, the transport, the sentence, the address.

import { followed } from "../../core/range.js";
import { part, setAttribute, setProse, toggle } from "../../shell/dom.js";
import { createTransport } from "../../views/transport.js";
import { createCells } from "./cells.js";
import { CodeView } from "./code.js";
import { FindingsView } from "./findings.js";
import { createHead } from "./head.js";
import { narration } from "./narration.js";
import { scriptView, transportState } from "./view.js";

/** @import { Player } from "../../core/player.js" */
/** @import { Shell } from "../../shell/shell.js" */
/** @import { ScriptActions } from "./actions.js" */
/** @import { ScriptState } from "./script-state.js" */
/** @import { ScriptView } from "./view.js" */

/** While steps come in, everything is drawn again at least so often, in ms. */
const PAUSE = 300;

/** @param {HTMLElement} body @param {ScriptState} state @param {Player} player @param {ScriptActions} actions @param {() => Shell} shell */
export function createDrawing(body, state, player, actions, shell) {
  const section = part(body, "time-section", HTMLElement);
  const words = part(body, "narration", HTMLElement);
  const transport = createTransport(part(body, "transport", HTMLElement), actions);
  /** @type {{render: (view: ScriptView) => void}[]} */
  const views = [createHead(body), new CodeView(body, actions), new FindingsView(part(body, "findings", HTMLElement), actions), createCells(section, actions)];
  let describe = () => "";
  let moved = new URLSearchParams(window.location.search).has("at");
  let timer = 0;
  let drawn = -1;

  // The code and what went wrong in it come first; the lanes are fetched while the steps come.
  import("./lanes.js").then(({ LanesView }) => {
    const lanes = new LanesView(section, actions);
    views.push(lanes);
    describe = () => lanes.describe();
    player.invalidate();
  }, () => {
    state.trouble = "The lanes did not come: the program that shows this page is away. Load the page again.";
    player.invalidate();
  });

  function draw() {
    // Views that are drawn less often than steps come must be drawn once more after the last of them.
    if (state.live || !state.complete) timer ||= window.setTimeout(again, PAUSE);
    moved ||= state.opened && (player.playing || player.clip !== null || !player.following);
    if (!player.clip) state.range = followed(state.range, player);
    const view = scriptView(state, player, moved);
    for (const each of views) each.render(view);
    transport.render(transportState(state, player));
    setAttribute(words, "aria-live", view.moving && !view.clip ? "off" : "polite");
    const said = narration(view);
    setProse(words, said.text);
    toggle(words, "is-loss-sentence", said.isLoss);
    if (view.moving) return;
    setAttribute(section, "aria-label", `What everybody did, and when. ${describe()}`);
    const address = addressOf(view, moved && !player.following);
    shell().write(address, address, view.run.status === "running" ? [] : [{ id: view.run.id, title: "This script" }]);
  }

  function again() {
    timer = 0;
    if (drawn === state.history.length) return;
    drawn = state.history.length;
    player.invalidate();
  }

  return draw;
}

/** What is on show, for the address bar. @param {ScriptView} view @param {boolean} isPlace whether it is about one moment */
function addressOf({ state, run, position, history }, isPlace) {
  const query = new URLSearchParams();
  if (isPlace && history.length > 0) query.set("at", String(position));
  if (state.chosen !== null) query.set("cell", state.chosen);
  const text = query.toString();
  return `/script/${encodeURIComponent(run.id)}${text ? `?${text}` : ""}`;
}
