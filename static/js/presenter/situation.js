// What a presenter's views are shown: the room as the stream brings it, what the page lends, and what this presenter has
// begun. Computed anew whenever something changes; views only read it. Nothing here runs.

/** @import { Goal } from "../core/goals.js" */
/** @import { Joining, RoomView } from "../core/room-types.js" */
/** @import { Askable, Outcome } from "../shell/room.js" */
/** @import { GameChoice } from "./game-choice.js" */
/** @import { GameOnShow } from "./game-race.js" */
/** @import { Scene } from "./scene.js" */

/**
 * @typedef {object} Situation
 * @property {RoomView} room
 * @property {Joining | null} joining null until it is known
 * @property {Scene} scene
 * @property {Askable | null} askable what the page asks now
 * @property {Outcome | null} outcome of the question on the screens, as the page shows it
 * @property {readonly Goal[]} goals
 * @property {GameChoice} choice what would be played
 * @property {(choice: GameChoice) => void} choose
 * @property {GameOnShow | null} game the game's run, as far as it has come
 * @property {string} trouble what is wrong, in words
 * @property {boolean} isBusy something is asked of the server
 */

/** @typedef {{render: (now: Situation) => void, destroy: () => void}} View */

export {};
