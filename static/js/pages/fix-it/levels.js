// The puzzles, as data: what is asked, and what the server must answer for it to be solved.

/** `wants`: fields of the judgement, and what they must be.
 * @typedef {{name: string, title: string, ask: string, wants: Partial<import("./placement.js").Judgement>, learned: string}} Level */

/** @type {readonly Level[]} */
export const LEVELS = [
  {
    name: "right",
    title: "Make it right",
    ask: "As it stands, updates get lost. Place `acquire` and `release` so that it always ends at 4.",
    wants: { ends: "right" },
    learned: "From before the read until after the write, no other process may touch the number.",
  },
  {
    name: "short",
    title: "Hold it no longer than needed",
    ask: "Make it right again, but release the lock in every round: at most 2 lines between the two calls.",
    wants: { ends: "right", held: 2 },
    learned: "The read and the write must be between the two calls. The loop need not be.",
  },
  {
    name: "long",
    title: "Find the other one",
    ask: "Only two placements are right. Find the one that holds the lock for longer.",
    wants: { ends: "right", held: 3 },
    learned: "It is right, but pointless: one process does all its rounds before the other can begin.",
  },
  {
    name: "stuck",
    title: "Wait for ever",
    ask: "Now break it on purpose: everybody must wait for the lock, and nobody may ever release it.",
    wants: { ends: "deadlock" },
    learned: "A lock that is acquired more often than it is released stops everybody, even its holder.",
  },
  {
    name: "failure",
    title: "Release what nobody holds",
    ask: "Release the lock once too often: the process fails, even when it runs alone.",
    wants: { ends: "failure" },
    learned: "The two calls belong together: first acquire, then release, equally often. `with lock:` makes sure of that.",
  },
];

/** @param {Level} level @param {import("./placement.js").Judgement} judgement */
export function isSolved({ wants }, judgement) {
  return Object.entries(wants).every(([name, value]) => judgement[/** @type {keyof typeof wants} */ (name)] === value);
}
