// The form that says what runs: a goal, or a guard and numbers that a person chooses.

import { part, setAttribute, setText } from "../../shell/dom.js";
import { bestOf } from "./goal-storage.js";

/** @import { ScenarioInfo } from "../../core/types.js" */
/** @import { Wanted } from "./address.js" */
/** @import { Goal } from "../../core/goals.js" */

/** What can be actions here. @typedef {{goal: (goal: Goal | null) => void, own: (wanted: Wanted) => void, again: () => void}} SetupActions */

/** What is wrong with a choice, in words; "" is nothing. @param {ScenarioInfo} scenario @param {Wanted} wanted */
export function problemWith({ variants, processes: many, iterations: often }, { guard, processes, iterations }) {
  if (!variants.some(({ name }) => name === guard)) return "There is no such guard.";
  if (!(processes >= 1 && processes <= many.most)) return `Between 1 and ${many.most} processes.`;
  if (!(iterations >= 1 && iterations <= often.most)) return `Between 1 and ${often.most} increments each.`;
  return "";
}

/** @param {HTMLFormElement} form @param {ScenarioInfo} scenario @param {readonly Goal[]} goals @param {SetupActions} actions */
export function createSetupForm(form, scenario, goals, actions) {
  const goalChoice = part(form, "goal", HTMLSelectElement);
  const guard = part(form, "guard", HTMLSelectElement);
  const processes = part(form, "processes", HTMLInputElement);
  const iterations = part(form, "iterations", HTMLInputElement);
  const message = part(form, "message", HTMLElement);
  const tally = part(form, "goals-reached", HTMLElement);

  /** Keys must work once something was chosen with the mouse; after a choice by keyboard the focus stays where it is. */
  let byPointer = false;
  form.addEventListener("pointerdown", () => (byPointer = true));
  form.addEventListener("keydown", () => (byPointer = false));
  form.addEventListener("change", ({ target }) => {
    if (target === goalChoice) {
      complain("");
      actions.goal(goals.find(({ slug }) => slug === goalChoice.value) ?? null);
    } else if (complain(problemWith(scenario, read())) === "") actions.own(read());
    if (byPointer && target instanceof HTMLSelectElement) target.blur();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (problemWith(scenario, read()) === "") actions.again();
  });

  /** What the fields say. @returns {Wanted} */
  function read() {
    return { guard: guard.value, processes: processes.valueAsNumber, iterations: iterations.valueAsNumber };
  }

  /** @param {string} problem */
  function complain(problem) {
    setText(message, problem);
    setAttribute(processes, "aria-invalid", problem.includes("processes") ? "true" : null);
    setAttribute(iterations, "aria-invalid", problem.includes("increments") ? "true" : null);
    return problem;
  }

  /** @param {Wanted} wanted @param {Goal | null} goal */
  function render(wanted, goal) {
    for (const option of goalChoice.options) {
      const named = goals.find(({ slug }) => slug === option.value);
      if (named) setText(option, `${bestOf(named.slug) === undefined ? "" : "✓ "}${named.title}`);
    }
    goalChoice.value = goal?.slug ?? "";
    const reached = goals.filter(({ slug }) => bestOf(slug) !== undefined).length;
    setText(tally, `${reached} of ${goals.length} reached`);
    // A wrong input must stay until it is corrected.
    if (form.contains(document.activeElement) && message.textContent) return;
    guard.value = wanted.guard;
    for (const [input, value] of /** @type {const} */ ([[processes, wanted.processes], [iterations, wanted.iterations]])) {
      if (document.activeElement !== input && input.valueAsNumber !== value) input.value = String(value);
    }
  }

  return { render };
}
