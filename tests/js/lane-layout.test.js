// Where processes stand around the shared number, for one up to thirty-two of them, at every size that a page gives the
// stage: nothing lies on anything else, and nothing leaves the stage.

import assert from "node:assert/strict";
import test from "node:test";

import { layOut } from "../../static/js/stages/cells/layout.js";
import { MOST_TICKETS } from "../../static/js/stages/cells/scene.js";
import { restOf, thread } from "../../static/js/stages/cells/shapes.js";
import { wayOf } from "../../static/js/stages/cells/threads.js";
import { ticketAt } from "../../static/js/stages/cells/tray.js";

/** @import { Box, Layout, TextPlace } from "../../static/js/stages/cells/layout.js" */
/** @import { Lane } from "../../static/js/stages/cells/lane-layout.js" */

/** The stage on the page of the races, at each size of a window: alone and beside another, and on a projector; in a room;
 * a picture of a loss. Width, height, smallest type. */
const SIZES = /** @type {const} */ ([
  [756, 413, 13], [592, 192, 13], [1100, 376, 24], [592, 276, 24],
  [1133, 620, 13], [888, 289, 13], [1650, 567, 36], [888, 416, 36],
  [850, 555, 13], [666, 306, 13], [1238, 514, 27], [666, 401, 27],
  [358, 352, 13], [331, 352, 13], [820, 192, 13], [398, 192, 13],
  [792, 433, 24], [1188, 650, 36], [891, 578, 27], [536, 252, 13],
]);

/** On these the page shows one race, and a projector has room for it. */
const ALONE = SIZES.filter(([width]) => [756, 1100, 1133, 1650, 850, 1238, 792, 1188, 891].includes(width));

const COUNTS = Array.from({ length: 32 }, (_, index) => index + 1);
const MANY = COUNTS.filter((count) => count > 8);

/** Two threads, or a thread and a lane, are at least so far from each other, in pixels. */
const APART = 1.8;

/** Bold letters and digits are about so wide and so high, as a share of their size. */
const LETTER = 0.7;
const DIGIT = 0.74;

/** Every layout of so many processes, with its name. @param {readonly number[]} counts @param {readonly (readonly [number, number, number])[]} sizes
 * @returns {{layout: Layout, count: number, where: string}[]} */
function layouts(counts, sizes) {
  return sizes.flatMap(([width, height, least]) => counts.flatMap((count) => [false, true].map((hasGate) => ({
    layout: layOut(width, height, count, least, 1, hasGate),
    count,
    where: `${count} processes on ${width} × ${height}${hasGate ? ", with a gate" : ""}`,
  }))));
}

/** @param {Box} one @param {Box} other @param {number} [slack] */
function overlap(one, other, slack = 0.01) {
  const wide = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const high = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return wide > slack && high > slack;
}

/** @param {Record<string, Box>} boxes @param {string} where */
function areApart(boxes, where) {
  const named = Object.entries(boxes);
  named.forEach(([name, box], index) => {
    for (const [other, its] of named.slice(index + 1)) assert.ok(!overlap(box, its), `${where}: ${name} lies on ${other}`);
  });
}

/** @param {Record<string, Box>} boxes @param {Layout} layout @param {string} where */
function areInside(boxes, { width, height }, where) {
  for (const [name, { x, y, width: wide, height: high }] of Object.entries(boxes)) {
    assert.ok(x >= -0.01 && x + wide <= width + 0.01 && y >= -0.01 && y + high <= height + 0.01, `${where}: ${name} leaves the stage`);
  }
}

/** Where a text stands. @param {TextPlace} place @param {number} width @param {number} size @returns {Box} */
function written({ x, y, anchor }, width, size) {
  return { x: anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2, y: y - DIGIT * size, width, height: DIGIT * size };
}

/** @param {Layout} layout @param {number} process @returns {Box} */
function nameOf({ lanes, cards, type }, process) {
  const { name } = /** @type {{name: TextPlace}} */ (lanes[process] ?? cards[process]);
  const size = lanes.length > 0 ? type : 1.2 * type;
  return written(name, `P${process + 1}`.length * LETTER * size, size);
}

/** @param {Lane} lane @param {number} type @param {number} size in sizes of type @returns {Box} */
function markOf({ mark }, type, size) {
  return { x: mark.x - (size * type) / 2, y: mark.y - (size * type) / 2, width: size * type, height: size * type };
}

