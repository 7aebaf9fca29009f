// The picture of the state graph, and its legend: a box or a circle for each state, a bent line with a mark for each step.

import { html, setAttribute, svg } from "../../shell/dom.js";
import { layOut, rowsOf } from "./graph-layout.js";
import { stateInWords } from "./graph-words.js";

/** @import { Graph, GraphEdge, GraphState } from "../../core/explore.js" */
/** @import { Spot } from "./graph-layout.js" */

/** A graph on show: its rows of states, its picture, and what in it stands for each state and each edge.
 * @typedef {{graph: Graph, rows: number[][], picture: SVGElement, nodes: SVGGElement[], arcs: SVGGElement[]}} Drawn */

/** How large its parts are: with room, a state is a box with what each process holds, else a circle with the counter in it.
 * @typedef {{isRoomy: boolean, gap: {x: number, y: number}, radius: number}} Size */

/** With more rows than these, or states beside each other, there is no room. */
const ROOMY = { rows: 12, beside: 6 };

/** More rows than these stand closer. */
const LONG = 8;

/** More states beside each other than these are smaller. */
const CROWDED = 20;

const GAPS = { roomy: { x: 116, y: 60 }, long: { x: 116, y: 46 }, tight: { x: 36, y: 37 }, tightest: { x: 24, y: 46 } };
const BOX = { width: 92, height: 32 };
const RADIUS = { usual: 13, crowded: 10 };

/** @param {Graph} graph @returns {Drawn} */
export function drawGraph(graph) {
  const rows = rowsOf(graph);
  const size = sizeOf(rows);
  const { spots, width, height } = layOut(rows, size.gap);
  const arcs = graph.edges.map((edge) => drawArc(edge, spots, size));
  const nodes = graph.states.map((_, number) => drawState(graph, number, spots[number], size));
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "The state graph, from the first state down to the finals" }, [
    svg("g", { class: "arcs", "aria-hidden": "true" }, arcs),
    svg("g", {}, nodes),
  ]);
  // It grows with the type, so that its numbers stay readable.
  picture.style.setProperty("--wide", String(width / 16));
  return { graph, rows, picture, nodes, arcs };
}

/** The signs of the processes, and the size of the graph. @param {Graph} graph */
export function legendOf({ programs, states, edges }) {
  const names = programs.map((_, process) => {
    const mark = svg("svg", { class: "mark", "aria-hidden": "true" }, [svg("use", { href: `#mark-${process}` })]);
    return html("span", `p${process}`, [html("span", "mark-box", [mark]), ` P${process + 1}`]);
  });
  return [...names, html("small", "", [`${states.length} states, ${edges.length} steps; point at one`])];
}

/** @param {readonly number[][]} rows @returns {Size} */
function sizeOf(rows) {
  const beside = Math.max(...rows.map((row) => row.length));
  const isRoomy = rows.length <= ROOMY.rows && beside <= ROOMY.beside;
  const isCrowded = beside > CROWDED;
  const gap = isRoomy ? (rows.length > LONG ? GAPS.long : GAPS.roomy) : isCrowded ? GAPS.tightest : GAPS.tight;
  return { isRoomy, gap, radius: isCrowded ? RADIUS.crowded : RADIUS.usual };
}

/** @param {GraphEdge} edge @param {readonly Spot[]} spots @param {Size} size */
function drawArc({ from, to, process }, spots, { isRoomy, radius }) {
  const [one, other] = [spots[from], spots[to]];
  if (!one || !other) return svg("g");
  const half = isRoomy ? BOX.height / 2 : radius;
  const [top, bottom] = [one.y + half, other.y - half];
  const bend = (bottom - top) / 2;
  const line = `M${one.x} ${top}C${one.x} ${top + bend} ${other.x} ${bottom - bend} ${other.x} ${bottom}`;
  const number = Number(process.slice(1)) - 1;
  const size = isRoomy ? 12 : 8;
  const mark = svg("use", { href: `#mark-${number}`, x: (one.x + other.x - size) / 2, y: (top + bottom - size) / 2, width: size, height: size, class: "mark" });
  return svg("g", { class: `arc p${number}` }, [svg("path", { d: line }), mark]);
}

/** @param {Graph} graph @param {number} number @param {Spot | undefined} spot @param {Size} size */
function drawState(graph, number, spot, { isRoomy, radius }) {
  const state = /** @type {GraphState} */ (graph.states[number]);
  const { x, y } = spot ?? { x: 0, y: 0 };
  const circle = () => [svg("circle", { r: radius }), label(state.end === "deadlock" ? "⊘" : String(state.value))];
  return svg("g", {
    class: state.end ? `state is-${state.end}` : "state",
    transform: `translate(${Math.round(x * 10) / 10} ${y})`,
    role: state.end ? "button" : "img",
    tabindex: number === 0 ? 0 : -1,
    "aria-label": stateInWords(graph, number),
  }, isRoomy ? box(state) : circle());
}

/** A state with room for what each process holds. @param {GraphState} state */
function box({ value, end, places }) {
  const { width, height } = BOX;
  const held = places.flatMap(({ register }, process) => {
    if (register === null) return [];
    const x = (process - (places.length - 1) / 2) * 58;
    const text = label(String(register));
    setAttribute(text, "x", x + 7);
    setAttribute(text, "class", "state-register");
    return [svg("use", { href: `#mark-${process}`, class: `mark p${process}`, x: x - 13, y: -5, width: 10, height: 10 }), text];
  });
  return [
    svg("rect", { x: -width / 2, y: -height / 2, width, height, rx: 4 }),
    label(end === "deadlock" ? `${value} ⊘` : String(value)),
    ...held,
  ];
}

/** @param {string} text */
function label(text) {
  const element = svg("text", { "text-anchor": "middle", dy: "0.35em" });
  element.textContent = text;
  return element;
}
