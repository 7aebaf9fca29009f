// What a phone shows of a game: the others, the shared number, its own process, what just happened, and the one button.
// Pure: the game, the run and its steps, what was pressed, in; what is on the screen, out.

import { lookOf } from "../../core/process-names.js";
import { counted, number } from "../../core/format.js";
import { isReached } from "../../core/goals.js";
import { longWords, outcome, sentence } from "../../stages/cells/step-sentences.js";
import { isSettled, nextPressOf, standingOf } from "./process-words.js";

/** @import { Goal } from "../../core/goals.js" */
/** @import { Game } from "../../core/room-types.js" */
/** @import { History } from "../../core/history.js" */
/** @import { RunView, State, Variant, ViewState } from "../../core/types.js" */
/** @import { NextPress, Standing } from "./process-words.js" */

/** @typedef {{isOnItsWay: boolean, wasNudged: boolean, words: string}} PressState */

/** `own` is the process of this phone; "" where it has none. `complete`: all steps are here. `goal` is what the class is to
 * bring about, if anything.
 * @typedef {{game: Game, own: string, run: RunView, history: History, variant: Variant, goal: Goal | null, complete: boolean,
 *   connected: boolean, press: PressState}} GameInput */

/** The button. @typedef {NextPress & {isOnItsWay: boolean}} Button */

/** @typedef {{expected: string, counter: string, lost: string, isLoss: boolean, goal: string, words: string, own: string}} End */

/**
 * @typedef {object} GameView
 * @property {{before: string, process: string}} title
 * @property {string} goal
 * @property {string} counter
 * @property {string} lost
 * @property {boolean} isLoss
 * @property {{name: string, value: string, version: string, isLosing: boolean}} cell
 * @property {{words: string, isHeld: boolean} | null} lock
 * @property {readonly Standing[]} others
 * @property {Standing | null} own
 * @property {Button | null} button
 * @property {string} help
 * @property {string} sentence
 * @property {string} picture all that is drawn, in words
 * @property {End | null} end
 */

/** Steps that a process takes by itself: no press led to them. */
const BY_ITSELF = ["start", "exit", "wait"];

/** @param {GameInput} input @returns {GameView} */
export function gameView({ game, own: name, run, history, variant, goal, complete, connected, press }) {
  const state = history.stateAt(history.length);
  const index = state.names.indexOf(name);
  const standings = state.names.map((_, each) => standingOf(run, state, each));
  const cell = state.cells[0];
  const lost = state.cells.reduce((sum, each) => sum + each.lost, 0);
  const happened = lastPressed(history)?.position ?? 0;
  const others = standings.filter((each) => each.index !== index);
  const own = standings[index] ?? null;
  const reached = goal && complete && (run.status === "finished" || run.deadlock) ? isReached(goal, run, history) : null;
  const end = complete ? endOf({ run, state, variant, index, team: teamOf(game, name), reached }) : null;
  const words = cell ? `${cell.name} is ${number(cell.value)}` : "";
  return {
    title: titleOf(name, teamOf(game, name)),
    goal: goal && !end ? `${goal.title}: ${goal.text}` : "",
    counter: number(cell?.value ?? 0),
    lost: number(lost),
    isLoss: lost > 0,
    cell: { name: cell?.name ?? "", value: number(cell?.value ?? 0), version: `v${cell?.version ?? 0}`, isLosing: (history.stateAt(happened).effect?.erased ?? 0) > 0 },
    lock: lockOf(state),
    others,
    own,
    button: end || !own ? null : buttonOf(run, history, index, { connected, press }),
    help: end || !own ? "" : helpOf(own, press),
    sentence: sentenceOf(history, happened),
    picture: `${[words, ...others.map((each) => `${each.name} ${each.words}`)].filter(Boolean).join(". ")}. ${own ? `${capital(own.own)}.` : ""}`.trim(),
    end,
  };
}

/** How many phones let a process go on. @param {Game} game @param {string} name */
function teamOf({ teams }, name) {
  return teams[name] ?? 1;
}

/** @param {string} name @param {number} team */
function titleOf(name, team) {
  if (!name) return { before: "You look on", process: "" };
  return { before: team < 2 ? "You are" : `You and ${counted(team - 1, "other")} are`, process: name };
}

/** What the locks do, where there are some that all share. One inside the number counts where it is used.
 * @param {State} state */
