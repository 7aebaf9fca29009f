// Numbers, times and lists as people read them. Pure.

/** @param {readonly string[]} words */
export function list(words) {
  if (words.length < 2) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/** @param {number} count @param {string} noun */
export function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** @param {number} value */
export function number(value) {
  // A thin space keeps long numbers readable, and means the same in every country.
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
}

/** A time in ns, in the unit that suits it. @param {number} ns */
export function duration(ns) {
  if (ns >= 1e9) return `${(ns / 1e9).toFixed(2)} s`;
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${(ns / 1e3).toFixed(1)} µs`;
}

/** A factor, as exactly as anyone wants to know it. @param {number} factor */
export function magnitude(factor) {
  return factor < 10 ? factor.toFixed(1) : number(Number(factor.toPrecision(2)));
}
