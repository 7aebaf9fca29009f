// A guess of what the counter will show: a number, or only that it will be fewer, or more, than
// the additions made. Pure.

import { number } from "./format.js";

/** @typedef {number | "fewer" | "more"} Guess */

/** The guesses to choose from: the right sum, one less, and the two words. @param {number} expected @returns {Guess[]} */
export function guesses(expected) {
  return [expected, ...(expected > 1 ? [expected - 1] : []), "fewer", "more"];
}

/** As it stands in the address. @param {string | null} text @returns {Guess | null} */
export function readGuess(text) {
  if (text === "fewer" || text === "more") return text;
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;
}

/** @param {Guess} guess */
export function guessInWords(guess) {
  return typeof guess === "number" ? number(guess) : guess;
}

/** Whether the guess was right, in words. @param {Guess} guess @param {number} value what the counter shows @param {number} expected */
export function verdict(guess, value, expected) {
  if (typeof guess === "number") {
    if (guess === value) return "right";
    return `${number(Math.abs(guess - value))} too ${guess > value ? "many" : "few"}`;
  }
  const isRight = guess === "fewer" ? value < expected : value > expected;
  if (isRight) return "right";
  return value === expected ? "it was all of them" : `it was ${value < expected ? "fewer" : "more"}`;
}
