// The sentence of what would run, with pickers for the words that can be chosen. The pickers are ordinary form controls,
// in the page from the start. Here they are put at the placeholders of the scenario's sentence, with its options.

import { choosable, scenarioOf, usual } from "../core/catalogue.js";
import { number } from "../core/format.js";
import { inWords, nameOf, piecesOf, withWords } from "../core/choice-sentence.js";
import { html, part, setAttribute, setText, show } from "../shell/dom.js";

/** @import { Amount, Catalogue, Choice, ScenarioInfo } from "../core/types.js" */
/** @import { Placeholder } from "../core/choice-sentence.js" */

/** @type {readonly Placeholder[]} */
const PLACEHOLDERS = ["processes", "iterations", "variant", "chunksize", "pace"];

/** @type {Readonly<Record<string, string>>} */
const GROUPS = { right: "With a lock", faulty: "What people get wrong" };

/** @typedef {Record<Placeholder, HTMLInputElement | HTMLSelectElement>} Fields */

/** @param {HTMLElement} root @param {Catalogue} catalogue */
export function createSentencePickers(root, catalogue) {
  const scenario = part(root, "scenario", HTMLSelectElement);
  const rest = part(root, "rest", HTMLElement);
  const lines = { sentence: part(root, "sentence", HTMLElement), beside: part(root, "beside", HTMLElement) };
  const fields = /** @type {Fields} */ (Object.fromEntries(PLACEHOLDERS.map((placeholder) => [placeholder, field(root, placeholder)])));
  let offered = scenarioOf(catalogue, catalogue.demonstration.scenario);

  /** Offers what this scenario has. @param {ScenarioInfo} wanted */
  function showScenario(wanted) {
    offered = wanted;
    scenario.value = wanted.name;
    rest.append(...PLACEHOLDERS.map((placeholder) => pickerOf(fields[placeholder])));
    for (const line of /** @type {const} */ (["sentence", "beside"])) {
      lines[line].replaceChildren(...arranged(wanted[line], fields));
      show(lines[line], wanted[line] !== "");
    }
    for (const placeholder of PLACEHOLDERS) setAttribute(fields[placeholder], "aria-label", nameOf(placeholder, wanted));
    options(fields.processes, counts(wanted.processes, wanted.sentence.startsWith("{processes}")));
    options(fields.variant, variants(wanted));
    const paces = catalogue.paces.filter(({ name }) => wanted.paces.includes(name));
    options(fields.pace, paces.map(({ name, adverb }) => new Option(adverb, name)));
    limit(fields.iterations, wanted.iterations);
  }

  /** @param {Partial<Choice>} choice an unknown name changes nothing */
  function set(choice) {
    const wanted = choice.scenario;
    if (wanted !== undefined && wanted !== offered.name && catalogue.scenarios.some(({ name, listed }) => name === wanted && listed)) {
      showScenario(scenarioOf(catalogue, wanted));
      set(usual(offered));
    }
    for (const placeholder of PLACEHOLDERS) {
      const value = choice[placeholder];
      if (value === undefined) continue;
      const into = fields[placeholder];
      const text = String(value ?? "");
      if (into instanceof HTMLInputElement || [...into.options].some((option) => option.value === text)) into.value = text;
    }
    fit();
  }

  const fit = () => fitTo([...Object.values(fields), scenario], Object.values(lines), fields);

  showScenario(offered);
  set(usual(offered));

  return {
    /** What is chosen, or what is out of range. */
    read: () => readFrom(fields, offered),
    set,
    fit,
    /** Another scenario was picked: fill in its usual choice. */
    chosen: (/** @type {EventTarget | null} */ target) => target === scenario && set({ scenario: scenario.value }),
    get scenario() {
      return offered;
    },
  };
}

/** @param {Fields} fields @param {ScenarioInfo} offered @returns {{choice: Choice} | {problem: string}} */
function readFrom({ processes, iterations, variant, chunksize, pace }, offered) {
  const limits = /** @type {const} */ ([
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
  if (problem) return { problem };
  const choice = {
    scenario: offered.name,
    processes: Number(processes.value),
    iterations: Number(iterations.value),
    variant: variant.value || offered.chosen,
    pace: pace.value,
    chunksize: offered.chunks && chunksize.value ? Number(chunksize.value) : null,
  };
  return { choice };
}

/** Gives each picker the room of its word, and each word after a number its form.
 * @param {readonly (HTMLInputElement | HTMLSelectElement)[]} controls @param {readonly HTMLElement[]} lines @param {Fields} fields */
function fitTo(controls, lines, fields) {
  for (const control of controls) {
    const text = control instanceof HTMLSelectElement ? (control.selectedOptions[0]?.text ?? "") : control.value || control.placeholder;
    setText(/** @type {Element} */ (pickerOf(control).firstElementChild), text || "0");
  }
  for (const line of lines) {
    for (const word of line.querySelectorAll("span[data-of]")) {
      const { of = "", one = "", many = "" } = /** @type {HTMLElement} */ (word).dataset;
      setText(word, fields[/** @type {Placeholder} */ (of)].value === "1" ? one : many);
    }
  }
}

/** A number is typed; everything else is picked. @param {HTMLElement} root @param {Placeholder} placeholder */
function field(root, placeholder) {
  return placeholder === "iterations" || placeholder === "chunksize" ? part(root, placeholder, HTMLInputElement) : part(root, placeholder, HTMLSelectElement);
}

/** @param {HTMLElement} control @returns {HTMLElement} */
function pickerOf(control) {
  return /** @type {HTMLElement} */ (control.parentElement);
}

/** The pieces of a sentence, with the pickers in their places. @param {string} sentence @param {Fields} fields */
function arranged(sentence, fields) {
  return piecesOf(sentence).map((piece) => {
    if ("text" in piece) return piece.text;
    if ("placeholder" in piece) return pickerOf(fields[piece.placeholder]);
    const word = html("span", "", [piece.many]);
    Object.assign(word.dataset, { one: piece.one, many: piece.many, of: piece.of });
    return word;
  });
}

/** @param {Fields[Placeholder]} select @param {(HTMLOptionElement | HTMLOptGroupElement)[]} wanted */
function options(select, wanted) {
  select.replaceChildren(...wanted);
}

/** @param {Amount} amount @param {boolean} isFirst */
function counts({ least, most }, isFirst) {
  return Array.from({ length: most - least + 1 }, (_, index) => new Option(inWords(least + index, isFirst), String(least + index)));
}

/** @param {ScenarioInfo} scenario */
function variants(scenario) {
  const offered = choosable(scenario);
  const kinds = [...new Set(offered.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const isGuard = scenario.field === "guard";
    const found = offered.filter((each) => each.kind === kind).map(({ name, title }) => new Option(isGuard ? withWords(title) : title, name));
    const group = GROUPS[kind];
    if (kinds.length < 2 || !group) return found;
    const grouped = html("optgroup", "", found);
    grouped.label = group;
    return [grouped];
  });
}

/** @param {HTMLInputElement | HTMLSelectElement} input @param {Amount} amount */
function limit(input, { least, most }) {
  setAttribute(input, "min", least);
  setAttribute(input, "max", most);
}
