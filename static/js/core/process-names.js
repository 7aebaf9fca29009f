// What the name of a process says: its number, and so its colour and its shape. Pure.

/** P1 is 0. Those that are no worker of the scenario (main, reader, owner) have no number: -1. @param {string} name */
export function numberOf(name) {
  const found = /^P(\d+)$/.exec(name);
  return found ? Number(found[1]) - 1 : -1;
}

/** The colour of a process, as a class. @param {string} name */
export function colourOf(name) {
  const number = numberOf(name);
  return number < 0 ? "is-extra" : `p${number % 8}`;
}
