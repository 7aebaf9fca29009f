// What the race page lends to a presenter: the question what the counter will show, the race that answers it, and then
// how one update died.

import { choiceOf, scenarioOf, usual } from "../../core/catalogue.js";
import { choiceInWords, withWords } from "../../core/choice-sentence.js";
import { counterQuestion, rightAnswers } from "../../core/counter-question.js";

/** @import { Catalogue, Choice, ScenarioInfo } from "../../core/types.js" */
/** @import { Question } from "../../core/room-types.js" */
/** @import { Askable, Deed, Offer, Outcome } from "../../shell/room.js" */
/** @import { Races } from "./races.js" */

/** So many torn tickets are drawn. */
const MOST_DEATHS = 10;

/** @param {Catalogue} catalogue @param {Races} races @returns {Offer} */
export function roomOffer(catalogue, races) {
  return {
    plays: true,
    question: () => askable(catalogue, races.choice),
    run: () => races.run(races.choice, null),
    outcome: (question) => outcome(catalogue, races, question),
  };
}

/** @param {Catalogue} catalogue @param {Choice} choice @returns {Askable | null} */
function askable(catalogue, choice) {
  const scenario = scenarioOf(catalogue, choice.scenario);
  const [cell] = scenario.cells;
  if (!scenario.asks || !cell) return null;
  return {
    label: "Ask: what will the counter show?",
    asked: counterQuestion(sentenceOf(catalogue, scenario, choice), choice.processes * choice.iterations),
    needsRun: true,
    picture: { processes: choice.processes, cell: cell.name, initial: cell.initial },
  };
}

/** @param {Catalogue} catalogue @param {ScenarioInfo} scenario @param {Choice} choice */
function sentenceOf(catalogue, scenario, choice) {
  // What stands beside it is no part of the question.
  const isBare = scenario.lineup === "pair" && scenario.variants[0]?.kind === "none";
  return `${choiceInWords(catalogue, scenario, choice)}${isBare ? " There is no lock." : ""}`;
}

/** What the first race came to, once it has ended and has been played; null before, and where the question is about another.
 * @param {Catalogue} catalogue @param {Races} races @param {Question} question @returns {Outcome | null} */
function outcome(catalogue, races, question) {
  const { player } = races;
  const [race] = player.races;
  if (!race?.complete || race.run.status !== "finished" || player.playing || player.at !== null) return null;
  if (sentenceOfRaces(catalogue, races) !== question.detail) return null;
  const [cell] = race.run.summary.cells;
  if (!cell || cell.final === null || cell.expected === null) return null;
  const { final: counter, expected } = cell;
  const [view] = races.views;
  return {
    truth: String(counter),
    right: rightAnswers(counter, expected),
    words: view?.stage?.outcome(view) ?? "",
    figures: { expected, counter, lost: cell.lost ?? 0 },
    deaths: race.history.deaths(race.history.length, MOST_DEATHS).map(({ process }) => process),
    see: race.history.losses.total > 0 ? { label: "See how one died", act: () => player.actions.toLoss(1) } : null,
    again: againWithALock(races),
  };
}

/** The sentence that led to the races on show. @param {Catalogue} catalogue @param {Races} races */
function sentenceOfRaces(catalogue, { player }) {
  const ran = choiceOf(catalogue, player.races.map(({ run }) => run.request));
  const scenario = scenarioOf(catalogue, ran.scenario ?? "");
  return sentenceOf(catalogue, scenario, { ...usual(scenario), ...ran });
}

/** The race beside it, alone: everybody has seen the other. @param {Races} races @returns {Deed | null} */
function againWithALock(races) {
  const { player } = races;
  const [, beside] = races.views;
  const variant = beside?.variant ?? null;
  if (!variant) return null;
  return {
    label: variant.kind === "right" ? "Run again with a lock" : `Run again ${withWords(variant.title)}`,
    act() {
      player.look({ solo: 1 });
      void races.run(races.choice, null);
    },
  };
}
