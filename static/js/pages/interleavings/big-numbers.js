// Very large counts and very small chances, so that they can be read. Pure.

import { number, rounded, THIN } from "../../core/format.js";

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const SCIENTIFIC = new Intl.NumberFormat("en", {
  notation: "scientific",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** Digits that still fit beside a bar. */
const SHORT = 18;

/** Less than this is no percentage that anyone can picture. */
const TINY = 0.0005;

/** An exact count, its thousands separated. @param {string} digits */
export function grouped(digits) {
  return number(BigInt(digits));
}

/** The same, in powers of ten where it would be too long for its place. @param {string} digits @param {number} [most] */
export function brief(digits, most = SHORT) {
  if (digits.length <= most) return grouped(digits);
  return `≈ ${power(BigInt(digits))}`;
}

/** @param {number} share from 0 to 1 */
export function chance(share) {
  if (share === 1 || share === 0) return `${share * 100}${THIN}%`;
  if (share < TINY) return power(share);
  // What is not certain must not look certain.
  if (share > 1 - TINY) return `> 99.9${THIN}%`;
  return `${rounded(share * 100, 1)}${THIN}%`;
}

/** As short as it can be said, where there is little room. @param {number} share */
export function roughly(share) {
  return share > 0 && share < TINY ? `10${raised(Math.round(Math.log10(share)))}` : chance(share);
}

/** What a small chance means: how often one would have to run it. @param {number} share */
export function onceIn(share) {
  return `once in ${about(1 / share)} runs`;
}

/** The first two digits of what is not known better. @param {number} amount */
export function about(amount) {
  return amount < 1e6 ? number(Number(amount.toPrecision(2))) : power(amount);
}

/** In powers of ten. @param {number | bigint} value */
function power(value) {
  const [mantissa, exponent = ""] = SCIENTIFIC.format(value).split("E");
  return `${mantissa}${THIN}×${THIN}10${raised(exponent)}`;
}

/** @param {string | number} exponent */
function raised(exponent) {
  return [...String(exponent)].map((digit) => RAISED[/** @type {keyof typeof RAISED} */ (digit)]).join("");
}
