// The state graph: every state once, however many interleavings lead there, and every step a process can take. From
// the top, before anybody has moved, down to the finals. The chosen schedule is one path through it.

import { part, setText, show, toggle } from "../../shell/dom.js";
import { DEADLOCK } from "../../core/distribution.js";
import { drawGraph, legendOf } from "./graph-drawing.js";
import { neighbour, pathThrough } from "./graph-paths.js";
import { stateInWords } from "./graph-words.js";

/** @import { Graph, GraphState } from "../../core/explore.js" */
/** @import { Drawn } from "./graph-drawing.js" */

export class StateGraph {
  #root;
  #legend;
  #choose;
  #drawing;
  #words;
  /** @type {Drawn | null} */
  #drawn = null;
  /** The states on the chosen path. @type {ReadonlySet<number>} */
  #path = new Set();
  #walked = "";
  /** The state in words. */
  #describedState = 0;

  /** @param {HTMLElement} root @param {HTMLElement} legend @param {(name: string) => void} choose an outcome */
  constructor(root, legend, choose) {
    this.#root = root;
    this.#legend = legend;
    this.#choose = choose;
    this.#drawing = part(root, "graph-drawing", HTMLElement);
    this.#words = part(root, "graph-words", HTMLElement);
  }

  /** Whether there is one. @param {boolean} there */
  show(there) {
    show(this.#root, there);
    show(this.#legend, there);
  }

  /** @param {Graph | null} graph @param {readonly string[] | null} schedule */
  render(graph, schedule) {
    if (graph !== (this.#drawn?.graph ?? null)) this.#open(graph);
    const path = schedule?.join(" ") ?? "";
    if (!this.#drawn || path === this.#walked) return;
    this.#walked = path;
    this.#walk(this.#drawn, schedule);
  }

  /** @param {Graph | null} graph */
  #open(graph) {
    const drawn = graph && drawGraph(graph);
    this.#drawn = drawn;
    this.#walked = "-";
    this.#describedState = 0;
    this.#drawing.replaceChildren(...(drawn ? [drawn.picture] : []));
    if (drawn) this.#legend.replaceChildren(...legendOf(drawn.graph));
    drawn?.nodes.forEach((node, number) => {
      node.addEventListener("pointerenter", () => this.#describe(drawn, number));
      node.addEventListener("focus", () => this.#describe(drawn, number));
      node.addEventListener("click", () => this.#press(drawn, number));
      node.addEventListener("keydown", (event) => this.#move(drawn, number, event));
    });
  }

  /** @param {Drawn} drawn @param {readonly string[] | null} schedule */
  #walk(drawn, schedule) {
    const { graph, nodes, arcs } = drawn;
    const edges = pathThrough(graph, schedule ?? []);
    this.#path = new Set([0, ...edges.map((edge) => graph.edges[edge]?.to ?? 0)]);
    arcs.forEach((arc, number) => toggle(arc, "is-path", edges.includes(number)));
    nodes.forEach((node, number) => toggle(node, "is-path", schedule !== null && this.#path.has(number)));
    // The path lies on top.
    for (const edge of edges) {
      const arc = arcs[edge];
      arc?.parentElement?.append(arc);
    }
    this.#describe(drawn, [...this.#path].pop() ?? 0);
  }

  /** @param {Drawn} drawn @param {number} number */
  #describe({ graph, nodes }, number) {
    nodes[this.#describedState]?.setAttribute("tabindex", "-1");
    nodes[this.#describedState]?.classList.remove("is-described");
    this.#describedState = number;
    nodes[number]?.setAttribute("tabindex", "0");
    nodes[number]?.classList.add("is-described");
    setText(this.#words, stateInWords(graph, number));
  }

  /** An end is chosen. @param {Drawn} drawn @param {number} number */
  #press({ graph }, number) {
    const name = endOf(graph.states[number]);
    if (name !== null) this.#choose(name);
  }

  /** @param {Drawn} drawn @param {number} number @param {KeyboardEvent} event */
  #move(drawn, number, event) {
    const { key } = event;
    const isPress = key === "Enter" || key === " ";
    if (isPress) this.#press(drawn, number);
    const to = isPress ? number : neighbour(drawn, this.#path, number, key);
    if (to === undefined && !key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
    if (to !== undefined) drawn.nodes[to]?.focus();
  }
}

/** The name of the outcome that a state is; null where it is none. @param {GraphState | undefined} state */
function endOf(state) {
  if (!state?.end) return null;
  return state.end === "final" ? String(state.value) : DEADLOCK;
}
