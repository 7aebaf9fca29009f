// What a class would play: everybody adds 1, or a goal of the scheduler. Pure.

import { counted } from "../core/format.js";

/** @import { Goal } from "../core/goals.js" */
/** @import { Game, GameRequest } from "../core/room-types.js" */

/** `goal` is its slug; null is everybody. @typedef {{goal: string | null}} GameChoice */

/** Each process adds 1 so often: often enough to lose, and soon over. */
const TIMES = 2;

/** A game needs somebody to race with. */
const FEWEST = 2;

/** @type {GameChoice} */
export const EVERYBODY = { goal: null };

/** @param {GameChoice} choice @param {readonly Goal[]} goals @param {string} [guard] @returns {GameRequest} */
export function gameRequest({ goal }, goals, guard = "none") {
  const request = goals.find(({ slug }) => slug === goal)?.request;
  return request ? { ...request, goal } : { processes: null, iterations: TIMES, guard, goal: null };
}

/** The same once more, perhaps under a guard. @param {Game} game @param {readonly Goal[]} goals @param {string} [guard] */
export function repeated({ goal, guard: had }, goals, guard = had) {
  return gameRequest({ goal }, goals, guard);
}

/** What there is to choose. @param {readonly Goal[]} goals @param {number} phones
 * @returns {{choice: GameChoice, title: string, about: string}[]} */
export function gameChoices(goals, phones) {
  const each = `Each adds 1, ${counted(TIMES, "time")}, without a lock.`;
  const about = phones < FEWEST ? `A process for each phone. ${each}` : `${counted(phones, "phone")}, as many processes. ${each}`;
  return [
    { choice: EVERYBODY, title: "Everybody adds 1", about },
    ...goals.map(({ slug, title, text }) => ({ choice: { goal: slug }, title, about: text })),
  ];
}
