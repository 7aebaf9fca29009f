// The types of a room: a class that looks at one presenter's screen from its own devices. Nothing here runs.
// They come from the server, as everybody may see them; a phone's own view is its alone.

/** What the presenter shows. `path` is an address from the application's root on; `at` the moment, null while it plays or
 * is at its end; `clip` the position of the lost update that is played as a clip.
 * @typedef {{path: string, title: string, runs: string[], at: number | null, clip: number | null}} Shown */

/** How often each answer was given. @typedef {Record<string, number>} Count */

/** So many changed their mind so, from the first vote to the second. @typedef {{from: string, to: string, count: number}} Move */

/**
 * What the presenter asks.
 * @typedef {object} Asked
 * @property {"number" | "choice"} kind
 * @property {string} text
 * @property {string} [detail] a sentence under it
 * @property {number} [least] of a number
 * @property {number} [most]
 * @property {string[]} [chips] answers to a number that are one tap away: numbers, "fewer", "more"
 * @property {string[]} [options] of a choice: the answers are "1", "2", …
 */

/**
 * @typedef {object} Question
 * @property {number} id
 * @property {"number" | "choice"} kind
 * @property {string} text
 * @property {string} detail
 * @property {number} least
 * @property {number} most
 * @property {string[]} chips
 * @property {string[]} options
 * @property {"open" | "closed" | "revealed"} state
 * @property {number} round 1, or 2 after a talk
 * @property {number[]} answered how many answered in each round
 * @property {Count[] | null} results one a round that was held, once it is revealed
 * @property {Move[] | null} moved once it is revealed, where two rounds were held
 * @property {string | null} truth once it is revealed, and known
 * @property {string[]} right the answers that were right, once it is revealed
 */

/** The next turn of a question. `truth` and `right` where it is revealed.
 * @typedef {{state: "open" | "closed"} | {state: "revealed", truth: string | null, right: string[]}} Turn */

/** A run that is played by phones. `processes` null: as many as there are phones.
 * @typedef {{processes: number | null, iterations: number, guard: string, goal: string | null}} GameRequest */

/**
 * @typedef {object} Game
 * @property {number} id
 * @property {string} run
 * @property {string | null} goal
 * @property {string} guard
 * @property {string[]} processes
 * @property {Record<string, number>} teams how many phones that are here each process has
 */

/**
 * A room, as everybody in it may see it.
 * @typedef {object} RoomView
 * @property {string} code
 * @property {"open" | "ended"} status
 * @property {string | null} reason why it has ended
 * @property {number} phones connected now
 * @property {number} seats that were ever taken
 * @property {Shown | null} shown
 * @property {Question | null} question
 * @property {Game | null} game
 */

/** What a phone alone sees. `answers` are its own to the question on show, by round.
 * @typedef {{seat: number, process: string | null, game: number | null, question: number | null, answers: (string | null)[]}} OwnView */

/** A room, and the key that makes its holder the presenter. @typedef {{code: string, key: string}} RoomHold */

/** How phones come in. `hint` says why they may not reach the server, and what to do.
 * @typedef {{join: string[], hint: string | null}} Joining */

/** @typedef {RoomHold & Joining & {room: RoomView}} OpenedRoom */

/** @typedef {{seat: string, room: RoomView, own: OwnView}} TakenSeat */

export {};
