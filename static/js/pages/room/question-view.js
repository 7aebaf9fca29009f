// What a phone shows of a question: what to do, what one has chosen, and at the end what was right. Pure.

import { counted, list, number } from "../../core/format.js";
import { expectedIn } from "../../core/counter-question.js";
import { describedVotes, movedInWords } from "../../charts/votes-words.js";

/** @import { BarsPicture } from "../../charts/vote-bars.js" */
/** @import { VotesPicture } from "../../charts/votes.js" */
/** @import { Question } from "../../core/room-types.js" */

/** An answer to tap. `isFirst`: that was the choice in the first vote.
 * @typedef {{answer: string, label: string, isChosen: boolean, isFirst: boolean}} Chip */

/**
 * @typedef {object} QuestionView
 * @property {string} key another question, or another vote of it, has another one
 * @property {string} text
 * @property {string} detail
 * @property {string} lead what to do now
 * @property {string} own what one has said, where that is not marked among the answers
 * @property {boolean} isOpen
 * @property {{least: number, most: number, value: number, isChosen: boolean} | null} field for a number
 * @property {Chip[]} chips
 * @property {boolean} isChoice answers are whole sentences, with numbers
 * @property {{dots: VotesPicture} | {bars: BarsPicture} | null} votes how the class answered
 * @property {string} moved who changed their mind
 * @property {string} note
 * @property {string} count how many have answered
 */

/** @param {Question} question @param {(string | null)[]} answers one's own, by round @param {number} phones that are here @returns {QuestionView} */
export function questionView(question, answers, phones) {
  const { id, kind, text, detail, state, round, answered } = question;
  const isOpen = state === "open";
  const isChoice = kind === "choice";
  const chosen = answers[round - 1] ?? null;
  const earlier = round > 1 ? (answers[0] ?? null) : null;
  const isRevealed = state === "revealed";
  return {
    key: `${id} ${round} ${state}`,
    text,
    detail,
    lead: leadOf(question),
    own: isRevealed ? verdict(question, answers) : isOpen ? firstWords(question, earlier) : ownWords(question, chosen, earlier),
    isOpen,
    field: isOpen && !isChoice ? fieldOf(question, chosen, earlier) : null,
    chips: isOpen || (isChoice && !isRevealed) ? chipsOf(question, chosen, earlier) : [],
    isChoice,
    votes: isRevealed ? votesOf(question) : null,
    moved: isRevealed ? movedInWords(question) : "",
    note: isOpen ? `Your answer stays hidden until the class sees all of them.${chosen === null ? "" : " Until then you can change it."}` : "",
    count: isRevealed ? "" : `${number(answered[round - 1] ?? 0)} of ${counted(phones, "phone")} ${phones === 1 ? "has" : "have"} answered`,
  };
}

/** @param {Question} question */
function leadOf({ state, round }) {
  if (state === "revealed") return "";
  if (state === "open") return round === 1 ? "" : "Vote again: what do you think now?";
  return round === 1 ? "Talk to your neighbour. Why do you think so?" : "Both votes are in. Now see what happens.";
}

/** What one said in the first vote. @param {Question} question @param {string | null} earlier */
function firstWords(question, earlier) {
  return earlier === null ? "" : `At first you ${said(question)} ${label(earlier)}.`;
}

/** Of a question that is closed. @param {Question} question @param {string | null} chosen @param {string | null} earlier */
function ownWords(question, chosen, earlier) {
  if (chosen === null) return firstWords(question, earlier) || "You have not answered.";
  return `You ${said(question)} ${label(chosen)}${earlier === chosen ? " again" : ""}.`;
}

/** @param {Question} question @param {string | null} chosen @param {string | null} earlier */
function fieldOf({ least, most, chips }, chosen, earlier) {
  const said = [chosen, earlier, ...chips].find((answer) => answer !== null && isNumber(answer));
  const isChosen = chosen !== null && isNumber(chosen);
  return { least, most, value: Math.min(most, Math.max(least, Number(said ?? least))), isChosen };
}

/** @param {Question} question @param {string | null} chosen @param {string | null} earlier @returns {Chip[]} */
function chipsOf(question, chosen, earlier) {
  const answers = question.kind === "choice" ? question.options.map((_, index) => String(index + 1)) : question.chips;
  return answers.map((answer) => ({
    answer,
    label: question.kind === "choice" ? (question.options[Number(answer) - 1] ?? "") : label(answer),
    isChosen: answer === chosen,
    isFirst: answer === earlier,
  }));
}

/** What one said, and what was right. @param {Question} question @param {(string | null)[]} answers */
function verdict(question, answers) {
  const { truth, right, round } = question;
  const [first = null, second = null] = answers;
  const last = round > 1 ? (second ?? first) : first;
  const was = whatWasRight(question, truth, right);
  if (last === null) return `You did not answer. ${was}`.trim();
  const hasChanged = round > 1 && first !== null && second !== null && first !== second;
  const changed = hasChanged ? `${firstWords(question, first).slice(0, -1)}, then ${label(second)}.` : `You ${said(question)} ${label(last)}.`;
  if (right.length === 0) return `${changed} ${was}`.trim();
  if (!right.includes(last)) return `${changed} ${was}`.trim();
  // "fewer" is right, and not all that can be said.
  return truth === null || last === truth ? `${changed} That is right.` : `${changed} That is right. ${was}`;
}

/** @param {Question} question @param {string | null} truth @param {readonly string[]} right */
function whatWasRight(question, truth, right) {
  if (question.kind === "number" && truth !== null) return `It was ${label(truth)}.`;
  const answers = right.length > 0 ? right : truth === null ? [] : [truth];
  const words = list(answers.map((answer) => label(answer)));
  return answers.length > 0 ? `Right ${answers.length === 1 ? "is" : "are"} ${words}.` : "";
}

/** How the class answered, as it is drawn. @param {Question} question @returns {QuestionView["votes"]} */
function votesOf(question) {
  const { kind, options, truth, right } = question;
  const results = question.results ?? [];
  const words = describedVotes(question, options);
  if (kind === "choice") return { bars: { options, results, right, words } };
  const value = truth !== null && isNumber(truth) ? Number(truth) : null;
  const expected = expectedIn(question);
  const lost = value !== null && expected !== null ? expected - value : 0;
  const names = { truth: expected === null ? "right" : "counter", expected: "expected" };
  return { dots: { results, truth: value, expected, right, names, gap: lost > 0 ? `✕ ${number(lost)} lost` : "", words } };
}

/** An answer as one says it: of a choice, its number. @param {string} answer */
function label(answer) {
  return isNumber(answer) ? number(Number(answer)) : answer;
}

/** @param {Pick<Question, "kind">} question */
function said({ kind }) {
  return kind === "choice" ? "chose" : "said";
}

/** @param {string} answer */
function isNumber(answer) {
  return /^\d+$/.test(answer);
}
