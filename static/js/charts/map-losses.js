// Where updates were lost on a map: a cross in the middle of the step that wrote over them, and a torn ticket beside it.

/** @import { Layer } from "../shell/layer.js" */
/** @import { LostIncrement, GraphPath } from "../core/graph-path.js" */
/** @import { MapLayout } from "./map-layout.js" */

/** A step shorter than this share of the size of letters has room for the newest ticket only. */
const ROOMY = 1.6;

/** @param {Layer} layer @param {{path: GraphPath, at: number, now: {x: number, y: number}}} scene @param {MapLayout} layout */
export function drawLosses(layer, { path, at, now }, layout) {
  const { first, last } = path.within(layout.span);
  /** By the step that wrote over them. @type {Map<number, LostIncrement[]>} */
  const kills = new Map();
  for (const loss of path.lostAt(at)) {
    if (loss.at <= first || loss.at > last) continue;
    // A step happens in its middle, and not before.
    if (loss.at === at && !isPast(path, at, now)) continue;
    kills.set(loss.at, [...(kills.get(loss.at) ?? []), loss]);
  }
  const newest = Math.max(0, ...kills.keys());
  let crosses = "";
  const arm = Math.min(0.45 * layout.type, 0.4 * layout.unit);
  for (const [index, losses] of kills) {
    const [from, to] = [path.point(index - 1), path.point(index)];
    const [x, y] = [layout.x((from.x + to.x) / 2), layout.y((from.y + to.y) / 2)].map((pixels) => Math.round(pixels * 10) / 10);
    if (x === undefined || y === undefined) continue;
    crosses += `M${x - arm} ${y - arm}l${2 * arm} ${2 * arm}m0 ${-2 * arm}l${-2 * arm} ${2 * arm}`;
    if (layout.unit >= ROOMY * layout.type || index === newest) drawTicket(layer, index, losses, { x, y }, layout);
  }
  layer.draw("cross ground", "path", { class: "map-cross-ground", d: crosses });
  layer.draw("crosses", "path", { class: "map-cross", d: crosses });
}

/** @param {GraphPath} path @param {number} at @param {{x: number, y: number}} now */
function isPast(path, at, now) {
  const from = path.point(at - 1);
  return now.x - from.x + (now.y - from.y) >= 0.5;
}

/** In two pieces: the process, and the lost addition. @param {Layer} layer @param {number} key @param {readonly LostIncrement[]} losses
 * @param {{x: number, y: number}} cross in pixels @param {MapLayout} layout */
function drawTicket(layer, key, losses, cross, { type, right, top, bottom }) {
  const high = 1.4 * type;
  const half = 1.75 * type;
  const isRight = cross.x + 1.2 * type + 2 * half < right + 0.8 * type;
  const x = isRight ? cross.x + 1.1 * type : cross.x - 1.3 * type - 2 * half;
  const y = Math.max(top, Math.min(bottom - high, cross.y - high / 2));
  const tooth = 0.28 * type;
  // The same teeth on both sides of the tear.
  const teeth = [1, -1, 1, -1].map((side) => `l${(side * tooth).toFixed(1)} ${(high / 4).toFixed(1)}`).join("");
  const back = [1, -1, 1, -1].map((side) => `l${(side * tooth).toFixed(1)} ${(-high / 4).toFixed(1)}`).join("");
  const group = (/** @type {string} */ name, /** @type {number} */ turn, /** @type {number} */ by) =>
    ({ class: `map-ticket ${name}`, transform: `translate(${(x + by).toFixed(1)} ${y.toFixed(1)}) rotate(${turn} ${half / 2} ${high / 2})` });
  const process = losses[0]?.process ?? 0;
  layer.draw(`ticket ${key} left`, "path", { ...group("", -4, 0), d: `M0 0H${half}${teeth}H0Z` });
  layer.draw(`ticket ${key} right`, "path", { ...group("", 6, half + 0.25 * type), d: `M${half} 0V${high}H0${back}Z` });
  const size = 0.85 * type;
  layer.draw(`ticket ${key} mark`, "use", { href: `#mark-${process}`, class: `mark p${process}`, x: x + half / 2 - size / 2, y: y + high / 2 - size / 2, width: size, height: size });
  layer.draw(`ticket ${key} words`, "text", { class: "map-ticket-words", x: x + 1.5 * half + 0.35 * type, y: y + high / 2, "font-size": type, "text-anchor": "middle" }, `+${losses.length}`);
}
