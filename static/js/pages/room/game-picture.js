// Draws a game: cards, the number, and the threads of what each has read. The same grammar as on the stage: a thread leads
// to the number that was read, and frays when that is out of date; a hatch is waiting; paler is what has been written.

import { lookOf } from "../../core/process-names.js";
import { setAttribute, svg } from "../../shell/dom.js";
import { Layer } from "../../shell/layer.js";
import { createSize } from "../../shell/size.js";
import { LETTER, card, fitting, line, mark, numeral, write } from "../../stages/cells/shapes.js";
import { layGame } from "./game-layout.js";
import { summary, tone } from "./game-view.js";

/** @import { Box, GameLayout, Place, Point, Thread } from "./game-layout.js" */
/** @import { GameView } from "./game-view.js" */
/** @import { Standing } from "./process-words.js" */

/** The smaller type: this much of the usual one, but never smaller than can be read. @param {number} unit */
const small = (unit) => Math.max(12, 0.8 * unit);

/** How far the gate stands around the number, by the size of the type. */
const GATE = 0.4;

/** @param {HTMLElement} root */
export function createGamePicture(root) {
  const layer = new Layer("game-layer");
  const drawing = svg("svg", { class: "stage-drawing", "aria-hidden": "true" }, [layer.group]);
  root.append(drawing);
  /** @type {GameView | null} */
  let last = null;
  const size = createSize(root, () => last && render(last));

  /** @param {GameView} view */
  function render(view) {
    last = view;
    setAttribute(root, "aria-label", view.picture);
    const room = size.now();
    if (room.width === 0 || room.height === 0) return;
    const needs = { others: view.others.length, lockLetters: view.lock?.words.length ?? 0, hasOwn: view.own !== null };
    const layout = layGame(needs, room);
    layer.begin();
    drawOthers(layer, view, layout);
    drawOwnThread(layer, view, layout);
    drawNumber(layer, view, layout);
    drawOwn(layer, view, layout);
    layer.end();
  }

  return { render, destroy: size.destroy };
}

/** @param {Layer} layer @param {GameView} view @param {GameLayout} layout */
function drawOthers(layer, view, layout) {
  const { density, others: places, summary: at, unit } = layout;
  const isInRows = density === "tiles" || density === "marks";
  view.others.forEach((other, order) => {
    const thread = places[order]?.thread;
    if (thread) drawThread(layer, other, thread, layout);
  });
  if (isInRows && at) drawBundle(layer, view.others, { x: at.x, y: at.y + 0.5 * unit }, layout);
  view.others.forEach((other, order) => {
    const place = /** @type {Place} */ (places[order]);
    const key = `other ${other.name}`;
    drawCard(layer, key, other, place.box, 0.19 * unit);
    if (density === "tiles") drawTile(layer, key, other, place, unit);
    else if (density === "marks") drawMarkTile(layer, key, other, place, unit);
    else drawHead(layer, key, other, place, layout);
  });
  if (at) write(layer, "summary", at, "quiet-words", small(unit), "middle", summary(view.others));
}

/** Whoever waits stays outside of the gate. @param {Layer} layer @param {Standing} other @param {Thread} thread @param {GameLayout} layout */
function drawThread(layer, other, { from, to: { x, y }, bend }, { unit, density, lock }) {
  const key = `thread ${other.name}`;
  const to = { x, y: lock && other.kind !== "locked" && other.from === "" ? y - GATE * unit : y };
  layer.draw(key, "path", { d: elbow(from, to, Math.min(bend, to.y - 0.3 * unit), 0.6 * unit), class: threadClass(other) });
  if (other.kind === "waits") drawStop(layer, `${key} stop`, { x: to.x, y: to.y - 0.3 * unit }, unit);
  const isTold = density === "cards" && other.from !== "" && other.kind !== "ended" && bend - from.y > 1.1 * unit;
  if (isTold) write(layer, `${key} words`, { x: from.x + 0.35 * unit, y: from.y + 0.75 * unit }, `thread-words${other.kind === "stale" ? " is-frayed" : ""}`, small(unit), "start", `from ${other.from}`);
}

/** A bar across the way. @param {Layer} layer @param {string} key @param {Point} at @param {number} unit */
function drawStop(layer, key, { x, y }, unit) {
  layer.draw(key, "path", { d: line([{ x: x - 0.45 * unit, y }, { x: x + 0.45 * unit, y }]), class: "wire-stop" });
}

/** Of tiles: one thread for all, frayed where anybody's is. @param {Layer} layer @param {readonly Standing[]} others @param {Point} from @param {GameLayout} layout */
function drawBundle(layer, others, from, { number }) {
  const isFrayed = others.some(({ kind }) => kind === "stale");
  layer.draw("bundle", "path", { d: line([from, { x: from.x, y: number.y }]), class: isFrayed ? "thread is-frayed" : "wire" });
}

