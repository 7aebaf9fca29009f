// One plain sentence for the step on show, or for how it ended. A screen reader hears it too, but
// only once the position rests: fifteen sentences a second help nobody.

import { landed } from "../core/death.js";
import { counted } from "../core/format.js";
import { part, setAttribute, setProse, toggle } from "../shell/dom.js";

/** @import { ViewState } from "../core/types.js" */

/** Sentences longer than this are set smaller, so that they stay in their place. In letters. */
const LONG = 125;

/** @param {HTMLElement} root */
export function createNarration(root) {
  const text = part(root, "narration", HTMLElement);

  /** @param {ViewState} view */
  function render(view) {
    setAttribute(text, "aria-live", view.moving ? "off" : "polite");
    const sentence = words(view);
    setProse(text, sentence);
    toggle(text, "is-long", sentence.length > LONG);
    toggle(text, "is-loss-sentence", !view.atEnd && landed(view) && (view.state.effect?.erased ?? 0) > 0);
    toggle(text, "is-end-sentence", view.atEnd);
  }

  return { render, destroy() {} };
}

/** @param {ViewState} view */
function words(view) {
  const { run, stage, step } = view;
  if (!stage) return "";
  if (view.resting) return stage.invitation(view);
  if (view.atEnd) return `${stage.outcome(view)}${check(view)}`;
  if (step) return stage.sentence(view);
  if (run.status === "queued") {
    return run.place ? `Waiting for a free place: number ${run.place} in line.` : "Waiting for a free place.";
  }
  if (view.length > 0) return "Nothing has happened yet. Step forward, or play.";
  if (run.request.traced !== false && run.status !== "running") return view.live ? "Fetching its steps." : "There are no steps to show.";
  return run.request.traced === false
    ? "The processes are at work. This run is not recorded: only its result will be known."
    : "The processes are starting.";
}

/** What the server's look into the real memory adds. @param {ViewState} view */
function check({ run }) {
  const { unrecorded, consistent, cells } = run.summary;
  if (unrecorded) {
    const least = cells.reduce((sum, { lost, lost_at_least: atLeast }) => sum + (lost ?? atLeast ?? 0), 0);
    return ` They are known only by their number, so nobody can know how much was lost: at least ${counted(least, "update")}.`;
  }
  if (consistent === false) return " The recorded steps and the real memory disagree: that is our bug.";
  return "";
}
