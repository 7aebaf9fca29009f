// Numbers, times and lists as people read them. Pure.

/** @param {readonly string[]} words */
export function list(words) {
  if (words.length < 2) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/** So many names can be read in one go; of more the first few stand for all. */
const MOST_NAMES = 8;
const FIRST_NAMES = 3;

/** The names of processes, of which there may be very many. @param {readonly string[]} names */
export function listOfMany(names) {
  if (names.length <= MOST_NAMES) return list(names);
  return `${names.slice(0, FIRST_NAMES).join(", ")} and ${number(names.length - FIRST_NAMES)} others`;
}

/** @param {number} count @param {string} noun */
export function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A thin space: between thousands it keeps long numbers readable, and means the same in every country. */
export const THIN = "\u2009";

/** The digits before the point, by threes. `Intl` says the same, but to make the first of its formats takes a browser
 * ten milliseconds or more, and every page needs one at once. @param {string} digits of a number, without an exponent */
function grouped(digits) {
  const [whole = "", fraction] = digits.split(".");
  const parts = whole.replace(/\B(?=(?:\d{3})+$)/g, THIN);
  return fraction === undefined ? parts : `${parts}.${fraction}`;
}

/** @param {number | bigint} value */
export function number(value) {
  const digits = String(value);
  // What is too large or too small to be written in full, or is no number.
  if (!/^-?[\d.]+$/.test(digits)) return new Intl.NumberFormat("en", { maximumFractionDigits: 20 }).format(value).replaceAll(",", THIN);
  return grouped(digits);
}

/** With this number of digits after the point, even where they are zeros. @param {number} value @param {0 | 1 | 2} digits */
export function rounded(value, digits) {
  return grouped(value.toFixed(digits));
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

/** How much, as people say it. @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return counted(bytes, "byte");
  const units = /** @type {const} */ (["kB", "MB", "GB"]);
  let amount = bytes / 1000;
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${number(Number(amount.toPrecision(amount < 10 ? 2 : 3)))} ${units[unit] ?? ""}`;
}