/** @param {Standing} standing */
function threadClass({ kind, index }) {
  if (kind === "stale") return "thread is-frayed";
  return kind === "holds" ? `thread ${tone(index)}` : "wire";
}

/** @param {Layer} layer @param {string} key @param {Standing} standing @param {GameLayout["number"]} box @param {number} radius */
function drawCard(layer, key, { kind, index }, box, radius) {
  card(layer, `${key} card`, box, `game-card is-${kind} ${tone(index)}`, radius);
  if (kind === "waits") layer.draw(`${key} hatch`, "rect", { ...box, rx: radius, fill: "url(#waiting)", class: "game-hatch" });
}

/** The name above a card, its value, and below it what is so. @param {Layer} layer @param {string} key @param {Standing} other @param {Place} place @param {GameLayout} layout */
function drawHead(layer, key, other, { box, name, caption }, { unit }) {
  mark(layer, `${key} mark`, lookOf(other.index), { x: name.x + 0.5 * unit, y: name.y }, 0.95 * unit);
  write(layer, `${key} name`, { x: name.x + 1.2 * unit, y: name.y + 0.34 * unit }, "card-name", 0.9 * unit, "start", other.name);
  value(layer, key, other, { x: box.x + box.width / 2, y: box.y + box.height / 2 }, fitting(other.value, box.width * 0.8, 1.35 * unit));
  if (caption) write(layer, `${key} words`, caption, `card-caption${other.kind === "stale" ? " is-frayed" : ""}`, small(unit), "middle", other.words);
}

/** @param {Layer} layer @param {string} key @param {Standing} other @param {Place} place @param {number} unit */
function drawTile(layer, key, other, { box, name }, unit) {
  mark(layer, `${key} mark`, lookOf(other.index), { x: name.x + 0.35 * unit, y: name.y }, 0.7 * unit);
  write(layer, `${key} name`, { x: name.x + 0.85 * unit, y: name.y + 0.28 * unit }, "card-name", 0.75 * unit, "start", other.name);
  value(layer, key, other, { x: box.x + box.width / 2, y: box.y + box.height - 0.7 * unit }, fitting(other.value, box.width * 0.8, 0.95 * unit));
}

/** Where there is little room: the mark, and what it holds. @param {Layer} layer @param {string} key @param {Standing} other @param {Place} place @param {number} unit */
function drawMarkTile(layer, key, other, { box, name }, unit) {
  mark(layer, `${key} mark`, lookOf(other.index), { x: name.x + 0.4 * unit, y: name.y }, 0.8 * unit);
  value(layer, key, other, { x: box.x + box.width * 0.68, y: name.y }, fitting(other.value, box.width * 0.5, 0.95 * unit));
}

/** @param {Layer} layer @param {string} key @param {Standing} standing @param {Point} at @param {number} size */
function value(layer, key, { kind, value: held }, at, size) {
  const isPast = kind === "written" || kind === "ended" || kind === "locked" || kind === "waits";
  if (held) numeral(layer, `${key} value`, at, isPast ? "ghost" : "card-value", size, held);
}

/** @param {Layer} layer @param {GameView} view @param {GameLayout} layout */
function drawNumber(layer, { cell, lock }, { number: box, lock: strip, unit }) {
  if (strip && lock) drawGate(layer, lock, box, strip, unit);
  card(layer, "cell", box, `cell-box${cell.isLosing ? " is-losing" : ""}`, 0.25 * unit);
  const middle = box.x + box.width / 2;
  const hasVersion = box.height > 4.2 * unit;
  write(layer, "cell name", { x: middle, y: box.y + 1.1 * unit }, "cell-name", Math.max(12, 0.85 * unit), "middle", cell.name);
  if (hasVersion) write(layer, "cell version", { x: middle, y: box.y + box.height - 0.5 * unit }, "cell-version", small(unit), "middle", cell.version);
  const room = box.height - (hasVersion ? 2.3 : 1.4) * unit;
  numeral(layer, "cell value", { x: middle, y: box.y + 1.25 * unit + room / 2 }, "cell-value", fitting(cell.value, box.width * 0.85, room * 0.95), cell.value);
}

