// The state graph: every state once, however many interleavings lead there, and every step a process can take. From
// the top, before anybody has moved, down to the finals. The chosen schedule is one way through it.

import { html, part, setAttribute, setText, show, svg, toggle } from "../../shell/dom.js";
import { DEADLOCK } from "../../core/distribution.js";
import { layOut, rowsOf } from "./graph-layout.js";
import { stateInWords } from "./graph-words.js";

/** @import { Graph } from "../../core/exploring.js" */

/** With more rows than these, or states beside each other, a state is only a circle with the counter in it. */
const ROOMY = { rows: 12, beside: 6 };

/** More rows than these stand closer. */
const LONG = 8;

const GAPS = { roomy: { x: 116, y: 60 }, long: { x: 116, y: 46 }, tight: { x: 36, y: 37 }, tightest: { x: 24, y: 46 } };
const BOX = { width: 92, height: 32 };
const RADIUS = 13;

/** @param {HTMLElement} root @param {HTMLElement} legend @param {(name: string) => void} choose */
export function createGraph(root, legend, choose) {
  const drawing = part(root, "graph-drawing", HTMLElement);
  const words = part(root, "graph-words", HTMLElement);
  /** @type {Graph | null} */
  let graph = null;
  /** @type {number[][]} */
  let rows = [];
  /** @type {SVGGElement[]} */
  let nodes = [];
  /** @type {SVGGElement[]} */
  let arcs = [];
  /** The states on the chosen way. @type {Set<number>} */
  let way = new Set();
  let walked = "";
  /** The state in words. */
  let told = 0;

  /** @param {Graph | null} wanted @param {readonly string[] | null} schedule */
  function render(wanted, schedule) {
    if (wanted !== graph) {
      graph = wanted;
      walked = "-";
      drawing.replaceChildren(...(graph ? [draw(graph)] : []));
    }
    const path = schedule?.join(" ") ?? "";
    if (!graph || path === walked) return;
    walked = path;
    const edges = wayThrough(graph, schedule ?? []);
    way = new Set([0, ...edges.map((edge) => graph?.edges[edge]?.to ?? 0)]);
    arcs.forEach((arc, number) => toggle(arc, "is-way", edges.includes(number)));
    nodes.forEach((node, number) => toggle(node, "is-way", schedule !== null && way.has(number)));
    // What is on the way lies on top.
    for (const edge of edges) {
      const arc = arcs[edge];
      arc?.parentElement?.append(arc);
    }
    tell([...way].pop() ?? 0);
  }

  /** @param {Graph} graph */
  function draw(graph) {
    rows = rowsOf(graph);
    const beside = Math.max(...rows.map((row) => row.length));
    const isRoomy = rows.length <= ROOMY.rows && beside <= ROOMY.beside;
    const { spots, width, height } = layOut(rows, isRoomy ? (rows.length > LONG ? GAPS.long : GAPS.roomy) : beside > 20 ? GAPS.tightest : GAPS.tight);
    const radius = beside > 20 ? 10 : RADIUS;
    const half = isRoomy ? BOX.height / 2 : radius;
    arcs = graph.edges.map(({ from, to, process }) => {
      const [one, other] = [spots[from], spots[to]];
      if (!one || !other) return svg("g");
      const bend = (other.y - one.y - 2 * half) / 2;
      const [top, bottom] = [one.y + half, other.y - half];
      const line = `M${one.x} ${top}C${one.x} ${top + bend} ${other.x} ${bottom - bend} ${other.x} ${bottom}`;
      const number = Number(process.slice(1)) - 1;
      const size = isRoomy ? 12 : 8;
      const mark = svg("use", { href: `#mark-${number}`, x: (one.x + other.x - size) / 2, y: (top + bottom - size) / 2, width: size, height: size, class: "mark" });
      return svg("g", { class: `arc p${number}` }, [svg("path", { d: line }), mark]);
    });
    nodes = graph.states.map((state, number) => {
      const spot = spots[number] ?? { x: 0, y: 0 };
      const node = svg("g", {
        class: state.end ? `state is-${state.end}` : "state",
        transform: `translate(${Math.round(spot.x * 10) / 10} ${spot.y})`,
        role: state.end ? "button" : "img",
        tabindex: number === 0 ? 0 : -1,
        "aria-label": stateInWords(graph, number),
      }, isRoomy ? roomy(graph, number) : [
        svg("circle", { r: radius }),
        label(state.end === "deadlock" ? "⊘" : String(state.value)),
      ]);
      node.addEventListener("pointerenter", () => tell(number));
      node.addEventListener("focus", () => tell(number));
      if (state.end) node.addEventListener("click", () => choose(state.end === "final" ? String(state.value) : DEADLOCK));
      node.addEventListener("keydown", (event) => move(event, number));
      return node;
    });
    legend.replaceChildren(...graph.programs.map((_, process) => {
      const mark = svg("svg", { class: "mark", "aria-hidden": "true" }, [svg("use", { href: `#mark-${process}` })]);
      return html("span", `p${process}`, [html("span", "mark-box", [mark]), ` P${process + 1}`]);
    }), html("small", "", [`${graph.states.length} states, ${graph.edges.length} steps; point at one`]));
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "The state graph, from the first state down to the finals" }, [
      svg("g", { class: "arcs", "aria-hidden": "true" }, arcs),
      svg("g", {}, nodes),
    ]);
    // It grows with the type, so that its numbers stay readable.
    picture.style.setProperty("--wide", String(width / 16));
    return picture;
  }

  /** A state with room for what each process holds. @param {Graph} graph @param {number} number */
  function roomy({ states }, number) {
    const state = states[number];
    if (!state) return [];
    const { width, height } = BOX;
    const held = state.places.flatMap(({ register }, process) => {
      if (register === null) return [];
      const x = (process - (state.places.length - 1) / 2) * 58;
      const text = label(String(register));
      setAttribute(text, "x", x + 7);
      setAttribute(text, "class", "state-register");
      return [svg("use", { href: `#mark-${process}`, class: `mark p${process}`, x: x - 13, y: -5, width: 10, height: 10 }), text];
    });
    return [
      svg("rect", { x: -width / 2, y: -height / 2, width, height, rx: 4 }),
      label(state.end === "deadlock" ? `${state.value} ⊘` : String(state.value)),
      ...held,
    ];
  }

  /** @param {number} number */
  function tell(number) {
    if (!graph) return;
    nodes[told]?.setAttribute("tabindex", "-1");
    nodes[told]?.classList.remove("is-told");
    told = number;
    nodes[told]?.setAttribute("tabindex", "0");
    nodes[told]?.classList.add("is-told");
    setText(words, stateInWords(graph, number));
  }

  /** Arrows lead along the steps, and from state to state beside each other. @param {KeyboardEvent} event @param {number} number */
  function move(event, number) {
    if (!graph) return;
    const row = rows.find((each) => each.includes(number)) ?? [];
    const at = row.indexOf(number);
    const after = graph.edges.filter(({ from }) => from === number).map(({ to }) => to);
    const before = graph.edges.filter(({ to }) => to === number).map(({ from }) => from);
    const state = graph.states[number];
    if ((event.key === "Enter" || event.key === " ") && state?.end) choose(state.end === "final" ? String(state.value) : DEADLOCK);
    const to = {
      ArrowDown: after.find((each) => way.has(each)) ?? after[0],
      ArrowUp: before.find((each) => way.has(each)) ?? before[0],
      ArrowLeft: row[at - 1],
      ArrowRight: row[at + 1],
      Home: 0,
      Enter: number,
      " ": number,
    }[event.key];
    if (to === undefined && !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
    if (to !== undefined) nodes[to]?.focus();
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

/** @param {string} text */
function label(text) {
  const element = svg("text", { "text-anchor": "middle", dy: "0.35em" });
  element.textContent = text;
  return element;
}

/** The edges that a schedule takes, one for each of its steps. @param {Graph} graph @param {readonly string[]} schedule */
function wayThrough({ edges }, schedule) {
  let at = 0;
  return schedule.flatMap((process) => {
    const edge = edges.findIndex(({ from, process: mover }) => from === at && mover === process);
    at = edges[edge]?.to ?? at;
    return edge < 0 ? [] : [edge];
  });
}
