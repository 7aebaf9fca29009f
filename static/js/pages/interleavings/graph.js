// The state graph: every state once, however many interleavings lead there, and every step a process can take. From
// the top, before anybody has moved, down to the finals. The chosen schedule is one way through it.

import { part, setText, show, toggle } from "../../shell/dom.js";
import { DEADLOCK } from "../../core/distribution.js";
import { drawGraph, legendOf } from "./graph-drawing.js";
import { neighbour, wayThrough } from "./graph-ways.js";
import { stateInWords } from "./graph-words.js";

/** @import { Graph, GraphState } from "../../core/exploring.js" */
/** @import { Drawn } from "./graph-drawing.js" */

/** @param {HTMLElement} root @param {HTMLElement} legend @param {(name: string) => void} choose */
export function createGraph(root, legend, choose) {
  const drawing = part(root, "graph-drawing", HTMLElement);
  const words = part(root, "graph-words", HTMLElement);
  /** @type {Drawn | null} */
  let drawn = null;
  /** The states on the chosen way. @type {ReadonlySet<number>} */
  let way = new Set();
  let walked = "";
  /** The state in words. */
  let told = 0;

  /** @param {Graph | null} wanted @param {readonly string[] | null} schedule */
  function render(wanted, schedule) {
    if (wanted !== (drawn?.graph ?? null)) open(wanted);
    const path = schedule?.join(" ") ?? "";
    if (!drawn || path === walked) return;
    walked = path;
    walk(drawn, schedule);
  }

  /** @param {Graph | null} graph */
  function open(graph) {
    drawn = graph && drawGraph(graph);
    walked = "-";
    told = 0;
    drawing.replaceChildren(...(drawn ? [drawn.picture] : []));
    if (!drawn) return;
    legend.replaceChildren(...legendOf(drawn.graph));
    drawn.nodes.forEach((node, number) => listen(node, number));
  }

  /** @param {SVGGElement} node @param {number} number */
  function listen(node, number) {
    node.addEventListener("pointerenter", () => tell(number));
    node.addEventListener("focus", () => tell(number));
    node.addEventListener("click", () => press(number));
    node.addEventListener("keydown", (event) => move(event, number));
  }

  /** @param {Drawn} drawn @param {readonly string[] | null} schedule */
  function walk({ graph, nodes, arcs }, schedule) {
    const edges = wayThrough(graph, schedule ?? []);
    way = new Set([0, ...edges.map((edge) => graph.edges[edge]?.to ?? 0)]);
    arcs.forEach((arc, number) => toggle(arc, "is-way", edges.includes(number)));
    nodes.forEach((node, number) => toggle(node, "is-way", schedule !== null && way.has(number)));
    // What is on the way lies on top.
    for (const edge of edges) {
      const arc = arcs[edge];
      arc?.parentElement?.append(arc);
    }
    tell([...way].pop() ?? 0);
  }

  /** @param {number} number */
  function tell(number) {
    if (!drawn) return;
    const { graph, nodes } = drawn;
    nodes[told]?.setAttribute("tabindex", "-1");
    nodes[told]?.classList.remove("is-told");
    told = number;
    nodes[told]?.setAttribute("tabindex", "0");
    nodes[told]?.classList.add("is-told");
    setText(words, stateInWords(graph, number));
  }

  /** An end is chosen. @param {number} number */
  function press(number) {
    const name = endOf(drawn?.graph.states[number]);
    if (name !== null) choose(name);
  }

  /** @param {KeyboardEvent} event @param {number} number */
  function move(event, number) {
    if (!drawn) return;
    const { key } = event;
    const isPress = key === "Enter" || key === " ";
    if (isPress) press(number);
    const to = isPress ? number : neighbour(drawn, way, number, key);
    if (to === undefined && !key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
    if (to !== undefined) drawn.nodes[to]?.focus();
  }

  return {
    render,
    /** Whether there is one. @param {boolean} there */
    show(there) {
      show(root, there);
      show(legend, there);
    },
  };
}

/** The name of the outcome that a state is; null where it is none. @param {GraphState | undefined} state */
function endOf(state) {
  if (!state?.end) return null;
  return state.end === "final" ? String(state.value) : DEADLOCK;
}
