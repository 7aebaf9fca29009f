// Lifelines: a lane per process, in true time. main launches, each child starts a little later, lives and ends,
// and main waits for one after the other, in the order in which it joins them.

import { setAttribute, svg } from "../../shell/dom.js";
import { appear, glow } from "../motion.js";
import { drawAxis, drawName, drawNow, extent, gutter, hatching, now, SharedScale, xOf } from "../lanes.js";
import { Layer } from "../../shell/layer.js";
import { children, livesOf } from "./model.js";
import { code, figures, invitation, outcome, sentence } from "./words.js";
import { colourOf, nameOf, shown, took, typeSize, widthOf } from "../parts.js";

/** @import { ViewState, Step, Stage } from "../../core/types.js" */
/** @import { Axis } from "../lanes.js" */
/** @import { Life, Lives, Wait } from "./model.js" */

/** Start methods are compared side by side: on one scale. */
const scale = new SharedScale();

/** Where things stand. Rows are lanes: main's is 0.
 * @typedef {object} Place
 * @property {number} type
 * @property {Axis} axis
 * @property {number} top
 * @property {number} lane the height of a lane
 * @property {number} bar the height of a bar
 * @property {boolean} hasWords there is a row for words under each bar
 * @property {boolean} hasAxis
 * @property {number} bottom
 */

