// The two steps that a person can choose between on a map: right and up, as buttons at the end of the path. Before a
// wall the button says who holds the lock.

import { html, setAttribute, show, svg, toggle } from "../shell/dom.js";
import { lockWords } from "./map-words.js";

/** @import { Mapped } from "../core/run-map.js" */
/** @import { Targets } from "../core/targets.js" */
/** @import { MapLayout } from "./map-layout.js" */

/** @typedef {{map: Mapped, at: number, names: readonly string[], targets: Targets, layout: MapLayout}} Standing */

/** By process: an arrow, and the wall that stands in its way. */
const ARROWS = ["M-7 0H7M2-5 7 0 2 5", "M0 7V-7M-5-2 0-7 5-2"];
const WALLS = ["M0-6V6", "M-6 0H6"];

/** An arrow stands no nearer to the end of the path than this share of the size of letters, and a wall than that. */
const AWAY = 2.35;
const CLOSE = 1.1;

/** @param {HTMLElement} root @param {(process: number) => void} take */
export function createMoves(root, take) {
  const buttons = [0, 1].map((process) => {
    const arrow = ARROWS[process] ?? "";
    const drawing = svg("svg", { viewBox: "-10 -10 20 20", "aria-hidden": "true" }, ["map-move-ground", "map-move-arrow"].map((name) => svg("path", { class: name, d: arrow })));
    const wall = svg("svg", { viewBox: "-10 -10 20 20", "aria-hidden": "true" }, [svg("path", { class: "map-move-wall", d: WALLS[process] ?? "" })]);
    const button = html("button", `map-move p${process}`, [drawing, wall]);
    button.type = "button";
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      take(process);
    });
    button.hidden = true;
    root.append(button);
    return { button, drawing, wall };
  });

  /** @param {Standing | null} standing null where nobody may choose */
  function render(standing) {
    buttons.forEach(({ button, drawing, wall }, process) => {
      const words = standing && wordsOf(standing, process);
      show(button, words !== null);
      if (!standing || !words) return;
      const { layout, map, at } = standing;
      const point = map.path.point(at);
      const away = words.isFree ? Math.max(0.75 * layout.unit, AWAY * layout.type) : Math.max(0.5 * layout.unit, CLOSE * layout.type);
      show(drawing, words.isFree);
      show(wall, !words.isFree);
      const [x, y] = [layout.x(point.x) + (process === 0 ? away : 0), layout.y(point.y) - (process === 1 ? away : 0)];
      button.style.setProperty("--x", `${Math.round(x)}px`);
      button.style.setProperty("--y", `${Math.round(y)}px`);
      setAttribute(button, "aria-label", words.text);
      setAttribute(button, "title", words.text);
      setAttribute(button, "aria-disabled", words.isFree ? null : "true");
      toggle(button, "is-shut", !words.isFree);
    });
  }

  return { render };
}

/** @param {Standing} standing @param {number} process */
function wordsOf({ map: { graph, path }, at, names, targets }, process) {
  const { x, y } = path.point(at);
  const step = graph.program[process === 0 ? 0 : 1][process === 0 ? x : y];
  if (!step) return null;
  const obstacle = graph.obstacle(process, x, y);
  const where = process === 0 ? "right" : "up";
  if (!obstacle) return { isFree: true, text: `${where}: ${names[process]}’s next step, ${step.op}` };
  const holder = obstacle.isOwn ? "it holds itself" : `${names[1 - process]} holds`;
  return { isFree: false, text: `${where} is a wall: ${names[process]} waits for ${lockWords(obstacle.lock, targets)}, which ${holder}` };
}
