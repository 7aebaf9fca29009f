// Where in the races we are, and everything that moves us: buttons, speed, and the scrubber with a tick for each lost
// update. A chip says how the playback compares with what happened.

import { part, setAttribute, setText, show, svg, toggle } from "../shell/dom.js";
import { duration, number, shortDuration } from "../core/format.js";

/** The distance between the strokes of one tick on the scrubber, in thousandths of its width. */
const STROKE = 5;

/** @import { LossMark, RaceActions, TransportState } from "../core/types.js" */

/** A click this near to a tick, in pixels, means the tick. */
const NEAR = 12;

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createTransport(root, actions) {
  const position = part(root, "position", HTMLElement);
  const time = part(root, "time", HTMLElement);
  const chip = part(root, "chip", HTMLElement);
  const live = part(root, "go-live", HTMLButtonElement);
  const play = part(root, "play", HTMLButtonElement);
  const playIcon = part(root, "play-icon", SVGElement);
  const speed = part(root, "speed", HTMLSelectElement);
  const clock = part(root, "clock", HTMLSelectElement);
  const more = part(root, "more", HTMLButtonElement);
  const buttons = listen(root, actions);
  const scrubber = createScrubber(root, actions);
  const losses = createLosses(root);
  speed.addEventListener("change", () => actions.setSpeed(Number(speed.value)));
  clock.addEventListener("change", () => actions.setClock(clock.value === "clock" ? "clock" : "steps"));
  // Where there is little room, what is needed less often takes one more press.
  const extra = root.querySelector("[data-part=panels]");
  extra?.addEventListener("click", () => {
    // The choice must be seen: it lies behind what was unfolded.
    root.classList.remove("has-more");
    more.ariaExpanded = "false";
  });
  more.addEventListener("click", () => {
    root.classList.toggle("has-more");
    more.ariaExpanded = String(root.classList.contains("has-more"));
  });

  /** @param {TransportState} view */
  function render(view) {
    const { length } = view;
    toggle(root, "is-idle", length === 0 && !view.live);
    toggle(root, "is-moving", !view.rests);
    for (const button of buttons) button.disabled = length === 0;
    // Play can take the focus from the moment a race begins, so that Space is at hand.
    play.disabled = live.disabled = length === 0 && !view.live;
    const step = length ? `Step ${number(view.position)} of ${number(length)}` : "No steps yet";
    const now = view.clock === "clock" && length > 0 ? duration(Math.max(0, view.moment)) : "";
    setText(position, step);
    setText(time, now);
    scrubber.render(view, [step, now].filter(Boolean).join(", "));
    setText(chip, comparison(view));
    const going = view.playing || (view.following && view.flows);
    setAttribute(playIcon, "href", going ? "#icon-pause" : "#icon-play");
    setAttribute(play, "aria-label", going ? "Pause" : "Play");
    show(live, view.live);
    setAttribute(live, "aria-pressed", String(view.following));
    setText(live, view.following ? "Live" : "Go live");
    if (clock.value !== view.clock) clock.value = view.clock;
    if (speed.value !== String(view.speed)) speed.value = String(view.speed);
    losses.render(view);
  }

  return { render, focus: () => play.focus(), destroy() {} };
}

/** @param {HTMLElement} root @param {RaceActions} actions @returns {HTMLButtonElement[]} */
function listen(root, actions) {
  /** @type {[string, () => void][]} */
  const presses = [
    ["start", actions.toStart],
    ["back", () => actions.step(-1)],
    ["play", actions.togglePlay],
    ["forward", () => actions.step(1)],
    ["end", actions.toEnd],
    ["previous-loss", () => actions.toLoss(-1)],
    ["next-loss", () => actions.toLoss(1)],
    ["go-live", actions.goLive],
  ];
  return presses.map(([name, press]) => {
    const button = part(root, name, HTMLButtonElement);
    button.addEventListener("click", press);
    return button;
  });
}

/** @param {HTMLElement} root @param {RaceActions} actions */
function createScrubber(root, actions) {
  const scrubber = part(root, "scrubber", HTMLInputElement);
  const marks = part(root, "marks", SVGElement);
  /** @type {readonly LossMark[]} */
  let ticks = [];
  let drawn = "";
  scrubber.addEventListener("input", () => actions.seek(Number(scrubber.value)));
  marks.addEventListener("click", ({ clientX }) => {
    const { left, width } = marks.getBoundingClientRect();
    const distance = (/** @type {LossMark} */ { at }) => Math.abs(left + at * width - clientX);
    const [nearest] = ticks.toSorted((one, other) => distance(one) - distance(other));
    if (nearest && distance(nearest) <= NEAR) actions.playLoss(nearest.side, nearest.position);
  });

  return {
    /** @param {TransportState} view @param {string} words */
    render({ length, moment, start, last, lossMarks }, words) {
      scrubber.disabled = length === 0;
      setAttribute(scrubber, "min", start);
      setAttribute(scrubber, "max", last);
      if (scrubber.value !== String(moment)) scrubber.value = String(moment);
      const share = last > start ? (moment - start) / (last - start) : 0;
      scrubber.style.setProperty("--share", String(share));
      setAttribute(scrubber, "aria-valuetext", words);
      ticks = lossMarks;
      const path = ticks.map(strokes).join("");
      if (path === drawn) return;
      drawn = path;
      marks.replaceChildren(svg("path", { d: path, class: "loss-tick" }));
    },
  };
}

/** A stroke for each update that was lost there. @param {LossMark} mark */
function strokes({ at, count }) {
  return Array.from({ length: count }, (_, index) => `M${at * 1000 + index * STROKE} 0v10`).join("");
}

/** More letters would not fit into the button, which keeps its width. */
const LONGEST_COUNT = 12;

/** The way to the lost updates. @param {HTMLElement} root */
function createLosses(root) {
  const losses = part(root, "losses", HTMLElement);
  const next = part(root, "next-loss", HTMLButtonElement);
  const previous = part(root, "previous-loss", HTMLButtonElement);
  const count = part(root, "loss-count", HTMLElement);

  return {
    /** @param {TransportState} view */
    render(view) {
      show(losses, view.canLose);
      next.disabled = previous.disabled = view.losses === 0;
      const all = number(view.losses);
      const which = view.lossesOnShow ? `${view.lossesOnShow} of ${all}` : all;
      setText(count, view.losses ? ` (${which.length > LONGEST_COUNT ? all : which})` : "");
      toggle(next, "is-inviting", view.inviting);
    },
  };
}

/** How long the run took, and how much slower it is shown. @param {TransportState} view */
function comparison({ recorded, slowed, live, flows, following }) {
  if (live && flows) return following ? "recording · shown live" : slowed === null ? "recording" : `recording · ${slower(slowed)}`;
  if (recorded === null || slowed === null) return "";
  return `recorded in ${shortDuration(recorded)} · ${slower(slowed)}`;
}

/** @param {number} factor */
function slower(factor) {
  if (factor >= 1.05) return `shown ${times(factor)} slower`;
  return factor > 0.95 ? "shown as fast as it was" : `shown ${times(1 / factor)} faster`;
}

/** @param {number} factor */
function times(factor) {
  const digits = factor < 3 ? 1 : 0;
  return `${number(factor < 100 ? Number(factor.toFixed(digits)) : Number(factor.toPrecision(2)))}×`;
}
