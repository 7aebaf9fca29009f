// Paths through the state graph: that of a schedule, and where a key leads from a state. Pure.

/** @import { Graph } from "../../core/explore.js" */

/** The edges that a schedule takes, one for each of its steps. @param {Graph} graph @param {readonly string[]} schedule */
export function pathThrough({ edges }, schedule) {
  let at = 0;
  return schedule.flatMap((process) => {
    const edge = edges.findIndex(({ from, process: mover }) => from === at && mover === process);
    at = edges[edge]?.to ?? at;
    return edge < 0 ? [] : [edge];
  });
}

/** Arrows lead along the steps, first along the chosen path, and from state to state beside each other.
 * @param {{graph: Graph, rows: readonly (readonly number[])[]}} drawn @param {ReadonlySet<number>} path @param {number} number of a state @param {string} key
 * @returns {number | undefined} */
export function neighbour({ graph, rows }, path, number, key) {
  const row = rows.find((each) => each.includes(number)) ?? [];
  const at = row.indexOf(number);
  const along = (/** @type {readonly number[]} */ states) => states.find((each) => path.has(each)) ?? states[0];
  if (key === "ArrowDown") return along(graph.edges.filter(({ from }) => from === number).map(({ to }) => to));
  if (key === "ArrowUp") return along(graph.edges.filter(({ to }) => to === number).map(({ from }) => from));
  if (key === "ArrowLeft") return row[at - 1];
  if (key === "ArrowRight") return row[at + 1];
  return key === "Home" ? 0 : undefined;
}