/** @param {HTMLElement} root */
function createStage(root) {
  const hatched = hatching(7);
  const back = new Layer("back");
  const bars = new Layer("bars");
  const front = new Layer("front");
  const layers = [back, bars, front];
  const canvas = svg("svg", { class: "stage-drawing diagram lifelines", "aria-hidden": "true" }, [hatched.definition, ...layers.map(({ group }) => group)]);
  root.append(canvas);
  /** @type {ViewState | null} */
  let last = null;

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    const { clientWidth: width, clientHeight: height } = root;
    const lives = livesOf(view);
    const names = namesOf(view, lives);
    root.style.setProperty("--rows", String(Math.ceil((names.length + 1) / 2)));
    if (width > 0) {
      const end = scale.agree(root, extent(view), () => last && render({ ...last, fresh: [], motion: 0 }));
      const place = layOut(width, height, names, typeSize(view, { width, height }, { letters: 54, lines: 4.6 * names.length + 2 }), end);
      setAttribute(canvas, "viewBox", `0 0 ${width} ${height}`);
      canvas.style.setProperty("--type", `${place.type}px`);
      for (const layer of layers) layer.begin();
      draw(view, lives, names, place);
      for (const layer of layers) layer.end();
      for (const step of view.fresh) animate(step, view);
    }
    if (!view.moving) setAttribute(root, "aria-label", describe(view, lives));
  }

  /** @param {ViewState} view @param {Lives} lives @param {readonly string[]} names @param {Place} place */
  function draw(view, lives, names, place) {
    const { axis, type, bottom } = place;
    const at = now(view);
    names.forEach((name, row) => {
      drawName(front, name, middle(place, row), type, row);
      const y = middle(place, row);
      back.draw(`rail ${row}`, "path", { class: "rail", d: `M${axis.left} ${y}H${axis.right}` });
    });
    const heading = axis.right + 0.7 * type;
    front.draw("heading", "text", { class: "axis-text", x: heading, y: middle(place, 0) + 0.35 * type }, isNarrow(axis, type) ? "exit" : "exit code");
    if (place.hasAxis && view.length > 0) drawAxis(front, axis, bottom, type, scale.count > 1 ? ["true time, one scale for all", "true time, one scale", "true time"] : ["true time"]);
    if (view.position === 0) return;
    children(lives).forEach(({ life, process }, index) => drawChild(view, life, process, index + 1, at, place));
    drawParent(view, lives, at, place);
    if (!view.atEnd) drawNow(back, "all", xOf(axis, at), place.top, bottom);
  }

  /** @param {ViewState} view @param {Life} life @param {number} process @param {number} row @param {number} at @param {Place} place */
  function drawChild({ run }, life, process, row, at, place) {
    const { launched, started, failed, ended, joined, exitcode } = life;
    if (launched === null && started === null) return;
    const { axis, bar, type } = place;
    const colour = colourOf(nameOf(run, process));
    const y = middle(place, row);
    const parentY = middle(place, 0) + bar / 2;
    const from = xOf(axis, launched ?? started ?? 0);
    const begin = xOf(axis, started ?? at);
    if (launched !== null) {
      back.draw(`launch ${process}`, "path", { class: `drop ${colour}`, d: `M${from} ${parentY}V${y}` });
      bars.draw(`gap ${process}`, "path", { class: `gap ${colour}`, d: `M${from} ${y}H${begin}` });
      bars.draw(`knot ${process}`, "circle", { class: `knot ${colour}`, cx: from, cy: parentY, r: 0.2 * type });
    }
    // One that was killed has not said that it ended: it did at the latest when it was joined.
    const end = ended ?? joined;
    const until = xOf(axis, end ?? at);
    if (started !== null) {
      const box = { x: begin, y: y - bar / 2, width: Math.max(2, until - begin), height: bar };
      bars.draw(`life ${process}`, "rect", { class: `life ${colour}${end === null ? " is-open" : ""}`, ...box, rx: 2 });
    }
    if (end !== null) {
      const x = xOf(axis, joined ?? at);
      back.draw(`unjoined ${process}`, "path", { class: `unjoined ${colour}`, d: `M${until} ${y}H${x}` });
      if (joined !== null) {
        back.draw(`join ${process}`, "path", { class: `drop ${colour}`, d: `M${x} ${y}V${parentY}` });
        bars.draw(`joined ${process}`, "path", { class: `arrow ${colour}`, d: arrow(x, parentY, 0.3 * type) });
      }
    }
    if (failed !== null) drawFailure(process, xOf(axis, failed), y, bar);
    words(run.processes[process]?.pid ?? null, life, process, y, at, place);
    if (exitcode !== null) drawCode(process, exitcode, y, place);
  }

  /** What is written in a child's lane: how long its start took, and its pid where there is room.
   * @param {number | null} pid @param {Life} life @param {number} process @param {number} y @param {number} at @param {Place} place */
  function words(pid, { launched, started, failed, ended, joined }, process, y, at, place) {
    const { axis, type, bar, hasWords } = place;
    const from = xOf(axis, launched ?? started ?? 0);
    const begin = xOf(axis, started ?? at);
    const until = xOf(axis, ended ?? joined ?? at);
    const baseline = y + 0.35 * type;
    let inBar = pid ? `pid ${pid}` : "";
    if (launched !== null) {
      const time = took((started ?? at) - launched);
      const long = started === null ? `${time}, not started yet` : `${time} to start`;
      const gap = fitting([long, time], begin - from - type, type);
      const inside = bar < 1.15 * type ? "" : fitting([long, time], until - begin - 0.8 * type, type);
      const after = until + 0.5 * type + (failed === null ? 0 : 0.6 * bar);
      if (hasWords) wordsAt("gap-words", `gap ${process}`, fitting([long, time], axis.right - axis.left, type), from, y + bar / 2 + 1.1 * type, place);
      else if (gap) front.draw(`gap ${process}`, "text", { class: "gap-words", x: (from + begin) / 2, y: baseline, "text-anchor": "middle" }, gap);
      else if (inside) inBar = inside;
      else front.draw(`gap ${process}`, "text", { class: "gap-words", x: after, y: baseline }, fitting([long, time], axis.right - after, type));
    }
    if (started === null || bar < 1.15 * type || widthOf(inBar, type) > until - begin - 0.8 * type) return;
    front.draw(`in bar ${process}`, "text", { class: "bar-words", x: begin + 0.4 * type, y: baseline }, inBar);
  }

  /** Words that begin at a place, or end at the edge where they would go over it.
   * @param {string} name @param {string} key @param {string} text @param {number} x @param {number} y @param {Place} place */
  function wordsAt(name, key, text, x, y, { axis, type }) {
    const over = x + widthOf(text, type) > axis.right;
    const ends = over ? axis.right : x;
    front.draw(key, "text", { class: name, x: ends, y, "text-anchor": over ? "end" : "start" }, text);
  }

  /** @param {number} process @param {number} x @param {number} y @param {number} bar */
  function drawFailure(process, x, y, bar) {
    const size = 0.5 * bar + 3;
    const cross = `M${x - size} ${y - size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}`;
    front.draw(`fail ground ${process}`, "path", { class: "cross-ground", d: cross });
    front.draw(`fail ${process}`, "path", { class: "cross", d: cross });
  }

  /** @param {number} process @param {number} exitcode @param {number} y @param {Place} place */
  function drawCode(process, exitcode, y, { axis, type, lane }) {
    const isBad = exitcode !== 0;
    const text = isBad ? `✕ ${shown(exitcode)}` : "0";
    const x = axis.right + 0.7 * type;
    if (isBad) {
      const height = Math.min(1.5 * type, lane);
      const box = { x: x - 0.4 * type, y: y - height / 2, width: widthOf(text, 1.2 * type) + 0.6 * type, height };
      front.draw(`code box ${process}`, "rect", { class: "bad-code-box", ...box, rx: 2 });
    }
    front.draw(`code ${process}`, "text", { class: isBad ? "bad-code" : "good-code", x, y: y + 0.35 * type }, text);
  }

  /** main's own life, and what it waits for. @param {ViewState} view @param {Lives} lives @param {number} at @param {Place} place */
  function drawParent({ run }, lives, at, place) {
    const life = lives.all[lives.parent];
    if (!life) return;
    const { axis, bar } = place;
    const y = middle(place, 0);
    const from = xOf(axis, life.started ?? 0);
    const until = xOf(axis, life.ended ?? at);
    bars.draw("parent", "rect", { class: `life is-extra${life.ended === null ? " is-open" : ""}`, x: from, y: y - bar / 2, width: Math.max(2, until - from), height: bar, rx: 2 });
    lives.waits.forEach((wait, index) => drawWait(nameOf(run, wait.child), wait, index, index === lives.waits.length - 1, at, y, place));
  }

  /** @param {string} name @param {Wait} wait @param {number} index @param {boolean} isLatest @param {number} at @param {number} y @param {Place} place */
  function drawWait(name, { from, to }, index, isLatest, at, y, place) {
    const { axis, bar, type } = place;
    const left = xOf(axis, from);
    const right = xOf(axis, to ?? at);
    bars.draw(`wait ${index}`, "rect", { class: "wait", fill: hatched.fill, x: left, y: y - bar / 2, width: Math.max(1, right - left), height: bar });
    const room = right - left - 0.8 * type;
    const long = `waits for ${name}`;
    const text = bar < 1.15 * type ? "" : fitting([long, name], room, type);
    const isOpen = to === null && isLatest;
    if (isOpen && text !== long) wordsAt("wait-words", `wait ${index}`, long, left, place.hasWords ? y + bar / 2 + 1.1 * type : y + 0.35 * type, place);
    else if (text) front.draw(`wait ${index}`, "text", { class: "wait-words", x: (left + right) / 2, y: y + 0.35 * type, "text-anchor": "middle" }, text);
  }

  /** @param {Step} step @param {ViewState} view */
  function animate(step, { motion, run }) {
    if (motion === 0) return;
    const target = run.processes.findIndex(({ name }) => name === step.target);
    const key = { launch: `launch ${target}`, join: `join ${target}` }[step.op];
    const line = key && back.find(key);
    if (line) glow(line, motion);
    const word = step.op === "start" ? front.find(`gap ${step.process}`) : step.op === "fail" ? front.find(`fail ${step.process}`) : step.op === "join" ? front.find(`code ${target}`) : null;
    if (word) appear(word, motion / 2);
  }

  const resized = new ResizeObserver(() => last && render({ ...last, fresh: [], motion: 0 }));
  resized.observe(root);
  return {
    render,
    destroy() {
      resized.disconnect();
      scale.leave(root);
      canvas.remove();
    },
  };
}

