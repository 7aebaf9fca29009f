// A map in words: what the path on show does at a point, and how many paths there are. Pure. What stands between
// asterisks is meant to be bold.

import { counted, number } from "../core/format.js";

/** @import { ProgressGraph } from "../core/progress-graph.js" */
/** @import { Mapped } from "../core/run-map.js" */
/** @import { Targets } from "../core/targets.js" */
/** @import { GraphPath } from "../core/graph-path.js" */

/** @typedef {{names: readonly string[], targets: Targets, isOver: boolean, isSteered: boolean}} Situation `isOver`: the run is over; `isSteered`: a person decides each step */

/** Numbers beyond this are rounded: nobody reads more digits. */
const EXACT = 10n ** 15n;

/** One sentence or two for a point of the path. @param {Mapped} map @param {number} at @param {Situation} situation */
export function sentence(map, at, situation) {
  const { graph, survey, path } = map;
  const { names, targets, isOver, isSteered } = situation;
  const { x, y } = path.point(at);
  const obstacles = [graph.obstacle(0, x, y), graph.obstacle(1, x, y)];
  const isStuck = obstacles.some(Boolean) && !graph.canMove(0, x, y) && !graph.canMove(1, x, y);
  if (isStuck) return `*A corner with no way out.* ${stuckWords(graph, x, y, names, targets)}`;
  const lost = path.lostAt(at).length;
  const killed = path.losses.filter((loss) => loss.at === at);
  if (killed.length > 0 && !isOver) return lossWords(killed, names);
  if (isOver || graph.isEnd(x, y)) return endWords(cutsUpTo(path, at), lost, !graph.isEnd(x, y));
  const waits = (/** @type {number} */ process) => isSteered || path.waits.some((wait) => wait.process === process && wait.from <= at && at < wait.to);
  const waiting = [0, 1].find((process) => obstacles[process] && waits(process));
  if (waiting !== undefined) {
    const { lock = "", isOwn = false } = obstacles[waiting] ?? {};
    const holder = names[isOwn ? waiting : 1 - waiting];
    return `${holder} holds ${lockWords(lock, targets)}. ${names[waiting]} waits: ${waiting === 0 ? "right of" : "above"} it stands a wall.`;
  }
  if (survey?.isDoomed(x, y) && survey.through > 0n) return "From here every path ends in a corner with no way out.";
  if (graph.squareAt(x, y)) return "Both are between read and write: the path cuts a red square. Nothing is lost *yet*, but one of these two additions will be.";
  const last = path.cuts.findLast((cut) => cut.at <= at);
  const risk = last && atRisk(graph, last, x, y);
  if (risk !== undefined && risk !== null && lost === path.lostAt(last?.at ?? 0).length) {
    return `${names[risk]} wrote first, so its +1 is at risk: it is lost when ${names[1 - risk]} writes. Nothing is lost *yet*.`;
  }
  if (at === 0) return `Right is a step of ${names[0]}, up is a step of ${names[1]}: every run is a path from corner to corner.`;
  const cuts = cutsUpTo(path, at);
  if (graph.increments.some((one) => one.length === 0)) return "";
  if (cuts === 0) return "So far the path has cut no square: nothing is lost.";
  return `So far the path has cut ${counted(cuts, "square")}: ${counted(lost, "update")} ${lost === 1 ? "is" : "are"} lost.`;
}

/** @param {GraphPath} path @param {number} at */
function cutsUpTo({ cuts }, at) {
  return cuts.filter((cut) => cut.at <= at).length;
}

/** The process that has left a square while the other one is still inside. @param {ProgressGraph} graph @param {{i: number, j: number}} square @param {number} x @param {number} y */
function atRisk({ increments }, { i, j }, x, y) {
  const [one, two] = [increments[0][i], increments[1][j]];
  if (!one || !two) return null;
  if (x > one.write && y <= two.write) return 0;
  if (y > two.write && x <= one.write) return 1;
  return null;
}

/** @param {readonly {process: number, by: number}[]} killed @param {readonly string[]} names */
function lossWords(killed, names) {
  const [{ process, by } = { process: 0, by: 1 }] = killed;
  const more = killed.length > 1 ? ` and ${number(killed.length - 1)} more` : "";
  const whose = process === by ? "its own" : `${names[process]}’s`;
  return `${names[by]} writes over ${whose} +1${more}: ${more ? "they are" : "it is"} *lost*. The path had cut a red square.`;
}

/** @param {number} cuts @param {number} lost @param {boolean} isEarly */
function endWords(cuts, lost, isEarly) {
  const until = isEarly ? " Here the run was over." : "";
  if (cuts === 0) return `The path cut no square: nothing is lost.${until}`;
  return `The path cut ${counted(cuts, "square")}: ${counted(lost, "update")} ${lost === 1 ? "is" : "are"} lost.${until}`;
}

/** @param {ProgressGraph} graph @param {number} x @param {number} y @param {readonly string[]} names @param {Targets} targets */
function stuckWords(graph, x, y, names, targets) {
  return [0, 1]
    .flatMap((process) => {
      const obstacle = graph.obstacle(process, x, y);
      if (!obstacle) return [];
      const held = graph.holds(process, process === 0 ? x : y).map((each) => lockWords(each, targets)).join(" and ");
      const lock = lockWords(obstacle.lock, targets);
      if (obstacle.isOwn) return `${names[process]} waits for ${lock}, which it holds itself`;
      return held ? `${names[process]} holds ${held} and waits for ${lock}` : `${names[process]} waits for ${lock}, which ${names[1 - process]} holds`;
    })
    .join("; ")
    .concat(".");
}

/** @param {string} lock @param {Targets} targets */
export function lockWords(lock, targets) {
  return targets.of(lock)?.owner ? lock : targets.words(lock);
}

/** How many paths there are, and how they end. @param {Mapped} map */
export function countWords({ graph, survey }) {
  if (!survey) return "The paths from corner to corner are too many to count here.";
  const { paths, through, clear, deadEnds } = survey;
  const corner = deadEnds.length === 1 ? "the corner" : "a corner";
  if (through === 0n) return `*${many(paths)}* paths in all, and none gets through: all end in ${corner}.`;
  if (deadEnds.length > 0) return `*${many(paths)}* paths in all: *${many(through)}* get through, *${many(paths - through)}* end in ${corner}.`;
  if (!graph.increments[0].some((one) => graph.increments[1].some((two) => two.cell === one.cell))) {
    return "The two never change the same number, so there is no square to cut.";
  }
  if (clear === through) return `The lock leaves *${many(paths)}* paths from corner to corner, and none of them cuts a square.`;
  return `*${many(paths)}* paths from corner to corner; *${many(clear)}* of them ${clear === 1n ? "cuts" : "cut"} no square.`;
}

/** @param {bigint} count */
function many(count) {
  if (count < EXACT) return number(count);
  const digits = String(count);
  const raised = [...String(digits.length - 1)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
  return `about ${digits[0]}.${digits[1]} × 10${raised}`;
}

/** Which part is in sight, where it is not all. @param {ProgressGraph} graph @param {import("../core/progress-graph.js").Span} span @param {readonly string[]} names */
export function partWords({ size }, { x0, x1, y0, y1 }, names) {
  return `In sight: steps ${number(x0 + 1)} to ${number(x1)} of ${names[0]}’s ${number(size[0])}, ${number(y0 + 1)} to ${number(y1)} of ${names[1]}’s ${number(size[1])}.`;
}
