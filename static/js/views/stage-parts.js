// What stands on the stage, drawn once for a layout: the cell, a card for each process, the locks,
// and the +1 that breaks. Only makes elements; stage.js says what they show.

import { html, svg } from "../dom.js";

/** @import { Layout, Seat } from "./stage-layout.js" */

/**
 * @typedef {object} Card
 * @property {SVGGElement} group
 * @property {SVGPathElement} wire
 * @property {SVGPathElement} light
 * @property {SVGPathElement} stop
 * @property {SVGTextElement} value
 * @property {SVGTextElement} ghost
 * @property {SVGTextElement} pid
 * @property {SVGTextElement} status
 * @property {SVGTextElement} lost
 */

/** @param {number} x @param {number} y @param {string} className @param {"start" | "middle" | "end"} anchor @param {string} [content] */
export function label(x, y, className, anchor, content = "") {
  const text = svg("text", { x: round(x), y: round(y), class: className, "text-anchor": anchor });
  text.textContent = content;
  return text;
}

/** A process's shape, in its colour. @param {number} process @param {number} x @param {number} y @param {number} size */
export function mark(process, x, y, size) {
  return svg("use", {
    href: `#mark-${process}`,
    class: `mark p${process}`,
    x: round(x - size / 2),
    y: round(y - size / 2),
    width: round(size),
    height: round(size),
  });
}

/** The same shape, for text in HTML. @param {number} process */
export function inlineMark(process) {
  const drawing = svg("svg", { class: `mark p${process}`, "aria-hidden": "true" }, [
    svg("use", { href: `#mark-${process}` }),
  ]);
  return html("span", "mark-box", [drawing]);
}

/** @param {Layout} layout @param {string} name */
export function drawCell({ cell, middle, scale }, name) {
  const value = label(middle.x, middle.y, "cell-value", "middle");
  const ghost = label(middle.x, middle.y, "cell-value ghost", "middle");
  const version = label(middle.x, cell.y + cell.height - 11 * scale, "cell-version", "middle");
  const ring = svg("rect", {
    class: "cell-ring",
    x: round(cell.x - 7 * scale),
    y: round(cell.y - 7 * scale),
    width: round(cell.width + 14 * scale),
    height: round(cell.height + 14 * scale),
    rx: round(9 * scale),
  });
  const group = svg("g", { class: "cell" }, [
    ring,
    svg("rect", { class: "cell-box", ...rounded(cell), rx: round(4 * scale) }),
    label(middle.x, cell.y + 19 * scale, "cell-name", "middle", name),
    ghost,
    value,
    version,
  ]);
  return { group, value, ghost, version, ring };
}

/** @param {Layout} layout @param {number} process @returns {Card} */
export function drawCard({ scale, seats, stop: bar }, process) {
  const seat = /** @type {Seat} */ (seats[process]);
  const { middle, wireFrom, wireTo } = seat;
  /** @param {"name" | "pid" | "status" | "lost"} which */
  const text = (which) => label(seat[which].x, seat[which].y, `card-${which}`, seat[which].anchor);
  const path = `M${round(wireFrom.x)} ${round(wireFrom.y)}L${round(wireTo.x)} ${round(wireTo.y)}`;
  const name = text("name");
  name.textContent = `P${process + 1}`;
  const pid = text("pid");
  const status = text("status");
  const lost = text("lost");
  const wire = svg("path", { class: "wire", d: path });
  const light = svg("path", { class: "wire-light", d: path });
  const gate = { x: wireTo.x + seat.side * 7 * scale, y: wireTo.y };
  const stop = svg("path", {
    class: "wire-stop",
    d: `M${round(gate.x)} ${round(gate.y - bar / 2)}v${round(bar)}`,
  });
  const value = label(middle.x, middle.y, "card-value", "middle");
  const ghost = label(middle.x, middle.y, "card-value ghost", "middle");
  const group = svg("g", { class: `card p${process}` }, [
    wire,
    light,
    svg("rect", { class: "register", ...rounded(seat.register), rx: round(3 * scale) }),
    mark(process, seat.mark.x, seat.mark.y, Math.max(13, 16 * scale)),
    name,
    pid,
    status,
    lost,
    ghost,
    value,
  ]);
  return { group, wire, light, stop, value, ghost, pid, status, lost };
}

/** A padlock that can be moved; its shape says open or shut. @param {number} scale */
export function drawLock(scale) {
  const size = 30 * scale;
  const sign = svg("use", { href: "#lock-open", x: -size / 2, y: -size / 2, width: size, height: size });
  const group = svg("g", { class: "lock" }, [
    svg("circle", { class: "lock-ground", r: round(16 * scale) }),
    sign,
  ]);
  return { group, sign };
}

/** A +1 in two halves, and whose it was. @param {Layout} layout @param {string} id of the clip paths, unique on the page */
export function drawLoss({ loss, scale }, id) {
  const width = 78 * scale;
  const height = 32 * scale;
  const crack = [0, 0.25, 0.5, 0.75, 1].map(
    (share, index) => [(index % 2 ? 5 : -5) * scale, share * height] ,
  );
  /** @param {-1 | 1} side */
  const half = (side) => {
    const edge = side * width;
    const points = [[edge, 0], ...crack, [edge, height]].map((point) => point.map(round).join(" "));
    const clip = svg("clipPath", { id: `${id}${side < 0 ? "a" : "b"}` }, [
      svg("path", { d: `M${points.join("L")}Z` }),
    ]);
    const text = label(21 * scale, height / 2, "loss-one", "middle");
    const shape = mark(0, -20 * scale, height / 2, 16 * scale);
    const piece = svg("g", { class: side < 0 ? "piece piece-left" : "piece piece-right" }, [
      clip,
      svg("g", { "clip-path": `url(#${id}${side < 0 ? "a" : "b"})` }, [
        svg("rect", { class: "loss-chip", x: round(-width / 2), y: 1, width: round(width), height: round(height - 2), rx: round(4 * scale) }),
        shape,
        text,
      ]),
      svg("path", { class: "loss-crack", d: `M${crack.map((point) => point.map(round).join(" ")).join("L")}` }),
    ]);
    return { piece, text, shape };
  };
  const left = half(-1);
  const right = half(1);
  const words = label(0, height + 28 * scale, "loss-words", "middle");
  const group = svg("g", { class: "loss", transform: `translate(${round(loss.x)} ${round(loss.y)})` }, [
    left.piece,
    right.piece,
    words,
  ]);
  return { group, left, right, words };
}

/** @param {{x: number, y: number, width: number, height: number}} box */
function rounded({ x, y, width, height }) {
  return { x: round(x), y: round(y), width: round(width), height: round(height) };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