/** What stands in the middle. @param {Layout} layout @returns {Record<string, Box>} */
function middleOf({ cell, gate, tray }) {
  return { "the number": gate ?? cell, "the tray": tray };
}

/** The parts of all lanes. @param {Layout} layout @returns {Record<string, Box>} */
function partsOf(layout) {
  const { lanes, type } = layout;
  return Object.fromEntries(lanes.flatMap((lane, process) => {
    /** @type {[string, Box][]} */
    const parts = [["mark", markOf(lane, type, 1.1)], ["name", nameOf(layout, process)]];
    if (lane.hasNumber) parts.push(["register", lane.register]);
    if (lane.word) parts.push(["word", written(lane.word, Math.min(lane.room, 5.4 * type), type)]);
    return parts.map(([part, box]) => [`the ${part} of P${process + 1}`, box]);
  }));
}

test("up to eight processes have cards, more have lanes, each process one", () => {
  for (const { layout, count, where } of layouts(COUNTS, SIZES)) {
    assert.equal(layout.cards.length, count > 8 ? 0 : count, where);
    assert.equal(layout.lanes.length, count > 8 ? count : 0, where);
    assert.equal(layout.seats.length, count, where);
  }
});

test("registers, the number and its gate lie apart, however many processes there are", () => {
  for (const { layout, count, where } of layouts(COUNTS, SIZES)) {
    const registers = Object.fromEntries(layout.seats.map(({ register }, process) => [`P${process + 1}`, register]));
    areApart({ ...registers, "the number": layout.gate ?? layout.cell }, where);
    areInside(count > 8 ? registers : {}, layout, where);
  }
});

test("no part of a lane lies on another one, on the number or on the tray, or leaves the stage", () => {
  for (const { layout, where } of layouts(MANY, SIZES)) {
    const parts = partsOf(layout);
    areApart({ ...parts, ...middleOf(layout) }, where);
    areInside({ ...parts, "the number": layout.gate ?? layout.cell, "the tray": layout.tray }, layout, where);
  }
});

test("the parts of a lane stand in it, and two lanes apart", () => {
  for (const { layout, where } of layouts(MANY, SIZES)) {
    areApart(Object.fromEntries(layout.lanes.map(({ box }, process) => [`P${process + 1}`, box])), where);
    layout.lanes.forEach((lane, process) => {
      const { box } = lane;
      for (const part of [markOf(lane, layout.type, 1.1), nameOf(layout, process), lane.register]) {
        const isIn = part.x >= box.x - 0.2 && part.x + part.width <= box.x + box.width + 0.2 && part.y >= box.y - 0.2 && part.y + part.height <= box.y + box.height + 0.2;
        assert.ok(isIn, `${where}: a part of P${process + 1} is not in its lane`);
      }
    });
  }
});

test("they stand in columns, in the order of their names, from left to right", () => {
  for (const { layout, where } of layouts(MANY, SIZES)) {
    const corners = layout.lanes.map(({ box, side }) => ({ x: box.x, y: box.y, side }));
    corners.slice(1).forEach(({ x, y }, index) => {
      const before = /** @type {typeof corners[number]} */ (corners[index]);
      assert.ok(x === before.x ? y > before.y : x > before.x && y <= before.y, `${where}: P${index + 2} stands before P${index + 1}`);
    });
    const left = corners.filter(({ side }) => side < 0).length;
    assert.ok(left - (corners.length - left) <= 1 && left >= corners.length - left, where);
  }
});

test("what is said of the tray has room below it, and the lock’s rail beside the number", () => {
  for (const { layout, where } of layouts(MANY, SIZES)) {
    const { tray, rail, seats, type, lockHome } = layout;
    const words = (layout.trayLines > 1 ? "P32’s +1 is" : "P32’s +1 is lost").length * 0.54 * type;
    assert.ok(tray.width >= words, `${where}: the tray is ${tray.width} wide, its words ${words}`);
    const edge = Math.max(...seats.filter(({ side }) => side < 0).map(({ inner }) => inner.x));
    assert.ok(rail.x >= edge && rail.x + rail.width <= lockHome.x && rail.y >= -0.01, where);
    assert.ok(rail.width >= 2.2 * type, `${where}: no room to say how many wait`);
  }
});

