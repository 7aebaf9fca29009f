// Very large counts and very small chances, so that they can be read. Pure.

const THIN = "\u2009";
const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** Digits that still fit beside a bar. */
const SHORT = 18;

/** Less than this is no percentage that anyone can picture. */
const TINY = 0.0005;

/** An exact count, its thousands separated. @param {string} digits */
export function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** The same, in powers of ten where it would be too long for its place. @param {string} digits @param {number} [most] */
export function brief(digits, most = SHORT) {
  if (digits.length <= most) return grouped(digits);
  return `≈ ${power(digits.length - 1, Number(digits.slice(0, 3)) / 100)}`;
}

/** @param {number} share from 0 to 1 */
export function chance(share) {
  if (share === 1 || share === 0) return `${share * 100}${THIN}%`;
  if (share < TINY) {
    const exponent = Math.floor(Math.log10(share));
    return power(exponent, share / 10 ** exponent);
  }
  // What is not certain must not look so.
  if (share > 1 - TINY) return `> 99.9${THIN}%`;
  return `${(share * 100).toFixed(1)}${THIN}%`;
}

/** What a small chance means: how often one would have to run it. @param {number} share */
export function onceIn(share) {
  const times = 1 / share;
  if (times < 1e6) return `once in ${grouped(String(Number(times.toPrecision(2))))} runs`;
  const exponent = Math.floor(Math.log10(times));
  return `once in ${power(exponent, times / 10 ** exponent)} runs`;
}

/** @param {number} exponent @param {number} mantissa */
function power(exponent, mantissa) {
  const raised = [...String(exponent)].map((digit) => RAISED[/** @type {keyof typeof RAISED} */ (digit)]).join("");
  return `${mantissa.toFixed(1)}${THIN}×${THIN}10${raised}`;
}
