// What the next races will be, the guess, and the one button that starts them. What can be chosen follows the
// scenario. What is out of range is said here at once; what the server refuses is said here in its own words.

import { choosable, scenarioOf, usual } from "../core/catalogue.js";
import { html, part, setAttribute, setText, show, toggle } from "../shell/dom.js";
import { number } from "../core/format.js";

/** @import { Actions, Amount, Catalogue, Choice, Problem, ScenarioInfo } from "../core/types.js" */

/** The button that starts becomes the one that stops: the second press of a double click, in ms, is neither. */
const DOUBLE_CLICK = 600;

const RUN = { one: "Run", pair: "Run both", all: "Run all" };

/** What a variant is, by the field of the request that names it. */
const VARIANTS = { guard: "Right-hand race", start_method: "Start method", call: "Call" };

/** @type {Readonly<Record<string, string>>} */
const GROUPS = { right: "With a lock", faulty: "What people get wrong" };

/** @param {HTMLElement} root @param {Actions} actions @param {Catalogue} catalogue */
export function createControls(root, actions, catalogue) {
  const scenario = part(root, "scenario", HTMLSelectElement);
  const processes = part(root, "processes", HTMLInputElement);
  const iterations = part(root, "iterations", HTMLInputElement);
  const variant = part(root, "variant", HTMLSelectElement);
  const chunksize = part(root, "chunksize", HTMLInputElement);
  const pace = part(root, "pace", HTMLSelectElement);
  const guess = part(root, "guess", HTMLInputElement);
  const message = part(root, "message", HTMLElement);
  const button = part(root, "run", HTMLButtonElement);
  let running = false;
  let pressed = 0;
  let offered = scenarioOf(catalogue, catalogue.demonstration.scenario);

  /** Offers what this scenario has. @param {ScenarioInfo} wanted */
  function offer(wanted) {
    offered = wanted;
    const { processes: many, iterations: often, paces, chunks, lineup, name, field } = wanted;
    scenario.value = name;
    label(variant, VARIANTS[field]);
    label(iterations, often.label);
    limit(processes, many);
    limit(iterations, often);
    show(fieldOf(chunksize), chunks);
    show(fieldOf(guess), lineup === "pair" && name === "value");
    const variants = choosable(wanted);
    show(fieldOf(variant), variants.length > 1);
    const kinds = [...new Set(variants.map(({ kind }) => kind))];
    variant.replaceChildren(...kinds.flatMap((kind) => {
      const options = variants.filter((each) => each.kind === kind).map(({ name: value, title }) => new Option(title, value));
      const group = GROUPS[kind];
      return kinds.length > 1 && group ? [grouped(group, options)] : options;
    }));
    pace.replaceChildren(...catalogue.paces.filter((each) => paces.includes(each.name)).map((each) => new Option(each.title, each.name)));
  }

  /** @returns {Choice | null} null, and a message, where something is out of range */
  function read() {
    const limits = /** @type {const} */ ([
      [processes, "processes", offered.processes],
      [iterations, offered.iterations.label.toLowerCase(), offered.iterations],
      [chunksize, "tasks in a chunk", { least: 1, most: offered.iterations.most }],
    ]);
    let problem = "";
    for (const [input, what, { least, most }] of limits) {
      const isLeftOut = input === chunksize && (input.value === "" || !offered.chunks) && input.validity.valid;
      const good = isLeftOut || (/^\d+$/.test(input.value) && Number(input.value) >= least && Number(input.value) <= most);
      setAttribute(input, "aria-invalid", good ? null : "true");
      if (!good && !problem) problem = `Between ${number(least)} and ${number(most)} ${what}, please.`;
    }
    if (!guess.validity.valid && !problem) problem = "A guess is a whole number; it may also be left empty.";
    setAttribute(guess, "aria-invalid", guess.validity.valid ? null : "true");
    say(problem);
    if (problem) return null;
    return {
      scenario: offered.name,
      processes: Number(processes.value),
      iterations: Number(iterations.value),
      variant: variant.value || offered.chosen,
      pace: pace.value,
      chunksize: offered.chunks && chunksize.value ? Number(chunksize.value) : null,
    };
  }

  /** @param {Partial<Choice>} choice */
  function set(choice) {
    const { scenario: name, processes: many, iterations: often, variant: chosen, pace: slow, chunksize: chunk } = choice;
    if (name !== undefined && name !== offered.name && catalogue.scenarios.some((each) => each.name === name && each.listed)) {
      offer(scenarioOf(catalogue, name));
      set(usual(offered));
    }
    if (many !== undefined) processes.value = String(many);
    if (often !== undefined) iterations.value = String(often);
    if (chunk !== undefined) chunksize.value = String(chunk ?? "");
    // A name that is not on offer leaves a select empty: keep what was chosen.
    for (const [select, value] of /** @type {const} */ ([[variant, chosen], [pace, slow]])) {
      if (value !== undefined && [...select.options].some((option) => option.value === value)) select.value = value;
    }
  }

  /** @param {string} text */
  function say(text) {
    setText(message, text);
    toggle(root, "has-message", text !== "");
  }

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) {
      if (performance.now() - pressed > DOUBLE_CLICK) actions.stop();
      return;
    }
    const choice = read();
    if (!choice) return;
    pressed = performance.now();
    actions.run(choice, guess.value === "" || fieldOf(guess).hidden ? null : Number(guess.value));
  });
  root.addEventListener("input", (event) => {
    if (event.target === guess) return;
    if (event.target === scenario) set({ scenario: scenario.value });
    const choice = read();
    if (choice) actions.choose(choice);
  });

  /** @param {{running: boolean, busy: boolean}} view */
  function render(view) {
    running = view.running;
    setText(button, running ? "Stop" : RUN[offered.lineup]);
    toggle(button, "is-stop", running);
    setAttribute(button, "aria-busy", view.busy ? "true" : null);
  }

  offer(offered);
  set(usual(offered));

  return {
    render,
    set,
    read,
    /** @param {Problem | null} problem */
    complain: (problem) => say(problem ? [problem.message, problem.hint].filter(Boolean).join(" ") : ""),
    /** The guess belongs to the race that has begun: the next one asks anew. */
    clearGuess: () => {
      guess.value = "";
    },
    destroy() {},
  };
}

/** A number that is always the same need not be asked for. @param {HTMLInputElement} input @param {Amount} amount */
function limit(input, { least, most }) {
  input.min = String(least);
  input.max = String(most);
  show(fieldOf(input), least < most);
}

/** @param {HTMLElement} input @returns {HTMLElement} */
function fieldOf(input) {
  return /** @type {HTMLElement} */ (input.closest("label"));
}

/** @param {HTMLElement} input @param {string} text */
function label(input, text) {
  setText(/** @type {Element} */ (fieldOf(input).firstElementChild), text);
}

/** @param {string} title @param {HTMLOptionElement[]} options */
function grouped(title, options) {
  const group = html("optgroup", "", options);
  setAttribute(group, "label", title);
  return group;
}
