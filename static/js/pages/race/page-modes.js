// The page has three modes, and one sheet. "start": the question, and beside it a loss that was recorded earlier.
// "rest": the sentence of another scenario, and below it its races before they run. "races": the races. There the
// sentence is a sheet that opens and closes.

import { toggle } from "../../shell/dom.js";

/** @import { ScenarioInfo } from "../../core/types.js" */

/** @typedef {{play: () => void, rest: () => void}} RecordedLoss */
/** @typedef {ReturnType<typeof createPageModes>} PageModes */

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {() => Promise<RecordedLoss>} options.loadLoss the recorded loss, once it is here
 * @param {() => void} options.focus to the first choice
 */
export function createPageModes(root, { loadLoss, focus }) {
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let mode = "";
  /** @type {RecordedLoss | null} */
  let loss = null;
  let changing = false;
  /** @type {() => void} */
  let changed = () => {};

  /** @param {string} name */
  function go(name) {
    open(false);
    if (mode === name) return;
    root.dataset["mode"] = mode = name;
    if (name === "start" && !isCalm) void play();
    else loss?.rest();
  }

  async function play() {
    try {
      loss ??= await loadLoss();
      if (mode === "start") loss.play();
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

  const modes = {
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

  return modes;
}
