// A map on which a person draws a way: by dragging from the lower left corner, with the arrow keys, or with the two
// arrows at its end. It goes no way that two processes could not go.
//
//   const editor = createMapEditor(root, { onPath: ({ path, isOver }) => … });   // root is empty
//   editor.set(program, locks);   // programOf(request), locksOf(request); begins anew
//   editor.draw([0, 1, 1]);       // a way: who moves, step by step; 0 is P1, 1 is P2
//   editor.schedule               // the same for real processes to follow: ["P1", "P2", "P2"]

import { ProgressGraph, surveyOf } from "../core/progress-graph.js";
import { Targets } from "../core/targets.js";
import { walked } from "../core/graph-path.js";
import { html, setAttribute } from "../shell/dom.js";
import { createMapView } from "./map-view.js";
import { sentence } from "./map-words.js";

/** @import { Point, Program } from "../core/progress-graph.js" */
/** @import { Mapped } from "../core/run-map.js" */
/** @import { Target } from "../core/types.js" */
/** @import { MapLayout } from "./map-layout.js" */

/** A way as far as it is drawn: who moves at each step, how many updates it loses, and whether it can go no further;
 * then, whether that is a deadlock. @typedef {{path: readonly number[], lost: number, isOver: boolean, isDeadlock: boolean}} Drawn */

const NAMES = ["P1", "P2"];

const START = "Draw a way: drag from the lower left corner to the upper right one, or use the arrow keys. Right is a step of P1, up is a step of P2.";

/** A pointer that moved less than this, in pixels, has pressed. */
const PRESS = 4;

/** @type {Readonly<Record<string, number>>} */
const MOVES = { ArrowRight: 0, ArrowUp: 1 };
const BACK = new Set(["ArrowLeft", "ArrowDown", "Backspace", "Home"]);

/** @param {HTMLElement} root @param {{onPath: (drawn: Drawn) => void}} setting */
export function createMapEditor(root, { onPath }) {
  root.classList.add("map-editor");
  const place = html("div", "map");
  root.append(place);
  const sight = createMapView(place, (process) => draw([...path, process]));
  const { frame } = sight;
  setAttribute(frame, "tabindex", 0);
  setAttribute(frame, "role", "application");
  setAttribute(frame, "aria-label", "Draw a way with the arrow keys: right is a step of P1, up is a step of P2, left or down takes one back");
  setAttribute(sight.words, "aria-live", "polite");
  /** @type {number[]} */
  let path = [];
  /** @type {Mapped | null} */
  let map = null;
  let targets = new Targets([]);
  /** @type {MapLayout | null} */
  let layout = null;

  /** @param {Program} program @param {readonly Target[]} locks */
  function set(program, locks) {
    const graph = new ProgressGraph(program);
    targets = new Targets(locks);
    map = { graph, survey: surveyOf(graph), walk: walked(graph, []) };
    draw([]);
  }

  /** Goes a way as far as it can be gone. @param {readonly number[]} wanted */
  function draw(wanted) {
    if (!map) return;
    const { graph } = map;
    path = possible(graph, wanted);
    map = { ...map, walk: walked(graph, path) };
    render();
    const { x, y } = map.walk.point(path.length);
    const isOver = !graph.canMove(0, x, y) && !graph.canMove(1, x, y);
    onPath({ path, lost: map.walk.lostAt(path.length).length, isOver, isDeadlock: isOver && !graph.isEnd(x, y) });
  }

  function render() {
    if (!map) return;
    const at = path.length;
    const now = map.walk.point(at);
    const words = at === 0 ? START : wordsOf(map, at, targets);
    layout = sight.render({ map, at, now, rest: false, names: NAMES, targets, words, isLarge: false, isSteady: true }, true);
  }

  /** @param {PointerEvent} event @returns {Point} in steps, from the lower left */
  function pointed({ clientX, clientY }) {
    const box = frame.getBoundingClientRect();
    const { left, bottom, unit, span } = /** @type {MapLayout} */ (layout);
    return { x: span.x0 + (clientX - box.left - left) / unit, y: span.y0 + (bottom - (clientY - box.top)) / unit };
  }

  listenToPointer(frame, (event) => {
    if (map && layout) draw(ledTo(map.graph, path, pointed(event)));
  });
  listenToKeys(frame, (process) => draw([...path, process]), (all) => draw(all ? [] : path.slice(0, -1)));

  const resized = new ResizeObserver(render);
  resized.observe(frame);
  return {
    set,
    draw,
    render,
    get schedule() {
      return path.map((process) => NAMES[process] ?? "");
    },
    destroy: () => resized.disconnect(),
  };
}