/** main first; before there is a run, those that will be. @param {ViewState} view @param {Lives} lives */
function namesOf({ run }, lives) {
  if (run.processes.length > 0) return ["main", ...children(lives).map(({ process }) => nameOf(run, process))];
  return ["main", ...Array.from({ length: run.request.processes }, (_, index) => `P${index + 1}`)];
}

/** @param {number} width @param {number} height @param {readonly string[]} names @param {number} type @param {number} end @returns {Place} */
function layOut(width, height, names, type, end) {
  const left = gutter(names, type);
  const isTight = height < (names.length + 1.6) * 1.25 * type;
  const foot = isTight ? 4 : 1.7 * type;
  const lane = Math.min((height - foot) / names.length, 6.5 * type);
  const room = width - left;
  const right = width - (room < 22 * type ? 2.8 : 5.6) * type;
  const top = Math.max(0, (height - foot - lane * names.length) / 2);
  const hasWords = lane >= 2.7 * type;
  const bar = hasWords ? Math.min(1.7 * type, lane * 0.46) : Math.min(1.6 * type, lane * 0.8);
  return { type, axis: { left, right, end }, top, lane, bar, hasWords, hasAxis: !isTight, bottom: top + lane * names.length };
}

/** The middle of a lane's bar. @param {Place} place @param {number} row */
function middle({ top, lane, bar, hasWords, type }, row) {
  const content = bar + (hasWords ? 1.2 * type : 0);
  return top + lane * row + (lane - content) / 2 + bar / 2;
}

/** @param {Axis} axis @param {number} type */
function isNarrow({ left, right }, type) {
  return right - left < 19 * type;
}

/** The first that fits, or nothing. @param {readonly string[]} texts @param {number} room @param {number} type */
function fitting(texts, room, type) {
  return texts.find((text) => widthOf(text, type) <= room) ?? "";
}

/** An arrow's head that points up. @param {number} x @param {number} y @param {number} size */
function arrow(x, y, size) {
  return `M${x} ${y}l${size} ${1.6 * size}H${x - size}Z`;
}

/** The stage in words, for who cannot see it. @param {ViewState} view @param {Lives} lives */
function describe({ run }, lives) {
  const told = children(lives).map(({ life, process }) => `${nameOf(run, process)} ${state(life)}`);
  const waiting = lives.waits.find(({ to }) => to === null);
  if (waiting) told.unshift(`main waits for ${nameOf(run, waiting.child)}`);
  return `Stage: ${told.join("; ") || "nothing has started yet"}.`;
}

/** @param {Life} life */
function state({ launched, started, ended, joined, exitcode }) {
  if (exitcode !== null) return `has ended with ${code(exitcode)} and is joined`;
  if (joined !== null) return "has ended and is joined";
  if (ended !== null) return "has ended and is not joined yet";
  if (started !== null) return "runs";
  return launched === null ? "is not launched yet" : "is launched and has not started yet";
}

/** @type {Stage} */
export const stage = { createStage, figures, sentence, outcome, invitation };
