// The page has three scenes, and one sheet. "start": the question, and beside it a loss that was recorded earlier.
// "rest": the sentence of another scenario, and below it its races before they run. "races": the races. There the
// sentence is a sheet that opens and closes.

import { toggle } from "../../shell/dom.js";

/** @import { ScenarioInfo } from "../../core/types.js" */

/** @typedef {{play: () => void, rest: () => void}} Loss */
/** @typedef {ReturnType<typeof createScenes>} Scenes */

/**
 * @param {HTMLElement} root
 * @param {object} setting
 * @param {() => Promise<Loss>} setting.loadLoss the recorded loss, once it is here
 * @param {() => void} setting.focus to the first choice
 */
export function createScenes(root, { loadLoss, focus }) {
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let scene = "";
  /** @type {Loss | null} */
  let loss = null;
  let changing = false;
  /** @type {() => void} */
  let changed = () => {};

  /** @param {string} name */
  function go(name) {
    open(false);
    if (scene === name) return;
    root.dataset["scene"] = scene = name;
    if (name === "start" && !isCalm) void play();
    else loss?.rest();
  }

  async function play() {
    try {
      loss ??= await loadLoss();
      if (scene === "start") loss.play();
    } catch {
      // The server was away: the still frame stays.
    }
  }

  /** @param {boolean} wanted */
  function open(wanted) {
    changing = wanted;
    toggle(root, "is-changing", wanted);
    changed();
  }

  const scenes = {
    /** @param {() => void} listener the room for the races may have changed */
    onChange(listener) {
      changed = listener;
    },
    get changing() {
      return changing;
    },
    /** Before anything runs. @param {ScenarioInfo} scenario */
    before: ({ asks }) => go(asks ? "start" : "rest"),
    races: () => go("races"),
    toggleChoices() {
      open(!changing);
      if (changing) focus();
    },
  };

  root.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && changing) open(false);
  });

  return scenes;
}
