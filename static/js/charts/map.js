// The map of a run of two processes, as a panel: its path is drawn as it plays, and where a person grants the steps,
// the buttons on it grant them. For other runs it says why there is no map.

import { landed, landsAt, part, REST as ARRIVED } from "../core/death.js";
import { RunMap } from "../core/run-map.js";
import { html, setText, show } from "../shell/dom.js";
import { nearest } from "./map-layout.js";
import { createMapView } from "./map-view.js";
import { sentence } from "./map-words.js";

/** @import { RaceActions, ViewState } from "../core/types.js" */
/** @import { Point } from "../core/progress-graph.js" */
/** @import { Mapped } from "../core/run-map.js" */
/** @import { MapLayout } from "./map-layout.js" */

/** A press this near to a point of the path, in pixels, means it. */
const REACH = 22;

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createMap(root, actions) {
  const sight = createMapView(root, (process) => actions.take?.(process));
  const absent = html("p", "map-absent");
  root.append(absent);
  /** @type {{id: string, map: RunMap} | null} */
  let read = null;
  /** @type {{layout: MapLayout, map: Mapped, view: ViewState} | null} */
  let shown = null;
  /** @type {ViewState | null} */
  let last = null;

  /** @param {ViewState} view @returns {Mapped | null} */
  function mapOf(view) {
    const id = view.resting ? JSON.stringify(view.run.request) : view.run.id;
    if (read?.id !== id) read = { id, map: new RunMap(view.run) };
    return read.map.update(view.history, view.live);
  }

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    const why = absence(view);
    const map = why ? null : mapOf(view);
    sight.show(map !== null);
    show(absent, map === null);
    shown = null;
    if (!map) {
      setText(absent, why || "The map is drawn from the steps of the two processes: run them first.");
      return;
    }
    const { names, targets } = view.state;
    const at = map.path.pointAt(view.position);
    const isSteered = actions.take !== undefined && view.live && at === map.path.length;
    const words = sentence(map, landed(view) ? at : Math.max(0, at - 1), { names, targets, isOver: view.atEnd, isSteered });
    const scene = { map, at, now: nowOf(map, at, view), rest: !view.live, names, targets, words, isLarge: view.look.projector, isSteady: !view.moving };
    const layout = sight.render(scene, isSteered);
    shown = layout && { layout, map, view };
  }

  sight.frame.addEventListener("click", ({ clientX, clientY }) => {
    if (!shown) return;
    const box = sight.frame.getBoundingClientRect();
    const { layout, map, view } = shown;
    const at = nearest(layout, map.path, { x: clientX - box.left, y: clientY - box.top }, REACH);
    if (at !== null) actions.seek(view.timebase.moment(view.history, map.path.position(at)));
  });

  const resized = new ResizeObserver(() => last && render(last));
  resized.observe(sight.frame);
  return { render, destroy: () => resized.disconnect() };
}

/** Why there is no map; "" where there is one. @param {ViewState} view */
function absence({ run, variant, state }) {
  const count = state.names.length;
  if (variant.stage !== "cells") return "A map shows two processes that change the same number. Here none is shared.";
  if (count === 1) return "One process alone meets nobody. The map needs two: right is a step of one, up a step of the other.";
  if (count !== 2) return `A map has two directions, right and up: one for each of two processes. Here are ${count}. Choose two to see it.`;
  if (run.request.traced === false) return "This run was not recorded, so nobody knows which path it took.";
  return "";
}

/** Where the path ends: between two points while the step is being shown. @param {Mapped} map @param {number} at @param {ViewState} view @returns {Point} */
function nowOf({ path }, at, view) {
  const to = path.point(at);
  if (at === 0 || view.progress >= 1 || path.position(at) !== view.position) return to;
  const from = path.point(at - 1);
  const share = alongOf(view);
  return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
}

/** How much of its segment a step has gone along: it happens in the middle. @param {ViewState} view */
function alongOf(view) {
  const { progress } = view;
  const lands = view.step?.op === "write" ? landsAt(view) : 0.5;
  return progress < lands ? (0.5 * progress) / lands : 0.5 + 0.5 * part(progress, lands, ARRIVED);
}
