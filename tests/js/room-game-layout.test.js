// Where everything of a game stands, for as many processes as a class has and on every screen: inside, and on nothing else.

import assert from "node:assert/strict";
import test from "node:test";

import { layGame } from "../../static/js/pages/room/game-layout.js";

/** @import { Box, GameLayout } from "../../static/js/pages/room/game-layout.js" */

/** The picture's place on a phone, on its side, on a laptop and on a projector; a rem in pixels. */
const SIZES = [
  { width: 358, height: 376, unit: 16 },
  { width: 288, height: 330, unit: 16 },
  { width: 490, height: 280, unit: 16 },
  { width: 750, height: 590, unit: 16 },
  { width: 1100, height: 860, unit: 24 },
];

/** The smallest type that can be read is 12 pixels, which is what the picture then takes. */
const SMALLEST_UNIT = 12;

/** @param {GameLayout} layout */
function boxesOf({ others, number, lock, own }) {
  return [...others.map(({ box }) => box), number, ...(lock ? [lock] : []), ...(own ? [own.box] : [])];
}

/** @param {Box} one @param {Box} other */
function overlap(one, other) {
  const slack = 0.01;
  return one.x < other.x + other.width - slack && other.x < one.x + one.width - slack && one.y < other.y + other.height - slack && other.y < one.y + one.height - slack;
}

for (const size of SIZES) {
  test(`in ${size.width} × ${size.height} pixels up to 31 others stand within, beside each other`, () => {
    for (const others of [0, 1, 2, 3, 4, 5, 7, 8, 12, 19, 31]) {
      for (const lockLetters of [0, 18, 40]) {
        const layout = layGame({ others, lockLetters, hasOwn: true }, size);
        const boxes = boxesOf(layout);
        assert.equal(layout.others.length, others);
        assert.ok(layout.unit >= SMALLEST_UNIT * (size.height < 300 || lockLetters ? 0.8 : 1), `${others} others: type of ${layout.unit}`);
        for (const { x, y, width, height } of boxes) {
          assert.ok(x >= -0.01 && x + width <= size.width + 0.01, `${others} others: ${x} … ${x + width}`);
          assert.ok(y >= -0.01 && y + height <= size.height + 0.01, `${others} others: ${y} … ${y + height}`);
        }
        for (const [index, box] of boxes.entries()) {
          for (const other of boxes.slice(index + 1)) assert.ok(!overlap(box, other), `${others} others, ${JSON.stringify([box, other])}`);
        }
        assert.ok((layout.own?.caption.y ?? 0) <= size.height, "the last words are within");
      }
    }
  });
}

test("the more there are, the less is said of each", () => {
  const phone = { width: 358, height: 430, unit: 16 };
  const densities = [3, 5, 7, 12, 31].map((others) => layGame({ others, lockLetters: 0, hasOwn: true }, phone).density);
  assert.deepEqual(densities, ["cards", "small", "small", "tiles", "tiles"]);
  assert.equal(layGame({ others: 31, lockLetters: 0, hasOwn: true }, { width: 490, height: 280, unit: 16 }).density, "marks");
});

test("no thread crosses another", () => {
  for (const size of SIZES) {
    for (const count of [2, 3, 4, 5, 6, 7]) {
      const { others, number } = layGame({ others: count, lockLetters: 0, hasOwn: true }, size);
      const threads = others.flatMap(({ thread }) => (thread ? [thread] : []));
      for (const [index, thread] of threads.entries()) {
        assert.ok(thread.to.x >= number.x && thread.to.x <= number.x + number.width, "it ends on the number");
        assert.ok(thread.from.y <= thread.bend && thread.bend <= thread.to.y);
        const after = threads[index + 1];
        if (!after) continue;
        assert.ok(thread.to.x < after.to.x, "in the order of the cards");
        // Where one goes across over the way down of the other, it does so below the other's bend, or above its own.
        const spansNext = Math.max(thread.from.x, thread.to.x) > after.from.x;
        if (spansNext) assert.ok(thread.bend > after.bend);
        const spansThis = Math.min(after.from.x, after.to.x) < thread.from.x;
        if (spansThis) assert.ok(after.bend > thread.bend);
      }
    }
  }
});

test("with much room the type grows, and the thumb's side is always the last", () => {
  const small = layGame({ others: 3, lockLetters: 0, hasOwn: true }, { width: 358, height: 376, unit: 16 });
  const large = layGame({ others: 3, lockLetters: 0, hasOwn: true }, { width: 1100, height: 700, unit: 16 });
  assert.ok(large.unit > small.unit);
  for (const { number, own, others } of [small, large]) {
    assert.ok((own?.box.y ?? 0) > number.y + number.height);
    assert.ok(others.every(({ box }) => box.y + box.height < number.y));
  }
});

test("who has no process sees the others and the number", () => {
  assert.equal(layGame({ others: 4, lockLetters: 0, hasOwn: false }, { width: 358, height: 376, unit: 16 }).own, null);
});
