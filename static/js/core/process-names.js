// What the name of a process says: its number, and so its colour and its shape. Pure.

/** P1 is 0. Those that are no worker of the scenario (main, reader, owner) have no number: -1. @param {string} name */
export function numberOf(name) {
  const found = /^P(\d+)$/.exec(name);
  return found ? Number(found[1]) - 1 : -1;
}

/** The name of the process with that number, as the server gives it: 0 is P1. @param {number} number */
export function nameAt(number) {
  return `P${number + 1}`;
}

/** The names of the processes that a run is asked for. @param {number} count */
export function expectedNames(count) {
  return Array.from({ length: count }, (_, index) => nameAt(index));
}

/** So many shapes and colours there are; then they come again. */
const LOOKS = 8;

/** Which shape, and which colour, the process with that number has. @param {number} number */
export function lookOf(number) {
  return number % LOOKS;
}

/** The colour of a process, as a class. @param {string} name */
export function colourOf(name) {
  const number = numberOf(name);
  return number < 0 ? "is-extra" : `p${lookOf(number)}`;
}
