// One outcome opened: the schedule with the fewest context switches that leads there, as turns and as text to copy,
// its exact figures, and the ways to see it happen.

import { copy } from "../../shell/clipboard.js";
import { html, part, setText, show, svg } from "../../shell/dom.js";
import { placed } from "../../core/place.js";
import { counted as many } from "../../core/format.js";
import { schedulerAddress } from "./address.js";
import { turnsOf } from "./outcomes.js";
import { chance, grouped, onceIn } from "./big-numbers.js";
import { figuresOf } from "./outcome-words.js";

/** @import { Outcome } from "./outcomes.js" */
/** @import { Exploration } from "./exploration.js" */

/** How long it says that it has copied, in ms. */
const COPIED = 1500;

/** Less than this is worth saying in other words. */
const RARE = 0.01;

/** More turns than these are text only: they would take the room of all else. */
const MOST_TURNS = 12;

/** @param {HTMLElement} root @param {() => void} follow */
export function createSchedule(root, follow) {
  const title = part(root, "schedule-title", HTMLElement);
  const words = part(root, "schedule-words", HTMLElement);
  const figures = part(root, "figures", HTMLElement);
  const turns = part(root, "turns", HTMLElement);
  const text = part(root, "schedule-text", HTMLTextAreaElement);
  const copyButton = part(root, "copy", HTMLButtonElement);
  const followButton = part(root, "follow-schedule", HTMLButtonElement);
  const takeOver = part(root, "take-over", HTMLAnchorElement);
  const exact = part(root, "exact", HTMLElement);
  const exactText = part(root, "exact-text", HTMLElement);
  const body = part(root, "schedule-body", HTMLElement);
  /** @type {readonly string[] | null} */
  let shown = null;

  followButton.addEventListener("click", follow);
  copyButton.addEventListener("click", async () => {
    setText(copyButton, (await copy(text.value)) ? "Copied" : "Not copied");
    setTimeout(() => setText(copyButton, "Copy"), COPIED);
  });

  /** @param {Exploration} exploration @param {boolean} busy */
  function render({ outcome, exploreRequest, explored, observations }, busy) {
    show(root, outcome !== null);
    if (!outcome) return;
    const { schedule, final } = outcome;
    setText(title, final === null ? "How it ends in a deadlock" : `How it ends at ${final}`);
    setText(words, sentence(outcome));
    const texts = figuresOf(outcome, explored?.exhausted ?? true, observations);
    if (figures.textContent !== texts.join("")) figures.replaceChildren(...texts.map((each) => html("li", "", [each])));
    show(body, schedule !== null);
    show(followButton, schedule !== null);
    show(exact, outcome.counted !== null);
    if (outcome.counted) setText(exactText, exactly(outcome.counted));
    followButton.disabled = busy;
    if (!schedule || schedule === shown) return;
    shown = schedule;
    text.value = schedule.join(" ");
    takeOver.href = placed(schedulerAddress(exploreRequest, schedule));
    const taken = turnsOf(schedule);
    show(turns, taken.length <= MOST_TURNS);
    turns.replaceChildren(...(taken.length <= MOST_TURNS ? taken.map(turn) : []));
  }

  return { render };
}

/** @param {{process: string, steps: number}} turn */
function turn({ process, steps }) {
  const number = Number(process.slice(1)) - 1;
  const mark = svg("svg", { class: "mark", "aria-hidden": "true" }, [svg("use", { href: `#mark-${number}` })]);
  return html("li", `turn p${number}`, [html("span", "mark-box", [mark]), html("b", "", [process]), ` ${many(steps, "step")}`]);
}

/** @param {Outcome} outcome */
function sentence({ schedule, counted, certain, drawn, final }) {
  if (!schedule) {
    if (certain) return "Known for certain. A schedule that leads here has more steps than a run can follow.";
    return `${drawn?.times ? "Schedules drawn at random" : "Real runs"} ended so, but which was the shortest is not known: there are too many states.`;
  }
  const { length } = turnsOf(schedule);
  if (!counted) return `Known for certain, though nothing was counted, with ${length - 1} context switches.`;
  const least = ["No context switch is needed", "One context switch is enough"][counted.switches] ?? `${counted.switches} context switches are the fewest that lead here`;
  const rare = counted.probability < RARE ? `. By coin toss it comes about ${onceIn(counted.probability)}` : "";
  const all = final === null ? ": then everybody waits for ever" : "";
  return `${least}${all}${rare}.`;
}

/** @param {{interleavings: string, fraction: string, probability: number}} counted */
function exactly({ interleavings, fraction, probability }) {
  const ways = interleavings === "1" ? "One interleaving ends so" : `${grouped(interleavings)} interleavings end so`;
  const parts = fraction.split("/").map(grouped);
  const nearly = parts.length > 1 ? `, about ${chance(probability).replace("> ", "more than ")}` : "";
  return `${ways}; together their probability is exactly ${parts.join(" / ")}${nearly}.`;
}