/** @param {HTMLElement} frame @param {(event: PointerEvent) => void} drag */
function listenToPointer(frame, drag) {
  /** Where the pointer went down. @type {{x: number, y: number} | null} */
  let from = null;
  let drags = false;
  /** @param {PointerEvent} event */
  const follow = (event) => {
    if (!drags) frame.setPointerCapture(event.pointerId);
    drags = true;
    drag(event);
  };
  frame.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, y: event.clientY };
    // One may also begin at the arrows; whoever lets go there has pressed one.
    if (event.target instanceof Element && !event.target.closest("button")) follow(event);
  });
  frame.addEventListener("pointermove", (event) => {
    if (from && (drags || Math.hypot(event.clientX - from.x, event.clientY - from.y) > PRESS)) follow(event);
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    frame.addEventListener(name, () => {
      from = null;
      drags = false;
    });
  }
}

/** @param {HTMLElement} frame @param {(process: number) => void} take @param {(all: boolean) => void} takeBack */
function listenToKeys(frame, take, takeBack) {
  frame.addEventListener("keydown", (event) => {
    const process = MOVES[event.key];
    if (event.target !== frame || (process === undefined && !BACK.has(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    if (process !== undefined) take(process);
    else takeBack(event.key === "Home");
  });
}

/** @param {Mapped} map @param {number} at @param {Targets} targets */
function wordsOf(map, at, targets) {
  const { graph, walk } = map;
  const { x, y } = walk.point(at);
  const said = sentence(map, at, { names: NAMES, targets, isOver: false, walks: true });
  if (!graph.isEnd(x, y)) return said;
  const expected = graph.increments[0].length + graph.increments[1].length;
  return `${said} The counter ends at *${expected - walk.lostAt(at).length}* of ${expected}.`;
}

/** As much of a way as can be gone. @param {ProgressGraph} graph @param {readonly number[]} wanted */
function possible(graph, wanted) {
  let [x, y] = [0, 0];
  const end = wanted.findIndex((process) => {
    if (!graph.canMove(process, x, y)) return true;
    if (process === 0) x += 1;
    else y += 1;
    return false;
  });
  return end < 0 ? [...wanted] : wanted.slice(0, end);
}

/** A way that was led to a place: taken back as far as it lies beyond, then on towards it.
 * @param {ProgressGraph} graph @param {readonly number[]} path @param {Point} place */
export function ledTo(graph, path, place) {
  const [width, height] = graph.size;
  const to = { x: Math.max(0, Math.min(width, place.x)), y: Math.max(0, Math.min(height, place.y)) };
  const led = [...path];
  let x = led.filter((process) => process === 0).length;
  let y = led.length - x;
  while (x - to.x > 0.5 || y - to.y > 0.5) {
    if (led.pop() === 0) x -= 1;
    else y -= 1;
  }
  for (;;) {
    // The longer part first, if nothing stands in its way; a step is taken once its middle has been passed.
    const ahead = [to.x - x, to.y - y];
    const order = (ahead[0] ?? 0) >= (ahead[1] ?? 0) ? [0, 1] : [1, 0];
    const process = order.find((each) => (ahead[each] ?? 0) >= 0.5 && graph.canMove(each, x, y));
    if (process === undefined) return led;
    led.push(process);
    if (process === 0) x += 1;
    else y += 1;
  }
}
