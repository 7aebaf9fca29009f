// How it comes about: the state graph, where there are few enough states to draw, the map of two processes, or real
// processes that follow the schedule. Each tab has its place in the page and its button; a tab that cannot be had has no button.

import { part, setAttribute, show } from "../../shell/dom.js";
import { ScheduleRun } from "./schedule-run.js";
import { StateGraph } from "./graph.js";
import { createMapTab, hasMap } from "./map.js";

/** @import { Catalogue, Look, Problem } from "../../core/types.js" */
/** @import { Exploration } from "./exploration.js" */

/** @typedef {"graph" | "map" | "run"} Tab */

/** @param {HTMLElement} root @param {Exploration} exploration @param {{catalogue: Catalogue, look: Look, choose: (name: string) => void,
 *   follow: (schedule: readonly string[], name: string) => void, onChange: () => void}} setting */
export function createTabs(root, exploration, { catalogue, look, choose, follow, onChange }) {
  const graph = new StateGraph(part(root, "graph", HTMLElement), part(root, "graph-legend", HTMLElement), choose);
  const map = createMapTab(part(root, "map-tab", HTMLElement), follow);
  const showRoot = part(root, "show", HTMLElement);
  const scheduleRun = new ScheduleRun(showRoot, catalogue, look, onChange);
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = root.querySelectorAll("button[data-tab]");
  /** What a person wants to see; where it cannot be had, something else is on show. @type {Tab} */
  let wanted = "graph";

  for (const button of buttons) button.addEventListener("click", () => lookAt(/** @type {Tab} */ (button.dataset["tab"])));

  const offered = () => tabsOf(exploration, scheduleRun.busy || scheduleRun.started);

  /** @returns {Tab | null} */
  function tab() {
    const all = offered();
    return all.includes(wanted) ? wanted : (all[0] ?? null);
  }

  /** @param {Tab} next */
  function lookAt(next) {
    wanted = next;
    rest();
    onChange();
  }

  /** What would run stands ready. */
  function rest() {
    if (tab() === "run") scheduleRun.rest(exploration.request({}));
  }

  function render() {
    const now = tab();
    const all = offered();
    show(root, now !== null);
    for (const button of buttons) {
      setAttribute(button, "aria-pressed", String(button.dataset["tab"] === now));
      show(button, all.includes(/** @type {Tab} */ (button.dataset["tab"])));
    }
    show(part(root, "tab-choice", HTMLElement), all.length > 1);
    graph.show(now === "graph");
    graph.render(exploration.explored?.graph ?? null, exploration.outcome?.schedule ?? null);
    map.render(exploration, now === "map", scheduleRun.busy);
    show(showRoot, now === "run");
    showRoot.classList.toggle("has-run", scheduleRun.started);
  }

  /** Real processes take these steps, and will end so. @param {readonly string[]} schedule @param {string} name @returns {Promise<Problem | null>} */
  async function followSchedule(schedule, name) {
    if (scheduleRun.busy) return null;
    wanted = "run";
    const problem = await scheduleRun.follow(exploration.request({ schedule: [...schedule] }), name);
    onChange();
    if (!problem) root.scrollIntoView({ block: "nearest" });
    return problem;
  }

  return {
    render,
    scheduleRun,
    /** Whether there is anything to look at. */
    get empty() {
      return tab() === null;
    },
    /** The next of those that can be had. */
    turn() {
      const all = offered();
      const now = tab();
      const next = now && all[(all.indexOf(now) + 1) % all.length];
      if (next) lookAt(next);
    },
    /** Something else is open or explored: no run is about it yet. */
    clear() {
      scheduleRun.clear();
      wanted = "graph";
    },
    follow: followSchedule,
  };
}

/** What can be had. @param {Exploration} exploration @param {boolean} isFollowed @returns {Tab[]} */
function tabsOf({ explored, choice }, isFollowed) {
  if (!explored) return [];
  const isDrawn = explored.graph !== undefined || hasMap(choice);
  /** @type {[Tab, boolean][]} */
  const all = [["graph", explored.graph !== undefined], ["map", hasMap(choice)], ["run", isDrawn || isFollowed]];
  return all.flatMap(([name, canBeHad]) => (canBeHad ? name : []));
}
