// A lock is a gate around the number with one way in: the holder is inside, the others queue on a rail in front of it.

import { part } from "../../core/death.js";
import { seatOf } from "./scene.js";
import { between, line, mark, write } from "./shapes.js";

/** @import { Layout, Point } from "./layout.js" */
/** @import { Padlock, Scene } from "./scene.js" */
/** @import { Pen } from "./shapes.js" */

/** @param {Pen} pen @param {Scene} scene @param {Layout} layout */
export function drawGate(pen, { padlocks, isDead }, { gate, scale, lockHome, rail }) {
  if (!gate) return;
  const opening = (padlocks.length > 1 ? 58 : 21) * scale;
  const radius = 8 * scale;
  const { x, y, width, height } = gate;
  const corner = (/** @type {number} */ dx, /** @type {number} */ dy) => `q${dx > 0 === dy > 0 ? `${dx} 0` : `0 ${dy}`} ${dx} ${dy}`;
  const path = [
    `M${lockHome.x + opening} ${y}`, `H${x + width - radius}`, corner(radius, radius), `V${y + height - radius}`, corner(-radius, radius),
    `H${x + radius}`, corner(-radius, -radius), `V${y + radius}`, corner(radius, -radius), `H${lockHome.x - opening}`,
  ];
  const isShut = padlocks.some(({ holder }) => holder >= 0);
  pen.draw("gate", "path", { d: path.join(""), class: `gate${isShut ? " is-shut" : ""}${isDead ? " is-dead" : ""}` });
  if (padlocks.length === 1) {
    pen.draw("rail", "path", { d: line([{ x: rail.x, y: rail.y + rail.height }, { x: rail.x + rail.width, y: rail.y + rail.height }]), class: "rail" });
  }
}

/** @param {Pen} pen @param {Scene} scene @param {Layout} layout */
export function drawLocks(pen, scene, layout) {
  const { scale } = layout;
  scene.padlocks.forEach((padlock, index) => {
    const at = padlockAt(layout, padlock, index, scene.padlocks.length);
    const isShut = padlock.holder >= 0;
    // A process that goes in or out passes behind the padlock.
    if (!padlock.letter && padlock.owner === null) drawHolder(pen, scene, layout, padlock);
    const size = (padlock.owner === null ? 34 : 26) * scale;
    const corner = { x: at.x - size / 2, y: at.y - size / 2 };
    pen.draw(`lock ${index}`, "use", { href: isShut ? "#lock-shut" : "#lock-open", class: `lock${isShut ? " is-shut" : ""}`, ...corner, width: size, height: size });
    if (padlock.letter) {
      write(pen, `lock ${index} letter`, { x: at.x + (index ? 1 : -1) * 21 * scale, y: at.y + 6 * scale }, "lock-letter", layout.type, "middle", padlock.letter);
      if (isShut) mark(pen, `lock ${index} holder`, padlock.holder, { x: at.x, y: at.y - 25 * scale }, 15 * scale);
    } else if (padlock.owner === null && layout.lanes.length > 0) {
      drawLine(pen, scene, layout, padlock);
    } else if (padlock.owner === null) {
      padlock.queue.forEach((process, rank) => mark(pen, `waits ${process}`, process, waitsAt(scene, layout, padlock, process, rank), tokenSize(layout)));
    }
  });
}

/** @param {Layout} layout @param {Padlock} padlock @param {number} index @param {number} count @returns {Point} */
function padlockAt(layout, { owner }, index, count) {
  const { lockHome, scale } = layout;
  if (owner === null) return count > 1 ? { x: lockHome.x + (index - 0.5) * 62 * scale, y: lockHome.y } : lockHome;
  const { inner, wireEnds } = seatOf(layout, owner);
  return between(inner, wireEnds[0] ?? inner, 0.5);
}

/** @param {Layout} layout */
function tokenSize({ scale, type, lanes }) {
  return lanes.length > 0 ? type : 15 * scale;
}

/** Among many: those who have waited longest, by name, and how many more there are. @param {Pen} pen @param {Scene} scene
 * @param {Layout} layout @param {Padlock} padlock */
