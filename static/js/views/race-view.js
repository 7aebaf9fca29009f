// One race view: all the views of one race. They get the same state and do not know each other. Of the
// panels only the open one is drawn, and those that the page does not have ready are fetched when they are first opened.

import { part, show } from "../shell/dom.js";
import { styled } from "../shell/lazy-styles.js";
import { createRaceHeader } from "./race-header.js";
import { createNarration } from "./narration.js";
import { createScoreboard } from "./scoreboard.js";
import { createStage } from "./stage.js";

/** @import { ViewState, RaceActions } from "../core/types.js" */

/** @typedef {{render: (view: ViewState) => void, destroy: () => void}} View */
/** @typedef {(root: HTMLElement, actions: RaceActions) => View} Create */

/** @type {Readonly<Record<string, () => Promise<Create>>>} */
const PANELS = {
  value: async () => (await import("../charts/value.js")).createValue,
  timeline: async () => (await import("../charts/timeline.js")).createTimeline,
  async code() {
    const [{ createCode }] = await Promise.all([import("./code.js"), styled(new URL("../../css/code.css", import.meta.url))]);
    return createCode;
  },
  async map() {
    const [{ createMap }] = await Promise.all([import("../charts/map.js"), styled(new URL("../../css/map.css", import.meta.url))]);
    return createMap;
  },
  lineage: async () => (await import("../charts/lineage.js")).createLineage,
  async anatomy() {
    const [{ createAnatomy }] = await Promise.all([import("./anatomy.js"), styled(new URL("../../css/anatomy.css", import.meta.url))]);
    return createAnatomy;
  },
  async distribution() {
    const [{ createDistribution }] = await Promise.all([import("../charts/distribution.js"), styled(new URL("../../css/distribution.css", import.meta.url))]);
    return createDistribution;
  },
};

/** After this time, in ms, the page asks again for what it could not fetch. */
const RETRY_MS = 2000;

/** @param {HTMLElement} root @param {RaceActions} actions @param {Readonly<Record<string, Create>>} ready panels that need not be fetched */
export function createRaceView(root, actions, ready) {
  const views = [
    createRaceHeader(root, actions),
    createScoreboard(root),
    createStage(part(root, "stage", HTMLElement), actions),
    createNarration(root),
  ];
  /** Where one of several cells is chosen: fetched with the first run that has several. @type {Element | null} */
  let cells = root.querySelector("[data-part=cells]");
  /** The places for panels that this page has. @type {Map<string, HTMLElement>} */
  const places = new Map();
  for (const name of Object.keys(PANELS)) {
    const place = root.querySelector(`[data-part="${name}"]`);
    if (place instanceof HTMLElement) places.set(name, place);
  }
  /** Those that have been opened; null while one is being fetched. @type {Map<string, View | null>} */
  const panels = new Map();
  /** @type {ViewState | null} */
  let last = null;

  /** @param {string} name */
  async function open(name) {
    panels.set(name, null);
    try {
      const create = ready[name] ?? (await PANELS[name]?.());
      const place = places.get(name);
      if (!create || !place) return;
      panels.set(name, create(place, actions));
      if (last) renderPanel(last);
    } catch {
      // The server was away: it is tried again after a while, and not with every frame.
      setTimeout(() => panels.delete(name), RETRY_MS);
    }
  }

  /** @param {Element} place */
  async function openCells(place) {
    cells = null;
    try {
      const { createCellPicker } = await import("./cell-picker.js");
      const choice = createCellPicker(/** @type {HTMLElement} */ (place), actions);
      views.push(choice);
      if (last) choice.render(last);
    } catch {
      setTimeout(() => (cells = place), RETRY_MS);
    }
  }

  /** @param {ViewState} view */
  function renderPanel(view) {
    const name = view.look.panel;
    if (!places.has(name)) return;
    if (!panels.has(name)) void open(name);
    const panel = panels.get(name);
    for (const [each, place] of places) show(place, each === name && Boolean(panel));
    panel?.render(view);
  }

  return {
    /** @param {ViewState} view */
    render(view) {
      last = view;
      root.hidden = false;
      if (cells && view.state.cells.length > 1) void openCells(cells);
      for (const each of views) each.render(view);
      renderPanel(view);
    },
    hide() {
      root.hidden = true;
    },
    destroy() {
      for (const view of [...views, ...panels.values()]) view?.destroy();
    },
  };
}
