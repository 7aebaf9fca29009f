// What would run, as a sentence with placeholders for what can be chosen. It comes from the catalogue: {processes} is a
// placeholder, and [time|times] follows the number before it. Pure.

/** @import { Catalogue, Choice, ScenarioInfo } from "./types.js" */

import { choosable, paceOf } from "./catalogue.js";
import { number } from "./format.js";

/** What can be chosen inside a sentence. @typedef {"processes" | "iterations" | "variant" | "chunksize" | "pace"} Placeholder */

/** @typedef {{text: string} | {placeholder: Placeholder} | {one: string, many: string, of: Placeholder}} Piece */

const NUMBERS = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"];

const PIECES = /\{(\w+)\}|\[([^|\]]*)\|([^\]]*)\]/g;

/** @param {string} sentence @returns {Piece[]} */
export function piecesOf(sentence) {
  /** @type {Piece[]} */
  const pieces = [];
  /** @type {Placeholder} */
  let last = "processes";
  let from = 0;
  for (const found of sentence.matchAll(PIECES)) {
    if (found.index > from) pieces.push({ text: sentence.slice(from, found.index) });
    from = found.index + found[0].length;
    if (found[1]) {
      last = /** @type {Placeholder} */ (found[1]);
      pieces.push({ placeholder: last });
    } else {
      pieces.push({ one: found[2] ?? "", many: found[3] ?? "", of: last });
    }
  }
  if (from < sentence.length) pieces.push({ text: sentence.slice(from) });
  return pieces;
}

/** A small number in letters, as it stands in a sentence. @param {number} count @param {boolean} isFirst at the sentence's beginning */
export function inWords(count, isFirst) {
  const word = NUMBERS[count];
  if (!word) return number(count);
  return isFirst ? word : word.toLowerCase();
}

/** A variant as what the processes work with: "with a lock each". @param {string} title */
export function withWords(title) {
  return title.startsWith("with ") ? title : `with ${title}`;
}

/** The whole sentence as plain text, without pickers. @param {Catalogue} catalogue @param {ScenarioInfo} scenario @param {Choice} choice */
export function choiceInWords(catalogue, scenario, choice) {
  const pieces = piecesOf(scenario.sentence);
  return pieces.map((piece, index) => {
    if ("text" in piece) return piece.text;
    if ("placeholder" in piece) {
      const words = wordsFor(piece.placeholder, catalogue, scenario, choice, index === 0);
      return piece.placeholder === "variant" && scenario.field === "guard" ? withWords(words) : words;
    }
    return choice[/** @type {"processes" | "iterations"} */ (piece.of)] === 1 ? piece.one : piece.many;
  }).join("");
}

/** @param {Placeholder} placeholder @param {Catalogue} catalogue @param {ScenarioInfo} scenario @param {Choice} choice @param {boolean} isFirst */
function wordsFor(placeholder, catalogue, scenario, choice, isFirst) {
  if (placeholder === "processes") return inWords(choice.processes, isFirst);
  if (placeholder === "iterations") return number(choice.iterations);
  if (placeholder === "pace") return paceOf(catalogue, choice.pace).adverb;
  if (placeholder === "chunksize") return choice.chunksize === null ? "the usual size" : number(choice.chunksize);
  return scenario.variants.find(({ name }) => name === choice.variant)?.title ?? choice.variant;
}

/** What ran, in one short line: "Two processes · 10 each · slowly". @param {Catalogue} catalogue @param {ScenarioInfo} scenario @param {Choice} choice */
export function inShort(catalogue, scenario, choice) {
  const { processes, iterations } = choice;
  const asks = scenario.asks;
  const many = `${inWords(processes, true)} process${processes === 1 ? "" : "es"}`;
  const often = asks ? `${number(iterations)} each` : `${scenario.iterations.label.toLowerCase()}: ${number(iterations)}`;
  const variants = scenario.lineup === "one" && choosable(scenario).length > 1 ? [wordsFor("variant", catalogue, scenario, choice, false)] : [];
  return [...(asks ? [] : [scenario.title]), many, often, ...variants, paceOf(catalogue, choice.pace).adverb].join(" · ");
}

/** The question before the race: "10 + 10 = ?". @param {Choice} choice */
export function question({ processes, iterations }) {
  const each = number(iterations);
  const sum = processes <= 4 && each.length <= 4 ? Array.from({ length: processes }, () => each).join(" + ") : `${number(processes)} × ${each}`;
  return `${sum} = ?`;
}

/** The label of a picker, for people who do not see the sentence around it. @param {Placeholder} placeholder @param {ScenarioInfo} scenario */
export function nameOf(placeholder, scenario) {
  const guard = scenario.lineup === "pair" ? "Right-hand race" : "Guard";
  const variant = { guard, start_method: "Start method", call: "Call" }[scenario.field];
  return { processes: "Processes", iterations: scenario.iterations.label, variant, chunksize: "Chunk size", pace: "Pace" }[placeholder];
}
