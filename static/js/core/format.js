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

/** A thin space: between thousands it keeps long numbers readable, and means the same in every country. */
export const THIN = "\u2009";

/** To make the first of these takes a browser ten milliseconds, so each is made when it is needed.
 * @type {Map<string, Intl.NumberFormat>} */
const FORMATS = new Map();

/** @param {number} least digits after the point @param {number} most @param {number | bigint} value */
function formatted(least, most, value) {
  const key = `${least} ${most}`;
  let format = FORMATS.get(key);
  if (!format) FORMATS.set(key, (format = new Intl.NumberFormat("en", { minimumFractionDigits: least, maximumFractionDigits: most })));
  return format.format(value).replaceAll(",", THIN);
}

/** @param {number | bigint} value */
export function number(value) {
  // What is written without any of it is written at once.
  if (Number.isInteger(value) && value >= 0 && value < 1000 && !Object.is(value, -0)) return String(value);
  return formatted(0, 20, value);
}

/** With this number of digits after the point, even where they are zeros. @param {number} value @param {0 | 1 | 2} digits */
export function rounded(value, digits) {
  return formatted(digits, digits, value);
}

/** A time in ns, in the unit that suits it. @param {number} ns */
export function duration(ns) {
  if (ns >= 1e9) return `${rounded(ns / 1e9, 2)} s`;
  if (ns >= 1e6) return `${rounded(ns / 1e6, 1)} ms`;
  return `${rounded(ns / 1e3, 1)} µs`;
}

/** The same, as short as people say it. @param {number} ns */
export function shortDuration(ns) {
  if (ns >= 1e9) return `${number(Number((ns / 1e9).toPrecision(2)))} s`;
  return ns >= 1e6 ? `${number(Math.round(ns / 1e6))} ms` : `${number(Math.round(ns / 1e3))} µs`;
}
