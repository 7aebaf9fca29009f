// The map of a run of two processes, as a panel: its way is drawn as it plays, and where a person decides who goes on,
// one walks on it. For other runs it says why there is no map.

import { landed, landsAt, part, REST as ARRIVED } from "../core/death.js";
import { RunMap } from "../core/run-map.js";
import { html, rem, setAttribute, setText, show, svg } from "../shell/dom.js";
import { createMapDrawing } from "./map-drawing.js";
import { layOut, nearest } from "./map-layout.js";
import { createLegend } from "./map-legend.js";
import { createMoves } from "./map-moves.js";
import { countWords, partWords, sentence } from "./map-words.js";

/** @import { RaceActions, ViewState } from "../core/types.js" */
/** @import { Point, Span } from "../core/progress-graph.js" */
/** @import { Mapped } from "../core/run-map.js" */
/** @import { MapLayout } from "./map-layout.js" */

/** A press this near to a point of the way, in pixels, means it. */
const REACH = 22;

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createMap(root, actions) {
  const picture = svg("svg", { class: "map-picture", role: "img" });
  const frame = html("div", "map-frame", [picture]);
  const words = html("p", "map-words");
  const counts = html("p", "map-counts");
  const partly = html("p", "map-part");
  const legend = createLegend();
  const beside = html("div", "map-beside", [words, counts, partly, legend.element]);
  const absent = html("p", "map-absent");
  root.append(frame, beside, absent);
  const drawing = createMapDrawing(picture);
  const moves = createMoves(frame, (process) => actions.take?.(process));
  /** @type {{id: string, map: RunMap} | null} */
  let read = null;
  /** @type {{layout: MapLayout, map: Mapped, view: ViewState} | null} */
  let shown = null;
  /** @type {Span | null} */
  let span = null;
  /** @type {ViewState | null} */
  let last = null;

  /** @param {ViewState} view @returns {Mapped | null} */
  function mapOf(view) {
    const id = view.resting ? JSON.stringify(view.run.request) : view.run.id;
    if (read?.id !== id) {
      read = { id, map: new RunMap(view.run) };
      span = null;
    }
    return read.map.update(view.history, view.live);
  }

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    const why = absence(view);
    const map = why ? null : mapOf(view);
    for (const each of [frame, beside]) show(each, map !== null);
    show(absent, map === null);
    shown = null;
    if (!map) {
      setText(absent, why || "The map is drawn from the steps of the two processes: run them first.");
      return;
    }
    const { width, height } = frame.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    const { graph, walk } = map;
    const { names } = view.state;
    const at = walk.pointAt(view.position);
    const type = view.look.projector ? rem() : Math.max(12, 0.75 * rem());
    const layout = layOut(graph, { width, height }, type, walk.point(at), span);
    span = layout.span;
    shown = { layout, map, view };
    setAttribute(picture, "viewBox", `0 0 ${Math.round(width)} ${Math.round(height)}`);
    drawing.draw({ ...map, at, now: nowOf(map, at, view), rest: !view.live, names }, layout);
    const walks = actions.take !== undefined && view.live && at === walk.length;
    moves.render(walks ? { map, at, names, layout } : null);
    const said = sentence(map, landed(view) ? at : Math.max(0, at - 1), { names, isOver: !view.live && at === walk.length, walks });
    setBold(words, said);
    setBold(counts, countWords(map));
    show(partly, !layout.isWhole);
    if (!layout.isWhole) setText(partly, partWords(graph, layout.span, names));
    legend.render(map, names);
    if (!view.moving || !picture.hasAttribute("aria-label")) setAttribute(picture, "aria-label", described(map, at, names, said));
  }

  frame.addEventListener("click", ({ clientX, clientY }) => {
    if (!shown) return;
    const box = frame.getBoundingClientRect();
    const { layout, map, view } = shown;
    const at = nearest(layout, map.walk, { x: clientX - box.left, y: clientY - box.top }, REACH);
    if (at !== null) actions.seek(view.timebase.moment(view.history, map.walk.position(at)));
  });

  const resized = new ResizeObserver(() => last && render(last));
  resized.observe(frame);
  return { render, destroy: () => resized.disconnect() };
}

/** Why there is no map; "" where there is one. @param {ViewState} view */
function absence({ run, variant, state }) {
  const count = state.names.length;
  if (variant.stage !== "cells") return "A map shows two processes that change the same number. Here none is shared.";
  if (count === 1) return "One process alone meets nobody. The map needs two: right is a step of one, up a step of the other.";
  if (count !== 2) return `A map has two directions, right and up: one for each of two processes. Here are ${count}. Choose two to see it.`;
  if (run.request.traced === false) return "This run was not recorded, so nobody knows which way it took.";
  return "";
}

/** Where the way ends: on its way to a point while the step is being shown. @param {Mapped} map @param {number} at @param {ViewState} view @returns {Point} */
function nowOf({ walk }, at, view) {
  const to = walk.point(at);
  const progress = progressOf(view);
  if (at === 0 || progress >= 1 || walk.position(at) !== view.position) return to;
  const from = walk.point(at - 1);
  return { x: from.x + progress * (to.x - from.x), y: from.y + progress * (to.y - from.y) };
}

/** How much of its segment a step has gone along: it happens in the middle. @param {ViewState} view */
function progressOf(view) {
  const { progress } = view;
  const lands = view.step?.op === "write" ? landsAt(view) : 0.5;
  return progress < lands ? (0.5 * progress) / lands : 0.5 + 0.5 * part(progress, lands, ARRIVED);
}

/** @param {Mapped} map @param {number} at @param {readonly string[]} names @param {string} said */
function described({ graph, walk, survey }, at, names, said) {
  const { x, y } = walk.point(at);
  const [one, two] = graph.size;
  const plain = (/** @type {string} */ text) => text.replaceAll("*", "");
  return `Map: ${names[0]} has taken ${x} of ${one} steps, ${names[1]} ${y} of ${two}. ${plain(said)} ${plain(countWords({ graph, walk, survey }))}`;
}

/** Text in which *asterisks* mark what is bold. @param {HTMLElement} element @param {string} text */
export function setBold(element, text) {
  const pieces = text.split("*");
  if (element.textContent === pieces.join("")) return;
  element.replaceChildren(...pieces.map((piece, index) => (index % 2 ? html("b", "", [piece]) : piece)));
}
