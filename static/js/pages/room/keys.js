// What keys do on the page of a room: they answer, press, and move in the races on show.

import { RACE_KEYS } from "../../views/race-keys.js";

/** @import { RaceActions } from "../../core/types.js" */
/** @import { KeyTable, KeysFor } from "../../shell/keys.js" */

/**
 * @typedef {object} RoomActions
 * @property {(number: number) => void} pick the answer of that number; on a race, the panel
 * @property {() => void} press
 * @property {() => void} back to the room, from looking around
 * @property {(act: (actions: RaceActions) => void) => void} withRace does nothing while no race is on show
 */

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8];

/** @type {KeyTable<RoomActions>} */
export const KEYS = [
  ["Let your process take its step", { Enter: ({ press }) => press() }],
  ["An answer, by its number", Object.fromEntries(NUMBERS.map((number) => [number, (/** @type {RoomActions} */ { pick }) => pick(number)]))],
  ["Back to the room", { Escape: ({ back }) => back() }],
  ...RACE_KEYS.map(([words, keys]) => /** @type {const} */ ([words, withRaces(keys)])),
];

/** @param {KeysFor<RaceActions>} keys @returns {KeysFor<RoomActions>} */
function withRaces(keys) {
  return Object.fromEntries(Object.entries(keys).map(([key, act]) => [key, ({ withRace }) => withRace(act)]));
}
