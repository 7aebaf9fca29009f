// One plain sentence for the step on show, or for how it ended. A screen reader hears it too, but
// only once the position rests: fifteen sentences a second are no help to anybody.

import { part, setAttribute, setProse, toggle } from "../dom.js";

/** @import { Frame } from "../types.js" */

/** Sentences longer than this are set smaller, so that they stay in their place. In letters. */
const LONG = 125;

/** @param {HTMLElement} root */
export function createNarration(root) {
  const text = part(root, "narration", HTMLElement);

  /** @param {Frame} frame */
  function render(frame) {
    setAttribute(text, "aria-live", frame.moving ? "off" : "polite");
    const told = words(frame);
    setProse(text, told);
    toggle(text, "is-long", told.length > LONG);
    toggle(text, "tells-loss", !frame.atEnd && (frame.state.effect?.erased ?? 0) > 0);
    toggle(text, "tells-end", frame.atEnd);
  }

  return { render, destroy() {} };
}

/** @param {Frame} frame */
function words(frame) {
  const { run, story, step } = frame;
  if (!story) return "";
  if (frame.resting) return story.invitation(frame);
  if (frame.atEnd) return `${story.outcome(frame)}${check(frame)}`;
  if (step) return story.sentence(frame);
  if (run.status === "queued") {
    return run.place ? `Waiting for a free place: number ${run.place} in line.` : "Waiting for a free place.";
  }
  if (frame.length > 0) return "Nothing has happened yet. Step forward, or play.";
  return run.request.traced === false
    ? "The processes are at work. This run is not recorded: only its result will be known."
    : "The processes are starting.";
}

/** What the server's look into the real memory adds. @param {Frame} frame */
function check({ run }) {
  const { unrecorded, consistent } = run.summary;
  if (unrecorded) return ` ${unrecorded} writes went unrecorded: they are known only by their number.`;
  if (consistent === false) return " The recorded steps and the real memory disagree: that is our bug.";
  return "";
}
