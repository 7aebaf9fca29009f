// Where in the races we are, and everything that moves us: buttons, speed, and the scrubber with a
// tick for each lost update.

import { part, setAttribute, setText, show, svg, toggle } from "../shell/dom.js";
import { duration, magnitude, number } from "../core/format.js";

/** @import { RaceActions, TransportState } from "../core/types.js" */

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createTransport(root, actions) {
  const scrubber = part(root, "scrubber", HTMLInputElement);
  const marks = part(root, "marks", SVGElement);
  const position = part(root, "position", HTMLElement);
  const slowed = part(root, "slowed", HTMLElement);
  const follow = part(root, "follow", HTMLButtonElement);
  const play = part(root, "play", HTMLButtonElement);
  const playIcon = part(root, "play-icon", SVGElement);
  const next = part(root, "next-loss", HTMLButtonElement);
  const previous = part(root, "previous-loss", HTMLButtonElement);
  const speed = part(root, "speed", HTMLSelectElement);
  const clock = part(root, "clock", HTMLSelectElement);
  const losses = part(root, "losses", HTMLElement);
  let drawn = "";

  /** @type {[string, () => void][]} */
  const presses = [
    ["start", actions.toStart],
    ["back", () => actions.step(-1)],
    ["play", actions.togglePlay],
    ["forward", () => actions.step(1)],
    ["end", actions.toEnd],
    ["previous-loss", () => actions.toLoss(-1)],
    ["next-loss", () => actions.toLoss(1)],
    ["follow", actions.follow],
  ];
  const buttons = presses.map(([name, press]) => {
    const button = part(root, name, HTMLButtonElement);
    button.addEventListener("click", press);
    return button;
  });
  scrubber.addEventListener("input", () => actions.seek(Number(scrubber.value)));
  speed.addEventListener("change", () => actions.setSpeed(Number(speed.value)));
  clock.addEventListener("change", () => actions.setClock(clock.value === "clock" ? "clock" : "steps"));

  /** @param {TransportState} view */
  function render(view) {
    const { length } = view;
    toggle(root, "is-idle", length === 0 && !view.live);
    for (const button of buttons) button.disabled = length === 0;
    // Play can take the focus from the moment a race begins, so that Space is at hand.
    play.disabled = length === 0 && !view.live;
    scrubber.disabled = length === 0;
    const { moment, start, last } = view;
    setAttribute(scrubber, "min", start);
    setAttribute(scrubber, "max", last);
    if (scrubber.value !== String(moment)) scrubber.value = String(moment);
    const share = last > start ? (moment - start) / (last - start) : 0;
    scrubber.style.setProperty("--share", String(share));
    const step = length ? `Step ${number(view.position)} of ${number(length)}` : "No steps yet";
    setText(position, step);
    setText(slowed, view.slowed === null || !length ? "" : `${duration(Math.max(0, moment))}, slowed ${magnitude(view.slowed)}×`);
    setAttribute(scrubber, "aria-valuetext", `${step} ${slowed.textContent}`);
    if (clock.value !== view.clock) clock.value = view.clock;

    const going = view.playing || (view.following && view.flows);
    setAttribute(playIcon, "href", going ? "#icon-pause" : "#icon-play");
    setAttribute(play, "aria-label", going ? "Pause" : "Play");
    show(follow, view.live);
    setAttribute(follow, "aria-pressed", String(view.following));
    setText(follow, view.following ? "Live" : "Follow live");
    if (speed.value !== String(view.speed)) speed.value = String(view.speed);

    show(losses, view.canLose);
    next.disabled = previous.disabled = view.losses === 0;
    const all = number(view.losses);
    const count = view.lossesOnShow ? `${view.lossesOnShow} of ${all}` : all;
    setText(next, view.losses ? `Next lost update (${count})` : "Next lost update");
    toggle(next, "is-inviting", view.inviting);
    drawMarks(view);
  }

  /** @param {TransportState} view */
  function drawMarks({ lossMarks }) {
    const path = lossMarks.map((share) => `M${share * 1000} 0v10`).join("");
    if (path === drawn) return;
    drawn = path;
    marks.replaceChildren(svg("path", { d: path, class: "loss-tick" }));
  }

  return { render, focus: () => play.focus(), destroy() {} };
}