/** Around the number, with the lock below it. @param {Layer} layer @param {NonNullable<GameView["lock"]>} lock @param {Box} box @param {Box} strip @param {number} unit */
function drawGate(layer, lock, box, strip, unit) {
  const around = { x: box.x - GATE * unit, y: box.y - GATE * unit, width: box.width + 2 * GATE * unit, height: box.height + strip.height + GATE * unit };
  card(layer, "gate", around, `gate${lock.isHeld ? " is-shut" : ""}`, 0.4 * unit);
  const type = Math.min(small(unit), (box.width - 1.4 * unit) / (lock.words.length * LETTER));
  const left = box.x + box.width / 2 - (1.3 * unit + lock.words.length * LETTER * type) / 2;
  const middle = strip.y + strip.height / 2;
  layer.draw("lock", "use", { href: lock.isHeld ? "#lock-shut" : "#lock-open", class: `lock${lock.isHeld ? " is-shut" : ""}`, x: left, y: middle - 0.55 * unit, width: unit, height: 1.1 * unit });
  write(layer, "lock words", { x: left + 1.3 * unit, y: middle + type * 0.36 }, lock.isHeld ? "card-name" : "quiet-words", type, "start", lock.words);
}

/** Between the number and one's own card: what one has read, or where the next press goes. @param {Layer} layer @param {GameView} view @param {GameLayout} layout */
function drawOwnThread(layer, { own, button }, { number, lock, own: place, unit }) {
  if (!own || !place) return;
  const x = number.x + number.width / 2;
  const top = lock ? lock.y + lock.height : number.y + number.height;
  const bottom = place.box.y;
  const act = button?.can ? button.act : "";
  const isHeld = own.kind === "holds" || own.kind === "stale";
  if (isHeld || act === "") layer.draw("own thread", "path", { d: line([{ x, y: top }, { x, y: bottom }]), class: threadClass(own) });
  if (own.kind === "stale") write(layer, "own thread words", { x: x + 0.6 * unit, y: top + 0.75 * unit + (bottom - top) * 0.2 }, "thread-words is-frayed", small(unit), "start", `from ${own.from}`);
  if (own.kind === "waits") drawStop(layer, "own stop", { x, y: top + 0.4 * unit }, unit);
  if (act) drawArrow(layer, own, { x: isHeld ? x - 0.9 * unit : x, y: act === "read" ? top : bottom }, act === "read" ? bottom : top, unit);
}

/** Where the number goes with the next press. @param {Layer} layer @param {Standing} own @param {Point} from @param {number} to @param {number} unit */
function drawArrow(layer, { index }, from, to, unit) {
  const way = Math.sign(to - from.y);
  const tip = to - way * 0.15 * unit;
  const wing = 0.5 * unit;
  layer.draw("next way", "path", { d: line([from, { x: from.x, y: tip }]), class: `next-way ${tone(index)}` });
  layer.draw("next tip", "path", { d: line([{ x: from.x - wing, y: tip - way * wing }, { x: from.x, y: tip }, { x: from.x + wing, y: tip - way * wing }]), class: `next-tip ${tone(index)}` });
}

/** @param {Layer} layer @param {GameView} view @param {GameLayout} layout */
function drawOwn(layer, { own }, { own: place, unit }) {
  if (!own || !place) return;
  const { box, name, you, caption } = place;
  mark(layer, "own mark", lookOf(own.index), { x: name.x + 0.5 * unit, y: name.y - 0.05 * unit }, unit);
  write(layer, "own name", { x: name.x + 1.3 * unit, y: name.y + 0.3 * unit }, "card-name", unit, "start", own.name);
  write(layer, "own you", { x: you.x, y: you.y + 0.3 * unit }, "quiet-words", small(unit), "end", "you");
  drawCard(layer, "own", own, box, 0.25 * unit);
  layer.draw("own edge", "rect", { ...box, rx: 0.25 * unit, class: `own-edge is-${own.kind} ${tone(own.index)}` });
  value(layer, "own", own, { x: box.x + box.width / 2, y: box.y + box.height / 2 }, fitting(own.value, box.width * 0.8, Math.min(2.2 * unit, box.height * 0.75)));
  write(layer, "own words", caption, `card-caption${own.kind === "stale" ? " is-frayed" : ""}`, small(unit), "middle", own.own);
}

/** Down, across, and down, with round corners. @param {Point} from @param {Point} to @param {number} y where it goes across @param {number} round */
function elbow(from, to, y, round) {
  const across = to.x - from.x;
  if (Math.abs(across) < 2) return line([from, to]);
  const way = Math.sign(across);
  const r = Math.min(round, Math.abs(across) / 2, Math.abs(y - from.y), Math.abs(to.y - y));
  return `M${from.x} ${from.y}V${y - r}Q${from.x} ${y} ${from.x + way * r} ${y}H${to.x - way * r}Q${to.x} ${y} ${to.x} ${y + r}V${to.y}`;
}
