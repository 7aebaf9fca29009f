// The stage of a queue, drawn as a pipe: producers at the left, the items of the queue in the middle, the first one out next
// to the exit, and the consumer at the right. Below, in order, what came out: in this run and in the previous one.

import { setAttribute } from "../../shell/dom.js";
import { Diagram } from "../diagram.js";
import { shown, typeSize } from "../drawing-helpers.js";
import { drawItems, fly, leave } from "./draw-items.js";
import { drawOut } from "./draw-received.js";
import { drawParts } from "./draw-parts.js";
import { layOut } from "./layout.js";
import { comparison, remember } from "./previous-run.js";
import { partsOf, queueOf } from "./model.js";
import { figures, hasCell, invitation, namesOf, outcome, sentence } from "./step-sentences.js";

/** @import { ViewState, Stage } from "../../core/types.js" */
/** @import { Layout, Point } from "./layout.js" */
/** @import { Queue } from "./model.js" */

/** What is drawn, and where. @typedef {{view: ViewState, queue: Queue, names: readonly string[], layout: Layout}} Scene */

/** @param {HTMLElement} root */
function createStage(root) {
  /** @type {ViewState | null} */
  let last = null;
  const diagram = new Diagram(root, "pipe", () => last && render({ ...last, fresh: [], motion: 0 }));
  /** Where each item stood in the view before. @type {ReadonlyMap<number, Point>} */
  let stood = new Map();

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    remember(view);
    const queue = queueOf(view);
    const names = namesOf(view);
    const { producers } = partsOf(names);
    root.style.setProperty("--rows", String(Math.max(3, Math.ceil(producers.length / 2) + (hasCell(view) ? 0 : 1))));
    const room = { width: root.clientWidth, height: root.clientHeight };
    if (room.width > 0) {
      const scene = { view, queue, names, layout: layoutFor(view, queue, names, room) };
      diagram.measure("--chip", scene.layout.chip.type);
      diagram.draw(room, scene.layout.type, () => {
        drawParts(diagram, scene);
        const stands = drawItems(diagram, scene);
        fly(diagram, scene, stood, stands);
        stood = stands;
        drawOut(diagram, scene);
        leave(diagram, scene);
      });
    }
    if (!view.moving) setAttribute(root, "aria-label", describe(view, queue, names));
  }

  return { render, destroy: () => diagram.destroy() };
}

/** @param {ViewState} view @param {Queue} queue @param {readonly string[]} names @param {{width: number, height: number}} room */
function layoutFor(view, { longest }, names, room) {
  const { producers } = partsOf(names);
  const several = producers.length > 1;
  // The messages to the owner of a cell all look alike: their result is the value of the cell.
  const rows = hasCell(view) ? 0 : several ? 2 : 1;
  const items = view.run.request.iterations * producers.length;
  const type = typeSize(view, room, { letters: 100, lines: 20 });
  return layOut(room.width, room.height, type, names, { rows, items, longest, several, hasCell: hasCell(view) });
}

/** The stage in words, for people who cannot see it. @param {ViewState} view @param {Queue} queue @param {readonly string[]} names */
function describe(view, queue, names) {
  const values = queue.inside.slice(0, 12).map(({ value }) => shown(value));
  const more = queue.inside.length > values.length ? `, and ${queue.inside.length - values.length} more` : "";
  const parts = [queue.inside.length ? `in the queue, the first one out first: ${values.join(", ")}${more}` : "the queue is empty"];
  if (queue.waiting >= 0) parts.push(`${names[queue.waiting]} waits`);
  const out = queue.out.slice(-12).map(({ value }) => shown(value));
  parts.push(out.length ? `came out${queue.out.length > out.length ? " last" : ""}: ${out.join(", ")}` : "nothing came out yet");
  if (hasCell(view)) parts.push(`the counter is ${queue.value ?? 0}`);
  return `Stage: ${parts.join("; ")}.`;
}

/** @type {Stage} */
export const stage = {
  createStage,
  figures,
  sentence,
  outcome: (view) => outcome(view, comparison(view)),
  invitation,
};
