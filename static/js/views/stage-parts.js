// What stands on the stage, drawn once for a layout: the cell, a card for each process, the locks,
// and the +1 that breaks. Only makes elements; stage.js says what they show.

import { html, svg } from "../dom.js";

/** @import { Box, Layout, Point, Seat } from "./stage-layout.js" */

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

/** The same shape, for text in HTML. @param {number} process */
export function inlineMark(process) {
  const drawing = svg("svg", { class: `mark p${process}`, "aria-hidden": "true" }, [
    svg("use", { href: `#mark-${process}` }),
  ]);
  return html("span", "mark-box", [drawing]);
}

/** @param {Layout} layout @param {string} name */
export function drawCell({ cell, middle, scale, line }, name) {
  const value = label(middle.x, middle.y, "cell-value", "middle");
  const ghost = label(middle.x, middle.y, "cell-value ghost", "middle");
  const version = label(middle.x, cell.y + cell.height - 0.65 * line, "cell-version", "middle");
  const ring = svg("rect", { class: "cell-ring", ...grown(cell, 7 * scale), rx: 9 * scale });
  const group = svg("g", { class: "cell" }, [
    ring,
    svg("rect", { class: "cell-box", ...cell, rx: 4 * scale }),
    label(middle.x, cell.y + 1.1 * line, "cell-name", "middle", name),
    ghost,
    value,
    version,
  ]);
  return { group, value, ghost, version, ring };
}

/** @param {Layout} layout @param {number} process */
export function drawCard({ scale, line: height, seats, stop: bar }, process) {
  const seat = /** @type {Seat} */ (seats[process]);
  const { middle, wireFrom, wireTo, register } = seat;
  /** @param {"name" | "pid" | "status" | "lost"} which */
  const text = (which) => label(seat[which].x, seat[which].y, `card-${which}`, seat[which].anchor);
  const pid = text("pid");
  const status = text("status");
  const lost = text("lost");
  const code = seat.line && label(seat.line.x, seat.line.y, "card-code", seat.line.anchor);
  const name = text("name");
  name.textContent = `P${process + 1}`;
  const way = line([wireFrom, wireTo]);
  const light = svg("path", { class: "wire-light", d: way });
  const gate = { x: wireTo.x + seat.side * 7 * scale, y: wireTo.y - bar / 2 };
  const stop = svg("path", { class: "wire-stop", d: line([gate, { x: gate.x, y: gate.y + bar }]) });
  const value = label(middle.x, middle.y, "card-value", "middle");
  const ghost = label(middle.x, middle.y, "card-value ghost", "middle");
  const group = svg("g", { class: `card p${process}` }, [
    svg("path", { class: "wire", d: way }),
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
  return { group, light, stop, value, ghost, pid, status, lost, code };
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
export function drawLoss({ loss, scale, line: unit }) {
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
  const words = label(0, height + 1.6 * unit, "loss-words", "middle");
  const place = `translate(${loss.x} ${loss.y})`;
  return { group: svg("g", { class: "loss", transform: place }, [...pieces, words]), pieces, shape, plus, text, words };
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
