// What a phone turns to: the question, the game, or what the projector shows. The newest of them, unless somebody chose
// another; that then stays until there is something new. Pure.

/** @import { RoomView, Shown } from "../../core/room-types.js" */

/** @typedef {"question" | "game" | "projected"} Subject */

/** What there is to turn to. @param {RoomView} room @returns {Subject[]} */
export function subjectsOf({ question, game }) {
  return [...(question ? /** @type {const} */ (["question"]) : []), ...(game ? /** @type {const} */ (["game"]) : []), "projected"];
}

/** What a phone is at, now that the room has changed. @param {Subject | null} current @param {RoomView | null} before null when it has
 * just come in @param {RoomView} now @returns {Subject} */
export function subjectAfter(current, before, now) {
  const wanted = news(before, now) ?? current;
  const subjects = subjectsOf(now);
  return wanted !== null && subjects.includes(wanted) ? wanted : first(now);
}

/** Where somebody begins who has just come in, or whose subject is gone. @param {RoomView} room @returns {Subject} */
function first({ question, game }) {
  if (question?.state === "open") return "question";
  if (game) return "game";
  return question ? "question" : "projected";
}

/** What is new, if anything is. @param {RoomView | null} before @param {RoomView} now @returns {Subject | null} */
function news(before, now) {
  if (!before) return null;
  const { question, game } = now;
  if (question && isNews(before, question)) return "question";
  if (game && game.id !== before.game?.id) return "game";
  // Whoever is to answer, or to press, is left to it.
  const isFree = question?.state !== "open" && !game;
  return isFree && hasMoved(before.shown, now.shown) ? "projected" : null;
}

/** A question that was closed stays where it was: some are at the game by now.
 * @param {RoomView} before @param {NonNullable<RoomView["question"]>} question */
function isNews({ question: old }, { id, state, round }) {
  if (old?.id !== id) return true;
  return old.round !== round || (old.state !== state && state === "revealed");
}

/** Whether the presenter shows something else, or another moment of it. @param {Shown | null} before @param {Shown | null} now */
function hasMoved(before, now) {
  return keyOf(before) !== keyOf(now);
}

/** @param {Shown | null} shown */
function keyOf(shown) {
  return shown && JSON.stringify([shown.path.split("?")[0], shown.runs, shown.at, shown.clip]);
}
