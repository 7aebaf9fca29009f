// The scenarios, variants and paces of the catalogue, and the requests that a choice stands for. Pure.

/** @import { Catalogue, Choice, PaceInfo, RunRequest, ScenarioInfo, Variant } from "./types.js" */

/** @param {Catalogue} catalogue @param {string} name @returns {ScenarioInfo} */
export function scenarioOf({ scenarios }, name) {
  return scenarios.find((scenario) => scenario.name === name) ?? /** @type {ScenarioInfo} */ (scenarios[0]);
}

/** @param {ScenarioInfo} scenario @param {RunRequest} request @returns {Variant} */
export function variantOf({ variants, field, chosen }, request) {
  const name = request[field] ?? chosen;
  return variants.find((variant) => variant.name === name) ?? /** @type {Variant} */ (variants[0]);
}

/** @param {Catalogue} catalogue @param {string} name @returns {PaceInfo} */
export function paceOf({ paces }, name) {
  return paces.find((pace) => pace.name === name) ?? { name, title: name, badge: name, about: "", adverb: name };
}

/** The variants to choose from. In a pair the first variant is what the chosen one is compared with.
 * @param {ScenarioInfo} scenario */
export function choosable({ lineup, variants }) {
  return lineup === "all" ? [] : lineup === "pair" ? variants.slice(1) : variants;
}

/** What the page offers first of a scenario. @param {ScenarioInfo} scenario @returns {Choice} */
export function usual({ name, chosen, processes, iterations: { usual: most }, usual: { pace, iterations = most } }) {
  return { scenario: name, variant: chosen, processes: processes.usual, iterations, pace, chunksize: null };
}

/** The choice that led to these requests, as far as they show it. @param {Catalogue} catalogue @param {readonly RunRequest[]} requests @returns {Partial<Choice>} */
export function choiceOf(catalogue, requests) {
  const [first] = requests;
  if (!first) return {};
  const { scenario, processes, iterations, pace, chunksize = null } = first;
  const known = scenarioOf(catalogue, scenario);
  const variants = requests.map((request) => variantOf(known, request));
  const variant = variants.find((each) => choosable(known).includes(each));
  return { scenario, processes, iterations, pace, chunksize, ...(variant && { variant: variant.name }) };
}

/** The requests that a choice stands for, a race view each. @param {Catalogue} catalogue @param {Choice} choice @returns {RunRequest[]} */
export function lineUp(catalogue, { scenario: name, variant, processes, iterations, pace, chunksize }) {
  const scenario = scenarioOf(catalogue, name);
  const { lineup, variants, field, usual: { step_ms } } = scenario;
  const chosen = variants.filter((each) => each.name === variant);
  const shown = lineup === "all" ? variants : lineup === "pair" ? [...variants.slice(0, 1), ...chosen] : chosen;
  return shown.map((each) => ({
    scenario: name,
    processes,
    iterations,
    pace,
    [field]: each.name,
    ...(pace === "slow" && step_ms ? { step_ms } : {}),
    ...(scenario.chunks && chunksize ? { chunksize } : {}),
  }));
}
