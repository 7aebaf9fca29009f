// The document around the runs: which step is open, its position in its chapter, what the buttons do, and where the last visit ended.

import { addressed } from "../../core/place.js";
import { part, setAttribute, setText, show } from "../../shell/dom.js";
import { addressOf, chapterOf, isLastLocation, positionInChapter } from "./course.js";
import { recall } from "./step-storage.js";

/** @import { Location, Program } from "./course.js" */
/** @import { RunView } from "../../core/types.js" */

/** What the button does next. */
const NEXT = { overview: "Begin", ask: "Run it", run: "What to look at", look: "Next" };

/** @param {HTMLElement} body @param {readonly Program[]} programs */
export function createPage(body, programs) {
  const steps = programs.map(({ name }) => pick(`[data-step="${name}"]`));
  const next = part(body, "to-next", HTMLButtonElement);
  const previous = part(body, "to-previous", HTMLButtonElement);
  const elsewhere = part(body, "elsewhere", HTMLAnchorElement);

  /** @param {string} selector */
  function pick(selector) {
    const found = body.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
    return found;
  }

  /** @param {number} at */
  function titleOf(at) {
    return steps[at]?.querySelector("h3")?.textContent ?? "";
  }

  /** @param {number} at */
  function chapterTitle(at) {
    return steps[at]?.closest(".chapter")?.querySelector("h2")?.textContent ?? "";
  }

  /** @param {Location} location @param {readonly RunView[]} known the runs of the step */
  function render(location, known) {
    const { at, phase } = location;
    const program = programs[at];
    setAttribute(body, "data-phase", phase);
    steps.forEach((step, index) => step.classList.toggle("is-current", index === at));
    for (const link of body.querySelectorAll("[data-chapter]")) {
      setAttribute(link, "aria-current", link.getAttribute("data-chapter") === chapterOf(program) ? "true" : null);
    }
    setAttribute(part(body, "to-overview", HTMLElement), "aria-current", program ? null : "page");
    setText(next, isLastLocation(programs, location) ? "All chapters" : NEXT[phase]);
    previous.disabled = phase === "overview";
    setText(part(body, "progress-chapter", HTMLElement), program ? `${chapterTitle(at)} ·` : "");
    setText(part(body, "progress", HTMLElement), program ? positionInChapter(programs, at) : "");
    const isTally = (program?.repeat ?? 1) > 1;
    show(part(body, "tally", HTMLElement), isTally);
    show(part(body, "show", HTMLElement), !isTally);
    const [only] = known;
    show(elsewhere, only !== undefined);
    elsewhere.href = addressed(known.length === 1 && only ? `/runs/${only.id}` : `/?runs=${known.map(({ id }) => id).join(",")}`) ?? "";
    document.title = [...(program ? [titleOf(at)] : []), "Walkthrough", "Lost Update"].join(" · ");
    if (!program) offerToContinue();
  }

  /** Where the last visit ended. */
  function offerToContinue() {
    const at = programs.findIndex(({ name }) => name === recall());
    show(part(body, "resume", HTMLElement), at >= 0);
    if (at < 0) return;
    const link = part(body, "resume-link", HTMLAnchorElement);
    link.href = addressed(addressOf(programs, at)) ?? "";
    setText(link, `${chapterTitle(at)}: ${titleOf(at)}`);
  }

  /** Moves the focus to where reading goes on. After a press of a button it stays there. @param {Location} location */
  function attend({ at, phase }) {
    if (phase !== "look") part(body, "walk", HTMLElement).scrollTo(0, 0);
    window.scrollTo(0, 0);
    if (part(body, "steering", HTMLElement).contains(document.activeElement)) return;
    if (phase === "ask") steps[at]?.querySelector("h3")?.focus();
    else if (phase !== "overview") part(body, "found-guess", HTMLElement).focus();
  }

  return {
    steps,
    render,
    attend,
    /** What the page says about a step when it has run. @param {Program} program */
    answerTo: (program) => pick(`[data-answer="${program.name}"]`),
  };
}
