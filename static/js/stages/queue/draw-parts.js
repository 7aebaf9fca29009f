// The producers, the pipe, the consumer, and the cell of a process that owns one.

import { number } from "../../core/format.js";
import { appear } from "../motion.js";
import { drawMark, widthOf } from "../drawing-helpers.js";
import { partsOf } from "./model.js";

/** @import { Diagram } from "../diagram.js" */
/** @import { Point } from "./layout.js" */
/** @import { Scene } from "./stage.js" */

/** @param {Diagram} diagram @param {Scene} scene */
export function drawParts(diagram, scene) {
  partsOf(scene.names).producers.forEach((process, row) => drawProducer(diagram, scene, process, row));
  drawPipe(diagram, scene);
  drawConsumer(diagram, scene);
  drawCell(diagram, scene);
}

/** @param {Diagram} diagram @param {Scene} scene @param {number} process @param {number} row */
function drawProducer({ back, front }, { view, queue, names, layout }, process, row) {
  const { type, pipe, sources, wireFrom, hasWords, isRoomy } = layout;
  const at = sources[row] ?? pipe;
  const ended = queue.ended[process] ?? false;
  drawPerson(front, names, process, at, type, ended);
  if (wireFrom !== null) {
    const count = partsOf(names).producers.length;
    const to = pipe.y + pipe.height / 2 + ((row + 0.5) / count - 0.5) * pipe.height * 0.6;
    const half = (wireFrom + pipe.x) / 2;
    back.draw(`wire ${process}`, "path", { class: "wire", d: `M${wireFrom} ${at.y}C${half} ${at.y} ${half} ${to} ${pipe.x} ${to}` });
  }
  if (!hasWords || view.position === 0) return;
  const put = `put ${queue.putBy[process] ?? 0}`;
  front.draw(`put ${process}`, "text", { class: "quiet-words", x: 0, y: at.y + 1.6 * type }, ended && isRoomy ? `${put}, ended` : put);
}

/** Its walls and its exit, with a gate where a process waits for an item.
 * @param {Diagram} diagram @param {Scene} scene */
function drawPipe({ back, hatched }, { queue, names, layout: { type, pipe, sink, wireFrom } }) {
  const { x, y, width, height } = pipe;
  const right = x + width;
  const flare = Math.min(0.5 * type, 10);
  back.draw("pipe ground", "rect", { class: "pipe-ground", x, y, width, height });
  back.draw("pipe", "path", { class: "pipe-wall", d: `M${x - flare} ${y - flare}L${x} ${y}H${right}l${flare} ${-flare}M${x - flare} ${y + height + flare}L${x} ${y + height}H${right}l${flare} ${flare}` });
  if (wireFrom !== null) back.draw("wire out", "path", { class: "wire", d: `M${right} ${y + height / 2}H${sink.x - 0.5 * type}` });
  if (queue.waiting !== partsOf(names).consumer) return;
  const gate = Math.max(0.5 * type, Math.min(1.2 * type, sink.x - right - 0.6 * type));
  back.draw("gate", "rect", { class: "wait", fill: hatched, x: wireFrom === null ? right - gate : right, y, width: gate, height });
}

/** @param {Diagram} diagram @param {Scene} scene */
function drawConsumer({ front }, { view, queue, names, layout: { type, sink, isRoomy } }) {
  const { consumer } = partsOf(names);
  const ended = queue.ended[consumer] ?? false;
  drawPerson(front, names, consumer, sink, type, ended);
  if (view.position === 0) return;
  const waits = queue.waiting === consumer;
  const got = `got ${number(queue.out.length)}`;
  front.draw("got", "text", { class: waits ? "strong-words" : "quiet-words", ...sink.words }, waits ? "waits" : ended && isRoomy ? `${got}, ended` : got);
}

/** @param {Diagram} diagram @param {Scene} scene */
function drawCell(diagram, { view, queue, layout: { type, cell } }) {
  if (!cell) return;
  const { back, front } = diagram;
  back.draw("cell", "rect", { class: "cell-box", ...cell, rx: 3 });
  const text = number(queue.value ?? 0);
  const size = Math.max(type, Math.min(cell.height * 0.72, (cell.width - 8) / widthOf(text, 1)));
  diagram.measure("--value", size);
  front.draw("value", "text", { class: "value", x: cell.x + cell.width / 2, y: cell.y + cell.height / 2 + 0.36 * size, "text-anchor": "middle" }, text);
  const value = front.find("value");
  if (view.fresh.at(-1)?.op === "write" && value && view.motion > 0) appear(value, view.motion / 2);
}

/** @param {Diagram["front"]} front @param {readonly string[]} names @param {number} process @param {Point} at @param {number} type @param {boolean} ended */
function drawPerson(front, names, process, { x, y }, type, ended) {
  const name = names[process] ?? "";
  drawMark(front, `mark ${process}`, name, x + 0.55 * type, y, type);
  front.draw(`name ${process}`, "text", { class: ended ? "lane-name has-ended" : "lane-name", x: x + 1.35 * type, y: y + 0.35 * type }, name);
}
