// The puzzles, as data: what is asked, and what the verdict must say for it to be solved.

/** `wants`: fields of the verdict, and what they must be.
 * @typedef {{name: string, title: string, ask: string, wants: Partial<import("./api.js").Judgement>, learned: string}} Level */

/** @type {readonly Level[]} */
export const LEVELS = [
  {
    name: "right",
    title: "Make it right",
    ask: "As it stands, updates get lost. Place `acquire` and `release` so that it ends at 4, whoever moves when.",
    wants: { ends: "right" },
    learned: "From before the read until after the write nobody else may touch the number.",
  },
  {
    name: "short",
    title: "Hold it no longer than needed",
    ask: "Right again, but let the lock go in every round: with no more than 3 lines between the two calls.",
    wants: { ends: "right", held: 3 },
    learned: "The read and the write must both be inside; the loop need not be.",
  },
  {
    name: "long",
    title: "Find the other one",
    ask: "Only two placements are right. Find the one that holds the lock for longer.",
    wants: { ends: "right", held: 4 },
    learned: "It is right, and pointless: one process does all its rounds before the other may begin.",
  },
  {
    name: "stuck",
    title: "Wait for ever",
    ask: "Now break it on purpose: place the lock so that everybody waits for it and nobody will ever release it.",
    wants: { ends: "deadlock" },
    learned: "A lock that is acquired once more than it is released stops everybody, the holder too.",
  },
  {
    name: "failure",
    title: "Release what nobody holds",
    ask: "Release the lock once too often: the process fails, even alone.",
    wants: { ends: "failure" },
    learned: "The two calls belong together, in this order, and as often as each other: `with lock:` sees to that.",
  },
];

/** @param {Level} level @param {import("./api.js").Judgement} judgement */
export function isSolved({ wants }, judgement) {
  return Object.entries(wants).every(([name, value]) => judgement[/** @type {keyof typeof wants} */ (name)] === value);
}
