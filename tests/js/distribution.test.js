// A histogram of finals: which finals have a column, how dots are stacked, and that theory stands on the same scale.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axisOf, binOf, binsOf, DEADLOCK, labelled, leastOf, linesOf, outline, roundStep, sharesOf, stack, topOf } from "../../static/js/core/distribution.js";

const UNIT = 16;
const twoTimesTen = binsOf(axisOf({ least: leastOf(0, 10), expected: 20 }, []), 600, UNIT);

/** @param {number} columns @param {Partial<import("../../static/js/core/distribution.js").Room>} [changes] */
const room = (columns, changes = {}) => ({ width: 600, height: 100, columns, top: 1, runs: 20, unit: UNIT, ...changes });

test("the axis goes from the least that increments can come to up to what was expected", () => {
  assert.deepEqual(axisOf({ least: leastOf(0, 10), expected: 20 }, []), { from: 2, to: 20, deadlock: false });
  assert.deepEqual(axisOf({ least: leastOf(0, 1), expected: 8 }, []), { from: 1, to: 8, deadlock: false });
  assert.deepEqual(axisOf({ least: leastOf(5, 3), expected: 11 }, []), { from: 7, to: 11, deadlock: false });
});

test("whatever was seen has a place, also where nobody expected it", () => {
  assert.deepEqual(axisOf({ least: 2, expected: 4 }, ["1", "6", DEADLOCK]), { from: 1, to: 6, deadlock: true });
});

test("one process alone has a single final", () => {
  assert.deepEqual(axisOf({ least: leastOf(0, 1), expected: 1 }, []), { from: 1, to: 1, deadlock: false });
  assert.equal(binsOf({ from: 1, to: 1, deadlock: false }, 600, UNIT).length, 1);
});

test("where there is room each final has a column of its own", () => {
  assert.equal(twoTimesTen.length, 19);
  assert.deepEqual(binOf(twoTimesTen, "11"), { at: 9, from: 11, to: 11 });
});

test("forty thousand finals share columns that begin at round numbers, and each has its place once", () => {
  const bins = binsOf({ from: 2, to: 40_000, deadlock: false }, 600, UNIT);
  assert.ok(bins.length <= 37);
  for (const { from } of bins.slice(1)) assert.equal((from ?? 1) % 2000, 0);
  for (const final of [2, 1999, 2000, 25_123, 40_000]) assert.equal(bins.filter(({ from, to }) => (from ?? 0) <= final && final <= (to ?? 0)).length, 1);
});

test("a deadlock is no number: it stands apart, behind the last", () => {
  const bins = binsOf({ from: 2, to: 4, deadlock: true }, 600, UNIT);
  const last = bins[bins.length - 1];
  assert.equal(binOf(bins, DEADLOCK), last);
  assert.ok((last?.at ?? 0) > bins.length - 1, "there is a gap");
  assert.notEqual(binOf(bins, "4"), last);
});

test("runs that end alike are stacked: each dot has its own place, inside its column", () => {
  const names = [...Array(13).fill("11"), ...Array(7).fill("12")];
  const { spots, diameter, heap } = stack(names, twoTimesTen, room(19));
  assert.equal(heap, 1);
  assert.equal(new Set(spots.map(({ x, y }) => `${x} ${y}`)).size, 20);
  const each = 600 / 19;
  for (const { name, x, y } of spots) {
    const at = binOf(twoTimesTen, name)?.at ?? -1;
    assert.ok(x - diameter / 2 >= at * each && x + diameter / 2 <= (at + 1) * each);
    assert.ok(y + diameter / 2 <= 100.01);
  }
});

test("a stack of dots is as high as the theory for the same share", () => {
  const names = Array(20).fill("20");
  const { spots, diameter } = stack(names, twoTimesTen, room(19));
  const highest = Math.max(...spots.map(({ y }) => y + diameter / 2));
  const line = outline(twoTimesTen, new Map([["20", 1]]), room(19));
  const top = Math.max(...line.map(({ y }) => y));
  assert.ok(top - highest >= -0.01 && top - highest <= diameter, `${top} and ${highest}`);
});

test("dots that would be too small stand for several runs each", () => {
  const { spots, diameter, heap } = stack(Array(5000).fill("20"), twoTimesTen, room(19, { runs: 5000 }));
  assert.ok(heap > 1);
  assert.equal(spots.length, Math.ceil(5000 / heap));
  assert.ok(diameter >= 3);
});

test("what is possible shows, however improbable", () => {
  const line = outline(twoTimesTen, new Map([["2", 1e-14], ["12", 0.27]]), room(19, { top: 0.3 }));
  assert.equal(line[1]?.y, 2);
  assert.equal(line.find(({ x }) => x > 100)?.y, 0, "what is impossible does not");
});

test("shares of finals that share a column are added", () => {
  const bins = binsOf({ from: 0, to: 999, deadlock: false }, 160, UNIT);
  const shares = sharesOf(bins, new Map([["0", 0.25], ["1", 0.25], ["999", 0.5]]));
  assert.deepEqual([...shares.values()], [0.5, 0.5]);
});

test("the scale ends at a round share, and its lines lie evenly", () => {
  assert.equal(topOf([0.272, 0.1]), 0.3);
  assert.equal(topOf([]), 0.05);
  assert.equal(topOf([1]), 1);
  assert.deepEqual(linesOf(1), [0.5, 1]);
  assert.deepEqual(linesOf(0.75), [0.25, 0.5, 0.75]);
});

test("numbers thin out evenly, and those that must stand do", () => {
  assert.equal(labelled(twoTimesTen, 1).length, 19);
  const few = labelled(twoTimesTen, 3, [9]);
  assert.ok(few.includes(9) && few.includes(18));
  for (const [index, at] of few.entries()) if (index > 0) assert.ok(at - (few[index - 1] ?? 0) >= 3);
});

test("numbers of columns that hold several finals do not touch either", () => {
  const bins = binsOf({ from: 2, to: 400, deadlock: false }, 1200, UNIT);
  const few = labelled(bins, 3, [22]);
  assert.ok(few.length > 5 && few.includes(22));
  for (const [index, at] of few.entries()) if (index > 0) assert.ok(at - (few[index - 1] ?? 0) >= 3);
});

test("a step is the next round one", () => {
  assert.deepEqual([0.3, 1, 1.2, 3, 7, 12, 600].map(roundStep), [1, 1, 2, 5, 10, 20, 1000]);
});