test("a thread passes between other lanes, and no two threads lie in one line", () => {
  for (const { layout, where } of layouts(MANY, SIZES)) {
    const passes = layout.lanes.flatMap(({ via, side }, process) => {
      const [from, to] = via;
      return from && to ? [{ process, side, y: from.y, left: Math.min(from.x, to.x), right: Math.max(from.x, to.x) }] : [];
    });
    for (const { process, side, y, left, right } of passes) {
      for (const [other, { box }] of layout.lanes.entries()) {
        const isAcross = right > box.x + 0.01 && left < box.x + box.width - 0.01 && y > box.y - APART && y < box.y + box.height + APART;
        assert.ok(!isAcross, `${where}: the thread of P${process + 1} runs through P${other + 1}`);
      }
      const isAlone = passes.every((one) => one.process === process || one.side !== side || Math.abs(one.y - y) > APART);
      assert.ok(isAlone, `${where}: the thread of P${process + 1} lies on another one`);
    }
  }
});

test("type is as large as it has to be wherever a race has the page for itself", () => {
  for (const { layout, where } of layouts(MANY, ALONE)) {
    assert.ok(layout.type >= layout.least - 0.01, `${where}: type of ${layout.type}`);
    assert.ok(layout.lanes.every(({ hasNumber }) => hasNumber), `${where}: it cannot be seen what a process holds`);
  }
});

test("as much is said of each process as there is room for: with more of them it never becomes more", () => {
  const rank = (/** @type {Layout} */ { lanes: [lane] }) => (lane?.word ? 2 : lane?.hasNumber ? 1 : 0);
  for (const [width, height, least] of SIZES) {
    const ranks = MANY.map((count) => rank(layOut(width, height, count, least, 1, false)));
    assert.deepEqual(ranks, [...ranks].sort((one, other) => other - one), `${width} × ${height}`);
  }
});

test("where there is no room at all type becomes smaller, and still nothing overlaps", () => {
  for (const [width, height, least] of /** @type {const} */ ([[403, 274, 24], [200, 150, 13], [90, 60, 24]])) {
    const layout = layOut(width, height, 32, least, 1, true);
    assert.ok(layout.type < least);
    areApart({ ...partsOf(layout), "the number": layout.gate ?? layout.cell }, `${width} × ${height}`);
  }
});

test("several cells find their place between the lanes too", () => {
  for (const [width, height, least] of SIZES) {
    const layout = layOut(width, height, 20, least, 3, true);
    areApart({ ...partsOf(layout), "the cells": layout.gate ?? layout.cell }, `${width} × ${height}`);
    assert.ok(layout.lanes.every(({ wireEnds }) => wireEnds.length === 3));
  }
});

test("no ticket lies on another one, beside the tray, or on the number", () => {
  for (const { layout, where } of layouts([9, 20, 32], SIZES)) {
    for (let count = 1; count <= MOST_TICKETS; count += 1) {
      const tickets = Object.fromEntries(Array.from({ length: count }, (_, index) => {
        const { x, y, size } = ticketAt(layout, index, count);
        return [`ticket ${index + 1} of ${count}`, { x: x - size, y: y - 0.58 * size, width: 2 * size, height: 1.16 * size }];
      }));
      areApart({ ...tickets, "the number": layout.gate ?? layout.cell }, where);
      const { tray } = layout;
      for (const [name, { x, width }] of Object.entries(tickets)) {
        assert.ok(x >= tray.x && x + width <= tray.x + tray.width, `${where}: ${name} lies beside the tray`);
      }
    }
  }
});

test("what is left of a way is the way itself from there on", () => {
  const layout = layOut(1100, 376, 32, 24, 1, false);
  const lane = /** @type {Lane} */ (layout.lanes.find(({ via }) => via.length > 0));
  const [end] = lane.wireEnds;
  assert.ok(end);
  const way = wayOf(lane, end);
  assert.equal(way.length, 4);
  assert.deepEqual(restOf(way, 0), way);
  assert.deepEqual(restOf(way, 1).map(({ x, y }) => [Math.round(x), Math.round(y)]), [end, end].map(({ x, y }) => [Math.round(x), Math.round(y)]));
  let before = lane.inner;
  for (let share = 0.1; share < 1; share += 0.1) {
    const [at] = restOf(way, share);
    assert.ok(at.x > before.x, `it turns back at ${share}`);
    before = at;
  }
  assert.equal(thread(way).match(/C/g)?.length, 3);
});
