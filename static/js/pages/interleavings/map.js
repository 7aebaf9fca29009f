// The tab with the map: the schedule of the open outcome as a path from corner to corner. A person can draw another one
// for real processes to follow. Fetched when it is first shown.

import { part, setText, show } from "../../shell/dom.js";
import { styled } from "../../shell/lazy-styles.js";
import { locksOf, programOf } from "../../core/program.js";
import { DEADLOCK } from "../../core/distribution.js";

/** @import { Drawn } from "../../charts/map-editor.js" */
/** @import { ExploreRequest } from "../../core/explore.js" */
/** @import { Exploration } from "./exploration.js" */

/** With more increments each a step would be too short to be drawn by hand. */
const MOST = 5;

/** @typedef {ReturnType<typeof import("../../charts/map-editor.js").createMapEditor>} Editor */

/** Whether there is a map of what is explored. @param {ExploreRequest} exploreRequest */
export function hasMap(exploreRequest) {
  return exploreRequest.iterations <= MOST && programOf({ scenario: "value", ...exploreRequest }) !== null;
}

/** @param {HTMLElement} root @param {(schedule: readonly string[], name: string) => void} follow real processes follow it, and will end so */
export function createMapTab(root, follow) {
  const button = part(root, "follow-path", HTMLButtonElement);
  const clear = part(root, "clear-path", HTMLButtonElement);
  /** @type {Editor | null} */
  let editor = null;
  let isFetched = false;
  /** @type {Drawn | null} */
  let drawn = null;
  /** @type {Exploration | null} */
  let last = null;
  let busy = false;
  /** What is explored, and the outcome whose schedule was drawn last. */
  let known = { exploreRequest: "", outcome: "" };

  async function fetchEditor() {
    isFetched = true;
    try {
      const [{ createMapEditor }] = await Promise.all([import("../../charts/map-editor.js"), styled(new URL("../../../css/map.css", import.meta.url))]);
      editor = createMapEditor(part(root, "path", HTMLElement), { onDraw });
      if (last) render(last, true, busy);
    } catch {
      // The server was away: the next look tries again.
      isFetched = false;
    }
  }

  /** @param {Drawn} now */
  function onDraw(now) {
    drawn = now;
    renderButtons();
  }

  function renderButtons() {
    button.disabled = busy || !drawn?.isOver;
    clear.disabled = !drawn?.moves.length;
    setText(button, drawn && !drawn.isOver ? "Draw it to its end" : "Let real processes follow this path");
  }

  button.addEventListener("click", () => {
    if (!editor || !drawn || !last) return;
    follow(editor.schedule, drawn.isDeadlock ? DEADLOCK : String(last.right - drawn.lost));
  });
  clear.addEventListener("click", () => editor?.draw([]));

  /** @param {Exploration} exploration @param {boolean} isShown @param {boolean} isBusy */
  function render(exploration, isShown, isBusy) {
    last = exploration;
    busy = isBusy;
    show(root, isShown);
    if (!isShown) return;
    if (!isFetched) void fetchEditor();
    if (!editor) return;
    const { exploreRequest, outcome } = exploration;
    const wanted = { exploreRequest: JSON.stringify(exploreRequest), outcome: outcome?.name ?? "" };
    const program = programOf({ scenario: "value", ...exploreRequest });
    if (program && wanted.exploreRequest !== known.exploreRequest) editor.set(program, locksOf(exploreRequest));
    if (wanted.exploreRequest !== known.exploreRequest || wanted.outcome !== known.outcome) editor.draw((outcome?.schedule ?? []).map((name) => Number(name.slice(1)) - 1));
    known = wanted;
    editor.render();
    renderButtons();
  }

  return { render };
}
