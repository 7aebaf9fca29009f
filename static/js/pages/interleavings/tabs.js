// Three tabs show how an outcome comes about: the state graph, where there are few enough states to draw, the map of two
// processes, and real processes that follow the schedule. Each tab has its part in the page and its button. A tab that is
// not available has no button.

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
  /** The tab that was chosen last; where it is not available, another one is on show. @type {Tab} */
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

  /** Shows what would run. */
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

  /** Lets real processes take these steps; `name` is how they will end. @param {readonly string[]} schedule @param {string} name @returns {Promise<Problem | null>} */
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
    /** Whether there is anything to show. */
    get empty() {
      return tab() === null;
    },
    /** To the next available tab. */
    turn() {
      const all = offered();
      const now = tab();
      const next = now && all[(all.indexOf(now) + 1) % all.length];
      if (next) lookAt(next);
    },
    /** Something else is open or explored: there is no run of it yet. */
    clear() {
      scheduleRun.clear();
      wanted = "graph";
    },
    follow: followSchedule,
  };
}

/** The available tabs. @param {Exploration} exploration @param {boolean} isFollowed @returns {Tab[]} */
function tabsOf({ explored, exploreRequest }, isFollowed) {
  if (!explored) return [];
  const isDrawn = explored.graph !== undefined || hasMap(exploreRequest);
  /** @type {[Tab, boolean][]} */
  const all = [["graph", explored.graph !== undefined], ["map", hasMap(exploreRequest)], ["run", isDrawn || isFollowed]];
  return all.flatMap(([name, isAvailable]) => (isAvailable ? name : []));
}
