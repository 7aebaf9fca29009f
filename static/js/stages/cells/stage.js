// The stage of shared cells on the page: the picture, drawn again in each frame where something differs, and a button
// over each ticket in the tray.

import { kills, phaseOf } from "../../core/death.js";
import { html, setAttribute, show, svg, toggle } from "../../shell/dom.js";
import { Layer } from "../../shell/layer.js";
import { createSize } from "../../shell/size.js";
import { layOut } from "./layout.js";
import { PLANES, paint } from "./picture.js";
import { hasGate } from "./scene.js";
import { ticketAt } from "./tray.js";
import { describe } from "./captions.js";

/** @import { Loss } from "../../core/death.js" */
/** @import { RaceActions, ViewState } from "../../core/types.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Plane } from "./picture.js" */

/** The smallest type, in pixels. On a projector nothing is smaller than the page's own, which is large there. */
const LEAST = 13;

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createStage(root, actions) {
  const layers = /** @type {Record<Plane, Layer>} */ (Object.fromEntries(PLANES.map((plane) => [plane, new Layer(`plane-${plane}`)])));
  const drawing = svg("svg", { class: "stage-drawing", role: "img" }, PLANES.map((plane) => layers[plane].group));
  const tray = createTray(actions);
  root.replaceChildren(drawing, tray.root);
  setAttribute(root, "role", "group");
  /** @type {Layout | null} */
  let layout = null;
  let known = "";
  let drawn = "";
  /** @type {ViewState | null} */
  let last = null;
  const size = createSize(root, () => last && render(last));

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    const { width, height, unit } = size.now();
    if (width === 0 || height === 0) return;
    const least = view.look.projector ? unit : LEAST;
    const { processes, cells } = view.state;
    root.style.setProperty("--rows", String(Math.ceil(processes.length / 2)));
    const wanted = [width, height, least, hasGate(view), processes.length, cells.length].join();
    if (wanted !== known || !layout) {
      known = wanted;
      layout = layOut(width, height, processes.length, least, cells.length, hasGate(view));
      toggle(root, "is-crowd", layout.lanes.length > 0);
      setAttribute(drawing, "viewBox", `0 0 ${width} ${height}`);
    }
    const now = [known, view.run.id, view.run.status, view.length, view.position, view.progress, view.atEnd, view.moving, view.cell, view.state.position, view.variant.name].join();
    if (now === drawn) return;
    drawn = now;
    for (const plane of PLANES) layers[plane].begin();
    const painted = paint(layers, view, layout);
    for (const plane of PLANES) layers[plane].end();
    tray.render(view, layout, painted);
    setAttribute(root, "data-phase", phaseOf(view));
    if (!view.moving || !drawing.hasAttribute("aria-label")) setAttribute(drawing, "aria-label", describe(view));
  }

  drawing.addEventListener("click", ({ offsetX, offsetY }) => {
    // By hand only: the keyboard has the names above the charts.
    const chosen = layout?.cells.findIndex(({ x, y, width, height }) => offsetX >= x && offsetX <= x + width && offsetY >= y && offsetY <= y + height) ?? -1;
    const cell = last?.state.cells[chosen];
    if (cell && (last?.state.cells.length ?? 0) > 1) actions.look({ cell: cell.name });
  });
  return { render, destroy: size.destroy };
}

/** A ticket is a button: it plays its own death again. @param {RaceActions} actions */
function createTray(actions) {
  const root = html("div", "tickets");
  setAttribute(root, "role", "group");
  setAttribute(root, "aria-label", "Lost updates");
  /** @type {HTMLButtonElement[]} */
  const buttons = [];
  /** @type {readonly Loss[]} */
  let shown = [];
  let side = 0;
  /** @type {ViewState | null} */
  let last = null;
  const share = html("button", "quiet share-death", ["Share this death"]);
  share.type = "button";
  share.addEventListener("click", () => last && actions.share(last));
  root.append(share);

  /** @param {number} index */
  function button(index) {
    const made = html("button", "ticket");
    made.type = "button";
    made.addEventListener("click", () => actions.playLoss(side, shown[index]?.position ?? 0));
    root.append(made);
    buttons.push(made);
    return made;
  }

  /** @param {ViewState} view @param {Layout} layout @param {{lying: number, tickets: readonly Loss[]}} painted */
  function render(view, layout, { lying, tickets }) {
    shown = tickets;
    side = view.side;
    last = view;
    // Offered while one lies still that has just died.
    show(share, !view.moving && kills(view) && phaseOf(view) === "rest" && view.history.losses.between(view.position - 1, view.position));
    const usable = tickets.slice(0, lying).filter(({ position }) => position > 0).length;
    for (let index = buttons.length; index < usable; index += 1) button(index);
    buttons.forEach((each, index) => {
      const loss = tickets[index];
      show(each, index < usable && loss !== undefined);
      if (index >= usable || !loss) return;
      const { x, y, size } = ticketAt(layout, index, tickets.length);
      for (const [name, value] of /** @type {const} */ ([["--x", x], ["--y", y], ["--size", size]])) each.style.setProperty(name, `${value.toFixed(1)}px`);
      const words = `${view.state.names[loss.process]}’s +1, lost at step ${loss.position}: see it die`;
      setAttribute(each, "aria-label", words);
      setAttribute(each, "title", words);
    });
  }

  return { root, render };
}
