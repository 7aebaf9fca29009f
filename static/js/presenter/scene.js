// Which of the presenter's views is on the screen, and what can be done there. Pure.
//
//   join ─ ask ─▶ asked ─ run ─▶ running ─▶ revealed ─ done ─▶ join
//                  │ talk ─▶ talking ─▶ asked again
//   join ─ choose ─▶ choosing ─ play ─▶ playing ─ end ─▶ join

/** @import { Game, Question, RoomView } from "../core/room-types.js" */

/** @typedef {"ask" | "run" | "close" | "talk" | "reopen" | "reveal" | "takeBack" | "see" | "again" | "results" | "done" | "choose" | "play"
 *   | "back" | "handOver" | "playAgain" | "playGuarded" | "lookAgain" | "endGame" | "hide" | "end" | "reallyEnd" | "keep"} ActName */

/** `isLoss`: it shows how one died. `isLast`: it stands apart from the others. @typedef {{name: ActName, label: string, isLoss?: boolean, isLast?: boolean}} Act */

/** @typedef {"join" | "asked" | "closed" | "talking" | "running" | "revealed" | "choosing" | "playing" | "ending"} SceneName */

/** The first act is the obvious next one, where there is one: for the clicker. @typedef {{name: SceneName, acts: readonly Act[], hasNext: boolean}} Scene */

/** What the page lends now, about the question on the screens. `isItsOwn`: the page asks just that.
 * @typedef {{ask: string | null, isItsOwn: boolean, needsRun: boolean, isKnown: boolean, see: string | null, again: string | null, plays: boolean}} Lent */

/** What the presenter has begun, and only this page knows. `turned` is what was done to which question.
 * @typedef {{turned: {question: number, to: "talk" | "run"} | null, isChoosing: boolean, isEnding: boolean}} Begun */

/** How the game's run stands. @typedef {{isOver: boolean, canHandOver: boolean}} Played */

/** @param {RoomView} room @param {Lent} lent @param {Begun} begun @param {Played} played @returns {Scene} */
export function sceneOf({ question, game }, lent, begun, played) {
  // The clicker ends nothing, and stops nobody's game.
  if (begun.isEnding) return { name: "ending", acts: [act("reallyEnd", "End it"), act("keep", "Keep it"), last("results", "Results as CSV")], hasNext: false };
  if (begun.isChoosing) return { name: "choosing", acts: [act("play", "Start"), act("back", "Back")], hasNext: true };
  if (question && question.state !== "revealed") return { ...ofQuestion(question, lent, begun), hasNext: true };
  if (game) return { name: "playing", acts: ofGame(game, played), hasNext: played.isOver };
  if (question) return { name: "revealed", acts: ofReveal(lent), hasNext: true };
  return { name: "join", acts: ofJoin(lent), hasNext: true };
}

/** @param {Lent} lent @returns {Act[]} */
function ofJoin({ ask, plays }) {
  return [
    ...(ask ? [act("ask", ask)] : []),
    ...(plays ? [act("choose", "You are the processes")] : []),
    ...(ask || plays ? [] : [act("hide", "Go on with the page")]),
    last("end", "End the room"),
  ];
}

/** @param {Question} question @param {Lent} lent @param {Begun} begun @returns {Pick<Scene, "name" | "acts">} */
function ofQuestion({ id, state, round }, lent, { turned }) {
  const isTurned = turned?.question === id ? turned.to : null;
  const ends = ending(lent);
  const mayTalk = round === 1;
  if (state === "open") {
    const first = ends.name === "run" ? ends : act("close", "Close");
    return { name: "asked", acts: [first, ...(mayTalk ? [act("talk", "Vote again after a talk")] : []), last("takeBack", "Take it back")] };
  }
  if (isTurned === "talk" && mayTalk) return { name: "talking", acts: [act("reopen", "Open the second vote"), ends] };
  if (isTurned === "run") return { name: "running", acts: [act("hide", "Watch it"), ...(lent.isKnown ? [act("reveal", "Reveal")] : [])] };
  return { name: "closed", acts: [ends, ...(mayTalk ? [act("reopen", "Vote again")] : []), ...(lent.needsRun && lent.isKnown ? [act("reveal", "Reveal")] : []), last("takeBack", "Take it back")] };
}

/** How it comes to its end: by a run, or because the answer is known, or without it. @param {Lent} lent @returns {Act} */
function ending({ isItsOwn, needsRun, isKnown }) {
  if (isItsOwn && needsRun) return act("run", "Run it");
  return act("reveal", isKnown ? "Reveal" : "Show the answers");
}

/** @param {Lent} lent @returns {Act[]} */
function ofReveal({ see, again }) {
  return [
    ...(see ? [{ name: /** @type {const} */ ("see"), label: see, isLoss: true }] : []),
    ...(again ? [act("again", again)] : []),
    ...(see || again ? [last("done", "Done")] : [act("done", "Done")]),
    last("results", "Results as CSV"),
  ];
}

/** @param {Game} game @param {Played} played @returns {Act[]} */
function ofGame({ goal, guard }, { isOver, canHandOver }) {
  const repeat = act("playAgain", "Again");
  const guarded = goal === null && guard === "none" ? [act("playGuarded", "Again with a lock")] : [];
  if (!isOver) return [...(canHandOver ? [act("handOver", "Hand over what nobody holds")] : []), repeat, ...guarded, last("endGame", "End")];
  return [...guarded, repeat, act("lookAgain", "Look at it again"), last("endGame", "End")];
}

/** @param {ActName} name @param {string} label @returns {Act} */
function act(name, label) {
  return { name, label };
}

/** @param {ActName} name @param {string} label @returns {Act} */
function last(name, label) {
  return { name, label, isLast: true };
}
