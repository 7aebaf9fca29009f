// What stands on the stage, drawn once for a layout: the cell, a card for each process, the locks,
// and the +1 that breaks. Only makes elements; stage.js says what they show.

import { setAttribute, svg } from "../shell/dom.js";

/** @import { Box, Layout, Point, Seat } from "./cells/layout.js" */

/** @param {number} x @param {number} y @param {string} className @param {"start" | "middle" | "end"} anchor @param {string} [content] */
export function label(x, y, className, anchor, content = "") {
  const text = svg("text", { x, y, class: className, "text-anchor": anchor });
  text.textContent = content;
  return text;
}

/** A process's shape, in its colour. @param {number} process @param {number} x @param {number} y @param {number} size */
export function mark(process, x, y, size) {
  const corner = { x: x - size / 2, y: y - size / 2 };
  return svg("use", { href: `#mark-${process}`, class: `mark p${process}`, ...corner, width: size, height: size });
}

/** One cell: large where it is alone, else a row with its name and what is known of it beside the value.
 * @param {Layout} layout @param {string} name @param {number} index */
export function drawCell({ cells, values, scale, line }, name, index) {
  const box = /** @type {Box} */ (cells[index]);
  const at = /** @type {Point} */ (values[index]);
  const isOne = cells.length < 2;
  const value = label(at.x, at.y, "cell-value", "middle");
  const ghost = label(at.x, at.y, "cell-value ghost", "middle");
  const left = box.x + 8 * scale;
  const middle = box.y + box.height / 2;
  const title = isOne
    ? label(at.x, box.y + 1.1 * line, "cell-name", "middle", name)
    : label(left, middle - 0.15 * line, "cell-name", "start", name);
  const version = isOne
    ? label(at.x, box.y + box.height - 0.65 * line, "cell-version", "middle")
    : label(left, middle + 0.85 * line, "cell-version", "start");
  const lost = isOne ? null : label(left + 2.1 * line, middle + 0.85 * line, "cell-lost", "start");
  const group = svg("g", { class: isOne ? "cell" : "cell is-row" }, [
    svg("rect", { class: "cell-box", ...box, rx: 4 * scale }),
    title,
    ghost,
    value,
    version,
    ...(lost ? [lost] : []),
  ]);
  return { group, value, ghost, version, lost, at };
}

/** Around all cells: shut while a process holds the lock. @param {Layout} layout */
export function drawRing({ cell, scale }) {
  return svg("rect", { class: "cell-ring", ...grown(cell, 7 * scale), rx: 9 * scale });
}

/** @param {Layout} layout @param {number} process @param {string} called */
export function drawCard({ scale, line: height, seats, stop: bar }, process, called) {
  const seat = /** @type {Seat} */ (seats[process]);
  const { middle, wireFrom, register } = seat;
  /** @param {"name" | "pid" | "status" | "lost"} which */
  const text = (which) => label(seat[which].x, seat[which].y, `card-${which}`, seat[which].anchor);
  const pid = text("pid");
  const status = text("status");
  const lost = text("lost");
  const code = seat.line && label(seat.line.x, seat.line.y, "card-code", seat.line.anchor);
  const name = text("name");
  name.textContent = called;
  const wire = svg("path", { class: "wire" });
  const light = svg("path", { class: "wire-light" });
  const stop = svg("path", { class: "wire-stop" });
  const value = label(middle.x, middle.y, "card-value", "middle");
  const ghost = label(middle.x, middle.y, "card-value ghost", "middle");
  const group = svg("g", { class: `card p${process}` }, [
    wire,
    light,
    svg("rect", { class: "register", ...register, rx: 3 * scale }),
    mark(process, seat.mark.x, seat.mark.y, 0.92 * height),
    name,
    pid,
    status,
    lost,
    ...(code ? [code] : []),
    ghost,
    value,
  ]);
  /** Leads the wire to a cell. @param {number} cell */
  const lead = (cell) => {
    const to = seat.ways[cell]?.to;
    if (!to) return;
    for (const path of [wire, light]) setAttribute(path, "d", line([wireFrom, to]));
    const gate = { x: to.x + seat.side * 7 * scale, y: to.y - bar / 2 };
    setAttribute(stop, "d", line([gate, { x: gate.x, y: gate.y + bar }]));
  };
  lead(0);
  return { group, light, stop, value, ghost, pid, status, lost, code, lead };
}

/** A padlock that can be moved; its shape says open or shut. @param {number} scale */
export function drawLock(scale) {
  const size = 30 * scale;
  const corner = { x: -size / 2, y: -size / 2 };
  const sign = svg("use", { href: "#lock-open", ...corner, width: size, height: size });
  const ground = svg("circle", { class: "lock-ground", r: 16 * scale });
  return { group: svg("g", { class: "lock" }, [ground, sign]), sign };
}

/** A +1 in two halves, with the mark of whose it was; where it was several processes', the + stands for it. @param {Layout} layout */
export function drawLoss({ loss, scale, line: unit, cells }) {
  const edge = Math.max(39 * scale, 1.9 * unit);
  const height = Math.max(32 * scale, 1.2 * unit);
  const crack = [0, 0.25, 0.5, 0.75, 1].map((share, index) => ({
    x: (index % 2 ? 5 : -5) * scale,
    y: share * height,
  }));
  /** @param {-1 | 1} side @param {Element[]} content */
  const half = (side, ...content) => {
    const outline = [{ x: side * edge, y: 0 }, ...crack, { x: side * edge, y: height }];
    const chip = svg("path", { class: "loss-chip", d: `${line(outline)}Z` });
    return svg("g", { class: `piece ${side < 0 ? "piece-left" : "piece-right"}` }, [chip, ...content]);
  };
  const shape = mark(0, -edge / 2, height / 2, 0.92 * unit);
  const plus = label(-edge / 2, height / 2, "loss-one", "middle", "+");
  const text = label(0.54 * edge, height / 2, "loss-one", "middle");
  const pieces = [half(-1, shape, plus), half(1, text)];
  // Between several cells there is no room for the pieces: words have to do.
  const isOne = cells.length < 2;
  const words = label(0, isOne ? height + 1.6 * unit : 1.4 * unit, "loss-words", "middle");
  const place = `translate(${loss.x} ${loss.y})`;
  return { group: svg("g", { class: "loss", transform: place }, [...(isOne ? pieces : []), words]), pieces, shape, plus, text, words };
}

/** @param {Box} box @param {number} by */
function grown({ x, y, width, height }, by) {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** @param {readonly Point[]} points */
function line(points) {
  const corners = points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  return `M${corners.join("L")}`;
}
