// A map on which a person draws a path: by dragging from the lower left corner, with the arrow keys, or with the two
// arrows at its end. It draws no path that two processes could not take.
//
//   const editor = createMapEditor(root, { onDraw: ({ moves, isOver }) => … });   // root is empty
//   editor.set(program, locks);   // programOf(request), locksOf(request); starts again
//   editor.draw([0, 1, 1]);       // a path: the process of each step; 0 is P1, 1 is P2
//   editor.schedule               // the same for real processes to follow: ["P1", "P2", "P2"]

import { ProgressGraph, surveyOf } from "../core/progress-graph.js";
import { Targets } from "../core/targets.js";
import { pathOf } from "../core/graph-path.js";
import { html, setAttribute } from "../shell/dom.js";
import { createMapView } from "./map-view.js";
import { sentence } from "./map-words.js";

/** @import { Point, Program } from "../core/progress-graph.js" */
/** @import { Mapped } from "../core/run-map.js" */
/** @import { Target } from "../core/types.js" */
/** @import { MapLayout } from "./map-layout.js" */

/** A path as far as it is drawn: the process of each step, how many updates it loses, and whether it can go no further;
 * and if so, whether that is a deadlock. @typedef {{moves: readonly number[], lost: number, isOver: boolean, isDeadlock: boolean}} Drawn */

const NAMES = ["P1", "P2"];

const START = "Draw a path: drag from the lower left corner to the upper right one, or use the arrow keys. Right is a step of P1, up is a step of P2.";

/** A pointer that moved less than this, in pixels, has pressed. */
const PRESS = 4;

/** @type {Readonly<Record<string, number>>} */
const MOVES = { ArrowRight: 0, ArrowUp: 1 };
const BACK = new Set(["ArrowLeft", "ArrowDown", "Backspace", "Home"]);

/** @param {HTMLElement} root @param {{onDraw: (drawn: Drawn) => void}} setting */
export function createMapEditor(root, { onDraw }) {
  root.classList.add("map-editor");
  const place = html("div", "map");
  root.append(place);
  const sight = createMapView(place, (process) => draw([...moves, process]));
  const { frame } = sight;
  setAttribute(frame, "tabindex", 0);
  setAttribute(frame, "role", "application");
  setAttribute(frame, "aria-label", "Draw a path with the arrow keys: right is a step of P1, up is a step of P2, left or down takes one back");
  setAttribute(sight.words, "aria-live", "polite");
  /** @type {number[]} */
  let moves = [];
  /** @type {Mapped | null} */
  let map = null;
  let targets = new Targets([]);
  /** @type {MapLayout | null} */
  let layout = null;

  /** @param {Program} program @param {readonly Target[]} locks */
  function set(program, locks) {
    const graph = new ProgressGraph(program);
    targets = new Targets(locks);
    map = { graph, survey: surveyOf(graph), path: pathOf(graph, []) };
    draw([]);
  }

  /** Goes a path as far as it can be gone. @param {readonly number[]} wanted */
  function draw(wanted) {
    if (!map) return;
    const { graph } = map;
    moves = possible(graph, wanted);
    map = { ...map, path: pathOf(graph, moves) };
    render();
    const { x, y } = map.path.point(moves.length);
    const isOver = !graph.canMove(0, x, y) && !graph.canMove(1, x, y);
    onDraw({ moves, lost: map.path.lostAt(moves.length).length, isOver, isDeadlock: isOver && !graph.isEnd(x, y) });
  }

  function render() {
    if (!map) return;
    const at = moves.length;
    const now = map.path.point(at);
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
    if (map && layout) draw(ledTo(map.graph, moves, pointed(event)));
  });
  listenToKeys(frame, (process) => draw([...moves, process]), (all) => draw(all ? [] : moves.slice(0, -1)));

  const resized = new ResizeObserver(render);
  resized.observe(frame);
  return {
    set,
    draw,
    render,
    get schedule() {
      return moves.map((process) => NAMES[process] ?? "");
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
    // A drag may also begin at the arrows; a pointer that is released there has pressed one.
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
  const { graph, path } = map;
  const { x, y } = path.point(at);
  const said = sentence(map, at, { names: NAMES, targets, isOver: false, isSteered: true });
  if (!graph.isEnd(x, y)) return said;
  const expected = graph.increments[0].length + graph.increments[1].length;
  return `${said} The counter ends at *${expected - path.lostAt(at).length}* of ${expected}.`;
}

/** As much of a path as can be gone. @param {ProgressGraph} graph @param {readonly number[]} wanted */
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

/** A path that was led to a place: taken back as far as it lies beyond, then on towards it.
 * @param {ProgressGraph} graph @param {readonly number[]} moves @param {Point} place */
export function ledTo(graph, moves, place) {
  const [width, height] = graph.size;
  const to = { x: Math.max(0, Math.min(width, place.x)), y: Math.max(0, Math.min(height, place.y)) };
  const led = [...moves];
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