function lockOf({ locks, names, targets }) {
  const used = locks.map(({ name }) => name).filter((name) => !targets.of(name)?.owner);
  const known = [...new Set([...targets.sharedLocks.map(({ name }) => name), ...used])];
  if (known.length === 0) return null;
  const holders = known.map((lock) => locks.find(({ name }) => name === lock)?.holder ?? -1);
  const words = known.map((lock, place) => {
    const holder = holders[place] ?? -1;
    const called = known.length > 1 ? lock : longWords(lock, targets);
    return holder < 0 ? `${called} is free` : `${names[holder]} holds ${called}`;
  });
  return { words: words.join(" · "), isHeld: holders.some((holder) => holder >= 0) };
}

/** @param {RunView} run @param {History} history @param {number} index @param {{connected: boolean, press: PressState}} how @returns {Button} */
function buttonOf(run, history, index, { connected, press: { isOnItsWay } }) {
  const state = history.stateAt(history.length);
  const since = lastPressed(history, index)?.step.index ?? -1;
  const next = nextPressOf(run, state, index, since);
  // Between a step and the next gate of its process nobody knows what comes.
  const goes = isOnItsWay || (since >= 0 && !isSettled(run, state, index, since));
  if (!connected) return { ...next, note: "The connection is lost. Connecting…", can: false, isOnItsWay: false };
  return goes ? { ...next, note: "On its way…", can: false, isOnItsWay: true } : { ...next, isOnItsWay: false };
}

/** @param {Standing} own @param {PressState} press */
function helpOf({ kind }, { isOnItsWay, wasNudged, words }) {
  if (isOnItsWay && wasNudged) return "One step at a time: the last one is still on its way.";
  if (words) return words;
  if (kind === "ended") return "The others go on. Watch what becomes of your number.";
  return kind === "waits" ? "Real processes wait like this, and use no time." : "Your process stands still until you press.";
}

/** The last step that somebody has pressed for, of one process or of all. @param {History} history @param {number} [process] */
function lastPressed(history, process = -1) {
  for (let position = history.length; position > 0; position -= 1) {
    const step = history.step(position - 1);
    if (!BY_ITSELF.includes(step.op) && (process < 0 || step.process === process)) return { step, position };
  }
  return null;
}

/** What has just happened. @param {History} history @param {number} position after it; 0 is nothing yet */
function sentenceOf(history, position) {
  const { length } = history;
  if (position > 0) {
    const [before, state] = [history.stateAt(position - 1), history.stateAt(position)];
    return sentence({ step: history.step(position - 1), before, state, progress: 1 });
  }
  return length > 0 ? "All processes stand still. Whoever presses first begins." : "The processes are starting.";
}

/** @param {{run: RunView, state: State, variant: Variant, index: number, team: number, reached: boolean | null}} ended @returns {End} */
function endOf({ run, state, variant, index, team, reached }) {
  const sum = (/** @type {(cell: State["cells"][number]) => number} */ of) => state.cells.reduce((total, cell) => total + of(cell), 0);
  const lost = sum((cell) => cell.lost);
  const mine = sum((cell) => cell.lostOf[index] ?? 0);
  return {
    expected: number(sum((cell) => cell.expected)),
    counter: number(sum((cell) => cell.value)),
    lost: number(lost),
    isLoss: lost > 0,
    goal: reached === null ? "" : reached ? "The goal is reached." : "The goal is not reached this time.",
    words: outcome(/** @type {ViewState} */ ({ run, state, variant })),
    own: index < 0 || lost === 0 ? "" : mineWords(mine, lost, team),
  };
}

/** @param {number} mine @param {number} lost @param {number} team */
function mineWords(mine, lost, team) {
  const whose = team > 1 ? "your team’s" : "yours";
  if (mine === 0) return lost === 1 ? `It was not ${whose}.` : `None of them was ${whose}.`;
  if (mine === lost) return lost === 1 ? `It was ${whose}.` : `All of them were ${whose}.`;
  return `${number(mine)} of them ${mine === 1 ? "was" : "were"} ${whose}.`;
}

/** How many of the others are how, where there is no room to say it of each. @param {readonly Standing[]} others */
export function summary(others) {
  const count = (/** @type {Standing["kind"]} */ kind) => others.filter((each) => each.kind === kind).length;
  const parts = [
    { count: count("stale"), words: "out of date" },
    { count: count("holds"), words: "up to date" },
    { count: count("waits"), words: "waiting" },
    { count: count("ended"), words: "ended" },
  ];
  return parts.filter((part) => part.count > 0).map((part) => `${number(part.count)} ${part.words}`).join(" · ");
}

/** The class of a process's colour. @param {number} index */
export function tone(index) {
  return `p${lookOf(index)}`;
}

/** @param {string} words */
function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
