// Lifelines: a lane per process, in true time. main launches, each child starts a little later, lives and ends,
// and main waits for one after the other, in the order in which it joins them. A child may launch others in its turn.

import { expectedNames } from "../../core/process-names.js";
import { setAttribute } from "../../shell/dom.js";
import { Diagram } from "../diagram.js";
import { extent, now, SharedScale } from "../lanes.js";
import { nameOf, typeSize } from "../drawing-helpers.js";
import { animate, draw } from "./draw.js";
import { layOut } from "./layout.js";
import { children, livesOf } from "./model.js";
import { code, figures, invitation, outcome, sentence } from "./step-sentences.js";

/** @import { ViewState, Stage } from "../../core/types.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Lifetime, Lifetimes } from "./model.js" */

/** More lanes than these nobody could tell apart: as many as there are where the most is asked for, and main's. */
const MOST_LANES = 33;

/** What is drawn, and where. So many processes are `hidden`: they have no lane. `at` is the time on show; `isShared` is whether other stages have the same scale.
 * @typedef {{view: ViewState, lives: Lifetimes, names: readonly string[], hidden: number, layout: Layout, at: number, isShared: boolean}} Scene */

/** Start methods are compared side by side: on one scale. */
const scale = new SharedScale();

/** @param {HTMLElement} root */
function createStage(root) {
  /** @type {ViewState | null} */
  let last = null;
  const redraw = () => last && render({ ...last, fresh: [], motion: 0 });
  const diagram = new Diagram(root, "lifelines", redraw);

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    const lives = livesOf(view);
    const all = namesOf(view, lives);
    const names = all.slice(0, MOST_LANES);
    const hidden = all.length - names.length;
    const rows = names.length + Math.min(1, hidden);
    root.style.setProperty("--rows", String(Math.ceil((rows + 1) / 2)));
    const room = { width: root.clientWidth, height: root.clientHeight };
    if (room.width > 0) {
      const end = scale.agree(root, extent(view), redraw);
      const type = typeSize(view, room, { letters: 54, lines: 4.6 * rows + 2 });
      const layout = layOut(room.width, room.height, names, rows, type, end);
      diagram.draw(room, type, () => draw(diagram, { view, lives, names, hidden, layout, at: now(view), isShared: scale.count > 1 }));
      for (const step of view.fresh) animate(diagram, view, step);
    }
    if (!view.moving) setAttribute(root, "aria-label", describe(view, lives));
  }

  return {
    render,
    destroy() {
      scale.leave(root);
      diagram.destroy();
    },
  };
}

/** main first; before there is a run, those that will be. @param {ViewState} view @param {Lifetimes} lives */
function namesOf({ run }, lives) {
  if (run.processes.length > 0) return ["main", ...children(lives).map(({ process }) => nameOf(run, process))];
  return ["main", ...expectedNames(run.request.processes)];
}

/** The stage in words, for people who cannot see it. @param {ViewState} view @param {Lifetimes} lives */
function describe({ run }, lives) {
  const told = children(lives).map(({ life, process }) => `${nameOf(run, process)} ${state(life)}`);
  const waits = lives.waits.filter(({ to }) => to === null);
  told.unshift(...waits.map(({ by, child }) => `${nameOf(run, by)} waits for ${nameOf(run, child)}`));
  return `Stage: ${told.join("; ") || "nothing has started yet"}.`;
}

/** @param {Lifetime} life */
function state({ launched, started, ended, joined, exitcode }) {
  if (exitcode !== null) return `has ended with ${code(exitcode)} and is joined`;
  if (joined !== null) return "has ended and is joined";
  if (ended !== null) return "has ended and is not joined yet";
  if (started !== null) return "runs";
  return launched === null ? "is not launched yet" : "is launched and has not started yet";
}

/** @type {Stage} */
export const stage = { createStage, figures, sentence, outcome, invitation };