function drawLine(pen, scene, layout, padlock) {
  const { type, rail } = layout;
  const { queue } = padlock;
  const named = namedOnRail(layout, queue.length);
  const last = queue.length - 1;
  queue.forEach((process, rank) => {
    // Whoever arrives behind those that are named is seen to do so.
    const isArriving = rank === last && rank >= named && scene.step?.op === "wait" && scene.step.process === process;
    if (rank >= named && !isArriving) return;
    const at = waitsAt(scene, layout, padlock, process, rank);
    mark(pen, `waits ${process}`, process, at, tokenSize(layout));
    if (rank < named) write(pen, `waits ${process} name`, { x: at.x + 0.7 * type, y: at.y + 0.36 * type }, "card-name", type, "start", scene.state.names[process] ?? "");
  });
  if (queue.length > named) write(pen, "more wait", { x: rail.x, y: rail.y + rail.height / 2 + 0.36 * type }, "card-name", type, "start", `+${queue.length - named}`);
}

/** How wide a mark with its name is on the rail, in sizes of type. */
const NAMED_WIDTH = 3.9;

/** How wide the number of all others is. */
const MORE_WIDTH = 2.2;

/** How many of so many that wait have room for their names. @param {Layout} layout @param {number} count */
function namedOnRail({ rail, type }, count) {
  const all = Math.floor(rail.width / (NAMED_WIDTH * type));
  return count <= all ? count : Math.max(0, Math.floor((rail.width - MORE_WIDTH * type) / (NAMED_WIDTH * type)));
}

/** The holder stands inside; on its way in or out while that is the step on show. @param {Pen} pen @param {Scene} scene @param {Layout} layout @param {Padlock} padlock */
function drawHolder(pen, scene, layout, { holder, name }) {
  const { step, progress, before } = scene;
  const size = tokenSize(layout);
  if (step?.op === "release" && step.target === name) {
    const away = between(layout.inside, layout.lockHome, part(progress, 0, 0.5));
    const home = between(away, seatOf(layout, step.process).mark, part(progress, 0.4, 0.9));
    mark(pen, `token ${step.process}`, step.process, home, size);
  }
  if (holder < 0) return;
  let at = layout.inside;
  if (step?.op === "acquire" && step.process === holder) {
    const queue = before.locks.find((lock) => lock.name === name)?.queue ?? [];
    const waited = queue.indexOf(holder);
    const from = waited < 0 ? seatOf(layout, holder).mark : railPointAt(layout, waited, queue.length);
    at = between(between(from, layout.lockHome, part(progress, 0, 0.5)), layout.inside, part(progress, 0.4, 0.9));
  }
  mark(pen, `token ${holder}`, holder, at, size);
  if (layout.lanes.length > 0 && at === layout.inside) {
    const name = { x: at.x + 0.8 * layout.type, y: at.y + 0.36 * layout.type };
    write(pen, `token ${holder} name`, name, "card-name", layout.type, "start", scene.state.names[holder] ?? "");
  }
}

/** @param {Scene} scene @param {Layout} layout @param {Padlock} padlock @param {number} process @param {number} rank in the queue @returns {Point} */
function waitsAt({ step, progress }, layout, { queue }, process, rank) {
  const to = railPointAt(layout, rank, queue.length);
  const arrives = step?.op === "wait" && step.process === process;
  return arrives ? between(seatOf(layout, process).mark, to, part(progress, 0, 0.8)) : to;
}

/** @param {Layout} layout @param {number} rank @param {number} count @returns {Point} */
function railPointAt(layout, rank, count) {
  const { rail, scale, type, lanes } = layout;
  if (lanes.length > 0) {
    const y = rail.y + rail.height / 2;
    if (rank >= namedOnRail(layout, count)) return { x: rail.x + type, y };
    return { x: rail.x + rail.width - (rank + 1) * NAMED_WIDTH * type + 0.6 * type, y };
  }
  const step = Math.min(18 * scale, rail.width / Math.max(1, count));
  return { x: rail.x + rail.width - (rank + 0.5) * step, y: rail.y + rail.height / 2 };
}
