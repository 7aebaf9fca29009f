// What the charts have in common: a canvas as sharp as the screen, the theme's colours, a playhead, and the pointer:
// the wheel zooms to the pointer, dragging pans, a click goes there. What does not depend on the playhead is drawn
// once, on a canvas of its own that lies behind.

import { html } from "../shell/dom.js";
import { createSize } from "../shell/size.js";

/** @import { ViewState, RaceActions } from "../core/types.js" */

/** @typedef {{text: string, quiet: string, line: string, ground: string, loss: string, processes: string[]}} Palette */

/** A place to draw on: its size, and where a moment stands.
 * @typedef {object} Sheet
 * @property {CanvasRenderingContext2D} context
 * @property {number} width
 * @property {number} height
 * @property {number} left where the moments begin
 * @property {Palette} palette
 * @property {number} unit a rem, in pixels: everything grows with the type
 * @property {(moment: number) => number} x
 */

/**
 * @typedef {object} Drawing
 * @property {(sheet: Sheet, view: ViewState) => void} picture what stays while the playhead moves
 * @property {(sheet: Sheet, view: ViewState) => void} [moving] what moves with it
 * @property {(view: ViewState) => string} describe the chart in words
 */

/** A pointer that moved less than this, in pixels, has clicked. */
const CLICK = 4;

/** With so many steps more at once, what says so moves the page about. */
const MANY = 50_000;

const GUTTER_REM = 2.25;
const RIGHT_REM = 0.5;
const FUTURE = 0.62;

/** @param {HTMLElement} root @param {RaceActions} actions @param {Drawing} drawing */
export function createChart(root, actions, drawing) {
  const canvas = html("canvas");
  canvas.setAttribute("aria-hidden", "true");
  root.setAttribute("role", "img");
  const picture = html("canvas");
  picture.setAttribute("aria-hidden", "true");
  root.append(picture, canvas);
  const colours = createPalette(root);
  /** @type {ViewState | null} */
  let last = null;
  let drawn = "";
  /** How many steps it has met. */
  let met = 0;
  const size = createSize(root, () => last && render(last));

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    const { width, height, unit } = size.now();
    if (width === 0 || height === 0) return;
    const more = view.history.length - met;
    met = view.history.length;
    // In the next frame the size is known, so nothing is drawn twice, and this frame is a shorter one.
    if (more > MANY) return void requestAnimationFrame(() => last && render(last));
    const palette = colours();
    const scale = window.devicePixelRatio;
    const { from, to } = view.range;
    const key = [width, height, unit, scale, from, to, view.history.length, view.run.id, view.cell, palette.text].join();
    if (key !== drawn) {
      drawn = key;
      for (const each of [canvas, picture]) fit(each, width * scale, height * scale);
      const behind = sheet(picture, view, palette, scale);
      behind.context.clearRect(0, 0, width, height);
      drawing.picture(behind, view);
    }
    const now = sheet(canvas, view, palette, scale);
    const { context } = now;
    context.clearRect(0, 0, width, height);
    if (view.length > 0) drawPlayhead(now, view);
    drawing.moving?.(now, view);
    if (!view.moving || !root.hasAttribute("aria-label")) root.setAttribute("aria-label", drawing.describe(view));
  }

  /** @param {HTMLCanvasElement} on @param {ViewState} view @param {Palette} palette @param {number} scale @returns {Sheet} */
  function sheet(on, { range }, palette, scale) {
    const context = /** @type {CanvasRenderingContext2D} */ (on.getContext("2d"));
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const { width, height, unit } = size.now();
    const left = GUTTER_REM * unit;
    const perMoment = (width - left - RIGHT_REM * unit) / (range.to - range.from);
    return { context, width, height, left, palette, unit, x: (moment) => left + (moment - range.from) * perMoment };
  }

  /** @param {MouseEvent} event */
  function momentAt({ offsetX }) {
    const { from, to } = /** @type {ViewState} */ (last).range;
    const { width, unit } = size.now();
    const left = GUTTER_REM * unit;
    const share = (offsetX - left) / (width - left - RIGHT_REM * unit);
    return from + Math.max(0, Math.min(1, share)) * (to - from);
  }

  canvas.addEventListener("wheel", (event) => {
    if (!last) return;
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      actions.pan((event.deltaX || event.deltaY) / size.now().width);
    } else {
      actions.zoom(Math.exp(-event.deltaY / 300), momentAt(event));
    }
  }, { passive: false });
  drag(canvas, (by) => actions.pan(-by / size.now().width), (event) => last && actions.seek(momentAt(event)));

  return { render, destroy: size.destroy };
}

/** Setting a size, even the same one, clears a canvas. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
export function fit(canvas, width, height) {
  if (canvas.width !== Math.floor(width)) canvas.width = width;
  if (canvas.height !== Math.floor(height)) canvas.height = height;
}

/** Past and future: what is not shown yet on the stage stands back. @param {Sheet} sheet @param {ViewState} view */
function drawPlayhead({ context, palette, width, height, left, x }, { moment }) {
  const at = Math.max(left, Math.min(x(moment), width));
  context.globalAlpha = FUTURE;
  context.fillStyle = palette.ground;
  context.fillRect(at, 0, width - at, height);
  context.globalAlpha = 1;
  // Out of sight there is no playhead, only its side.
  if (x(moment) < left - 1 || x(moment) > width) return;
  context.fillStyle = palette.text;
  context.fillRect(Math.round(at) - 1, 0, 1.5, height);
}

/** @param {HTMLElement} element @param {(by: number) => void} move @param {(event: PointerEvent) => void} click */
export function drag(element, move, click) {
  /** @type {number | null} */
  let from = null;
  let moved = 0;
  element.addEventListener("pointerdown", (event) => {
    from = event.clientX;
    moved = 0;
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const by = event.clientX - from;
    moved += Math.abs(by);
    from = event.clientX;
    if (moved > CLICK) move(by);
  });
  element.addEventListener("pointerup", (event) => {
    if (from !== null && moved <= CLICK) click(event);
    from = null;
  });
  element.addEventListener("pointercancel", () => (from = null));
}

/** Counts how often the system has changed its colours: to ask for them in each frame would cost more than to draw. */
let systemTheme = 0;
for (const what of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"]) {
  window.matchMedia(what).addEventListener("change", () => (systemTheme += 1));
}

/** The theme's colours as a canvas needs them. @param {HTMLElement} root @returns {() => Palette} */
export function createPalette(root) {
  const probe = html("span", "unseen");
  root.append(probe);
  /** @param {string} name @param {string} [process] */
  const colour = (name, process = "") => {
    probe.className = `unseen ${process}`;
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  /** @type {Palette | null} */
  let known = null;
  let theme = "";
  return () => {
    const now = `${document.documentElement.dataset["theme"] ?? ""} ${systemTheme}`;
    if (!known || theme !== now) {
      theme = now;
      known = {
        text: colour("text"),
        quiet: colour("text-quiet"),
        line: colour("line"),
        ground: colour("background"),
        loss: colour("loss"),
        processes: Array.from({ length: 9 }, (_, index) => colour("process", `p${index}`)),
      };
    }
    return known;
  };
}
