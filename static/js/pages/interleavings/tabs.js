// How it comes about: the state graph, where there are few enough states to draw, the map of two processes, or real
// processes that follow the schedule. Each sight has its place in the page and its button; a sight that cannot be had has no button.

import { part, setAttribute, show } from "../../shell/dom.js";
import { Following } from "./schedule-run.js";
import { StateGraph } from "./graph.js";
import { createMapSight, hasMap } from "./map.js";

/** @import { Catalogue, Look, Problem } from "../../core/types.js" */
/** @import { Exploration } from "./exploration.js" */

/** @typedef {"graph" | "map" | "run"} Sight */

/** @param {HTMLElement} root @param {Exploration} exploration @param {{catalogue: Catalogue, look: Look, choose: (name: string) => void,
 *   follow: (schedule: readonly string[], name: string) => void, onChange: () => void}} setting */
export function createSights(root, exploration, { catalogue, look, choose, follow, onChange }) {
  const graph = new StateGraph(part(root, "graph", HTMLElement), part(root, "graph-legend", HTMLElement), choose);
  const map = createMapSight(part(root, "map-sight", HTMLElement), follow);
  const showRoot = part(root, "show", HTMLElement);
  const following = new Following(showRoot, catalogue, look, onChange);
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = root.querySelectorAll("button[data-sight]");
  /** What a person wants to see; where it cannot be had, something else is on show. @type {Sight} */
  let wanted = "graph";

  for (const button of buttons) button.addEventListener("click", () => lookAt(/** @type {Sight} */ (button.dataset["sight"])));

  const offered = () => sightsOf(exploration, following.busy || following.started);

  /** @returns {Sight | null} */
  function sight() {
    const all = offered();
    return all.includes(wanted) ? wanted : (all[0] ?? null);
  }

  /** @param {Sight} next */
  function lookAt(next) {
    wanted = next;
    rest();
    onChange();
  }

  /** What would run stands ready. */
  function rest() {
    if (sight() === "run") following.rest(exploration.request({}));
  }

  function render() {
    const now = sight();
    const all = offered();
    show(root, now !== null);
    for (const button of buttons) {
      setAttribute(button, "aria-pressed", String(button.dataset["sight"] === now));
      show(button, all.includes(/** @type {Sight} */ (button.dataset["sight"])));
    }
    show(part(root, "sight-choice", HTMLElement), all.length > 1);
    graph.show(now === "graph");
    graph.render(exploration.explored?.graph ?? null, exploration.outcome?.schedule ?? null);
    map.render(exploration, now === "map", following.busy);
    show(showRoot, now === "run");
    showRoot.classList.toggle("has-run", following.started);
  }

  /** Real processes take these steps, and will end so. @param {readonly string[]} schedule @param {string} name @returns {Promise<Problem | null>} */
  async function followWay(schedule, name) {
    if (following.busy) return null;
    wanted = "run";
    const problem = await following.follow(exploration.request({ schedule: [...schedule] }), name);
    onChange();
    if (!problem) root.scrollIntoView({ block: "nearest" });
    return problem;
  }

  return {
    render,
    following,
    /** Whether there is anything to look at. */
    get empty() {
      return sight() === null;
    },
    /** The next of those that can be had. */
    turn() {
      const all = offered();
      const now = sight();
      const next = now && all[(all.indexOf(now) + 1) % all.length];
      if (next) lookAt(next);
    },
    /** Something else is open or explored: no run is about it yet. */
    clear() {
      following.clear();
      wanted = "graph";
    },
    follow: followWay,
  };
}

/** What can be had. @param {Exploration} exploration @param {boolean} isFollowed @returns {Sight[]} */
function sightsOf({ explored, choice }, isFollowed) {
  if (!explored) return [];
  const isDrawn = explored.graph !== undefined || hasMap(choice);
  /** @type {[Sight, boolean][]} */
  const all = [["graph", explored.graph !== undefined], ["map", hasMap(choice)], ["run", isDrawn || isFollowed]];
  return all.flatMap(([name, canBeHad]) => (canBeHad ? name : []));
}
