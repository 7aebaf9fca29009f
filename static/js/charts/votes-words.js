// What a class has answered, in sentences. Pure.

import { inWords } from "../core/choice-sentence.js";
import { list, number } from "../core/format.js";

/** @import { Count } from "../core/room-types.js" */

/** A question whose answers are known. @typedef {Pick<import("../core/room-types.js").Question, "kind" | "results" | "moved" | "truth" | "right">} Answered */

/** Fewer phones than these are counted: "half of you" would be two people. */
const FEW = 6;

/** So near to a share that it can be called so. */
const NEAR = 0.04;

const SHARES = /** @type {const} */ ([["three quarters", 3 / 4], ["two thirds", 2 / 3], ["half", 1 / 2], ["a third", 1 / 3], ["a quarter", 1 / 4]]);

/** From here on "most" and "nearly all" are true. */
const MOST = 0.5;
const NEARLY_ALL = 0.9;

/** How many phones have answered. @param {Count} count */
export function totalOf(count) {
  return Object.values(count).reduce((sum, one) => sum + one, 0);
}

/** How many of them, as one says it to them: "Half of you", "One of you". @param {number} count @param {number} total */
export function howMany(count, total) {
  if (count === 0) return "Nobody";
  if (count === total) return total === 1 ? "The only one who answered" : "All of you";
  if (total < FEW) return `${inWords(count, true)} of you`;
  const share = count / total;
  if (share >= NEARLY_ALL) return "Nearly all of you";
  const named = SHARES.find(([, exact]) => Math.abs(share - exact) <= NEAR);
  if (named) return capital(`${share === named[1] ? "" : "about "}${named[0]} of you`);
  return share > MOST ? "Most of you" : `${inWords(count, true)} of you`;
}

/** The result in one or two sentences: "Half of you said 20. One said 11." @param {Answered} question */
export function headline(question) {
  const last = question.results?.at(-1) ?? {};
  if (totalOf(last) === 0) return "Nobody has answered.";
  return question.kind === "choice" ? ofChoice(question, last) : ofNumber(question, last);
}

/** @param {Answered} question @param {Count} last */
function ofNumber({ truth, right }, last) {
  const total = totalOf(last);
  const [most] = ranked(last);
  const said = `${howMany(last[most] ?? 0, total)} said ${named(most)}.`;
  if (truth === null) return said;
  if (most === truth) return `${said} ${total === last[most] ? "It is so." : "And so it is."}`;
  const others = right.filter((answer) => answer !== most && (last[answer] ?? 0) > 0);
  if (others.length === 0) return right.includes(most) ? `${said} And so it is: ${named(truth)}.` : `${said} Nobody said ${named(truth)}.`;
  return `${said} ${capital(list(others.map((answer) => `${inWords(last[answer] ?? 0, false)} said ${named(answer)}`)))}.`;
}

/** @param {Answered} question @param {Count} last */
function ofChoice({ right }, last) {
  const total = totalOf(last);
  if (right.length === 0) {
    const [most] = ranked(last);
    return `${howMany(last[most] ?? 0, total)} chose ${most}.`;
  }
  const were = right.reduce((sum, answer) => sum + (last[answer] ?? 0), 0);
  if (were === 0) return "Nobody was right. That is worth a talk.";
  return `${howMany(were, total)} ${were === 1 ? "was" : "were"} right.`;
}

/** Who has changed their answer between the votes: "8 moved from 20 to 11." "" where there was one vote.
 * @param {Pick<Answered, "moved">} question */
export function movedInWords({ moved }) {
  if (moved === null) return "";
  const [most] = [...moved].sort((one, other) => other.count - one.count);
  if (!most) return "Nobody changed their answer.";
  const all = moved.reduce((sum, { count }) => sum + count, 0);
  const first = `${number(most.count)} moved from ${named(most.from)} to ${named(most.to)}.`;
  return all === most.count ? first : `${first} In all, ${number(all)} changed their answer.`;
}

/** All answers, for people who cannot see them drawn. @param {Answered} question @param {readonly string[]} [options] of a choice */
export function describedVotes({ results, truth }, options = []) {
  const votes = (results ?? []).map((count, index) => {
    const answers = ranked(count).map((answer) => `${options[Number(answer) - 1] ?? named(answer)}: ${number(count[answer] ?? 0)}`);
    const which = (results?.length ?? 0) > 1 ? (index === 0 ? "First vote: " : "Second vote: ") : "";
    return `${which}${answers.join(", ") || "no answers"}.`;
  });
  return [...votes, ...(truth === null ? [] : [`Right: ${options[Number(truth) - 1] ?? named(truth)}.`])].join(" ");
}

/** The answers, those of most phones first. @param {Count} count */
function ranked(count) {
  return /** @type {[string, ...string[]]} */ (Object.keys(count).sort((one, other) => (count[other] ?? 0) - (count[one] ?? 0) || Number(one) - Number(other)));
}

/** @param {string} answer a number, or "fewer", or "more" */
function named(answer) {
  return /^\d+$/.test(answer) ? number(Number(answer)) : answer;
}

/** @param {string} words */
function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
