// What there is to look at, sentence by sentence: the stage goes to what the sentence on show is about, and an arrow
// leads there.

import { html, part, setAttribute, toggle } from "../../shell/dom.js";
import { colourOf } from "../../core/process-names.js";
import { createArrow } from "./arrow.js";
import { find } from "./pointing.js";

/** @import { RacePlayer } from "../../views/race-player.js" */
/** @import { Location, Program } from "./course.js" */
/** @import { Found, Destination } from "./pointing.js" */
/** @import { Runs } from "./runs.js" */

/**
 * @param {HTMLElement} root holds the sentences
 * @param {HTMLElement} racesRoot
 * @param {Promise<RacePlayer>} player
 * @param {Runs} runs
 */
export function createLookSentences(root, racesRoot, player, runs) {
  const arrow = createArrow(document.body);
  const sections = [...racesRoot.querySelectorAll("section")];
  /** @type {{program: Program, location: Location, lines: HTMLElement[]} | null} */
  let on = null;
  /** What the sentence on show was found to point at, and where the stage has been taken for it. @type {Found} */
  let found = "open";
  let went = "";

  window.addEventListener("resize", draw);
  document.addEventListener("scroll", draw, { capture: true, passive: true });

  /** @param {Program | undefined} program @param {Location} location @param {Element | null} answer holds the sentences of the step */
  function render(program, location, answer) {
    const isSame = on !== null && on.program === program && on.location.explanation === location.explanation;
    if (!program || !answer) {
      on = null;
      root.replaceChildren();
    } else if (!isSame) {
      const lines = linesOf(answer, location.explanation);
      on = { program, location, lines };
      root.replaceChildren(...[...answer.querySelectorAll(".answer-right")].map((why) => why.cloneNode(true)), html("div", "answer-look", lines));
      forget();
    }
    follow();
  }

  /** Searches again for what the sentence on show is about. */
  function forget() {
    found = "open";
    went = "";
  }

  /** Goes to what the sentence is about, once that is known. */
  function follow() {
    if (on && found === "open") {
      const { program, location } = on;
      const explanation = program.look[location.explanation];
      const races = runs.racesOf(location.at);
      if (explanation && program.repeat > 1) found = runs.counted.complete ? null : "open";
      else if (explanation && races.length > 0) found = find(explanation, races);
      if (found !== "open") say(on.lines[location.explanation], found !== null || (program.repeat > 1 && runs.rowOf(explanation?.at ?? "") !== null));
      if (found !== "open" && found !== null) void go(found, `${location.at} ${location.explanation}`);
    }
    draw();
  }

  /** @param {Destination} target @param {string} key */
  async function go(target, key) {
    const it = await player;
    if (went === key || `${on?.location.at} ${on?.location.explanation}` !== key) return;
    went = key;
    if (it.clock !== "steps") it.actions.setClock("steps");
    if (target.process === null) it.actions.toEnd();
    else if (target.isLoss) it.actions.playLoss(target.side, target.position);
    else it.actions.seek(target.position);
    // On a small screen the race may be further down.
    sections[target.side]?.querySelector(target.process === null ? "[data-part=score]" : "[data-part=stage]")?.scrollIntoView({ block: "nearest" });
  }

  function draw() {
    const line = on?.lines[on.location.explanation] ?? null;
    if (!on || !line) arrow.draw(null, null, null);
    else if (on.program.repeat > 1) {
      const row = runs.counted.complete ? runs.rowOf(on.program.look[on.location.explanation]?.at ?? "") : null;
      arrow.draw(line, row?.parentElement ?? null, row);
    } else {
      const target = found === "open" ? null : found;
      const race = target ? (sections[target.side] ?? null) : null;
      arrow.draw(line, race, race && target ? aimOf(race, target) : null, race ? part(race, "stage", HTMLElement) : null);
    }
  }

  return { render, follow, forget };
}

/** The sentences of a step: those before the one on show, that one, and those to come. @param {Element} answer @param {number} explanation */
function linesOf(answer, explanation) {
  return [...answer.querySelectorAll(".explanation")].map((words, index) => {
    const line = lineOf(words);
    toggle(line, "is-on", index === explanation);
    toggle(line, "is-later", index > explanation);
    setAttribute(line, "aria-current", index === explanation ? "true" : null);
    return line;
  });
}

/** A sentence about something that did not happen is replaced by another. @param {HTMLElement | undefined} line @param {boolean} isThere */
function say(line, isThere) {
  if (line) toggle(line, "is-otherwise", !isThere && line.querySelector(".otherwise") !== null);
}

/** A sentence, and the one to say instead where there is nothing to see. @param {Element} explanation */
function lineOf(explanation) {
  const line = html("p", "look-line", [explanation.cloneNode(true)]);
  const other = explanation.nextElementSibling;
  if (other?.matches(".otherwise")) line.append(other.cloneNode(true));
  return line;
}

/** What the arrow leads to: the process on the stage, or the numbers of the race.
 * @param {Element} race @param {Destination} target @returns {Element} */
function aimOf(race, { process }) {
  if (process === null) return part(race, "score", HTMLElement);
  const stage = part(race, "stage", HTMLElement);
  const colour = colourOf(process);
  return stage.querySelector(`.register.${colour}`) ?? stage.querySelector(`.front .mark.${colour}`) ?? stage;
}
