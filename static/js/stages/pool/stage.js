// The pool: a lane per worker with a bar for each task, in true time. Above them main, which hands tasks over and
// waits, and the tasks that wait; below them the results, in the order of the tasks however the work was done.

import { expectedNames } from "../../core/process-names.js";
import { setAttribute } from "../../shell/dom.js";
import { Diagram } from "../diagram.js";
import { extent, gutter, now } from "../lanes.js";
import { nameOf, typeSize, widthOf } from "../drawing-helpers.js";
import { columnsOf } from "./columns.js";
import { animate, draw } from "./draw.js";
import { DrawingCache } from "./drawing-cache.js";
import { layOut } from "./layout.js";
import { poolOf } from "./model.js";
import { figures, invitation, outcome, sentence, waitingWords } from "./step-sentences.js";

/** @import { ViewState, RunView, Stage } from "../../core/types.js" */
/** @import { Columns } from "./columns.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Pool } from "./model.js" */

/** What is drawn, and where. `names` are those of the workers, `at` is the time on show, `planned` is the number of tasks.
 * @typedef {{view: ViewState, pool: Pool, names: readonly string[], layout: Layout, columns: Columns, planned: number, at: number}} Scene */

/** @param {HTMLElement} root */
function createStage(root) {
  /** @type {ViewState | null} */
  let last = null;
  const diagram = new Diagram(root, "pool", () => last && render({ ...last, fresh: [], motion: 0 }));
  const cache = new DrawingCache(diagram);

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    const pool = poolOf(view);
    const names = namesOf(view.run);
    root.style.setProperty("--rows", String(Math.ceil((names.length + 4) / 2.4)));
    const room = { width: root.clientWidth, height: root.clientHeight };
    if (room.width > 0) {
      const scene = sceneOf(view, pool, names, room);
      const { type, axis } = scene.layout;
      cache.standAt(`${view.run.id} ${room.width} ${room.height} ${type} ${axis.end}`);
      diagram.draw(room, type, () => draw(diagram, cache, scene));
      for (const step of view.fresh) animate(diagram, scene, step);
    }
    if (!view.moving) setAttribute(root, "aria-label", describe(view, pool));
  }

  return { render, destroy: () => diagram.destroy() };
}

/** @param {ViewState} view @param {Pool} pool @param {readonly string[]} names @param {{width: number, height: number}} room @returns {Scene} */
function sceneOf(view, pool, names, room) {
  const { request } = view.run;
  const type = typeSize(view, room, { letters: 110, lines: 2 * (names.length + 5.6) });
  const left = Math.max(gutter(["main", ...names], type), widthOf("results", type) + 0.8 * type);
  const layout = layOut(room.width, room.height, type, left, names.length, extent(view));
  const planned = Math.max(pool.tasks.length, request.call ? request.iterations : request.processes);
  return { view, pool, names, layout, columns: columnsOf(view.run, planned, layout), planned, at: now(view) };
}

/** The workers; before there is a run, those that will be. @param {RunView} run */
function namesOf({ processes, request }) {
  const names = processes.map(({ name }) => name).filter((name) => name !== "main");
  return names.length ? names : expectedNames(request.processes);
}

/** The stage in words, for people who cannot see it. @param {ViewState} view @param {Pool} pool */
function describe({ run }, pool) {
  const working = pool.tasks.filter(({ started, ended }) => started !== null && ended === null);
  const parts = working.map(({ number, worker }) => `${nameOf(run, worker)} works on task ${number}`);
  const wait = pool.waits.at(-1);
  if (wait && wait.to === null) parts.unshift(`main ${waitingWords(wait.forEnd, run)}`);
  parts.push(`${pool.done.length} of ${pool.submitted} tasks are done`);
  return `Stage: ${parts.join("; ")}.`;
}

/** @type {Stage} */
export const stage = { createStage, figures, sentence, outcome, invitation };
