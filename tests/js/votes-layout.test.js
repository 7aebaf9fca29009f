// The answers of a class on their axis: a dot for each phone inside the drawing, the flag and the gap where they belong, and
// no two words on top of each other, whatever a class has answered.

import assert from "node:assert/strict";
import { test } from "node:test";

import { layVotes } from "../../static/js/charts/votes-layout.js";

const PROJECTOR = { width: 792, height: 380, unit: 24 };
const PHONE = { width: 358, height: 260, unit: 15 };
const A_CLASS = { 20: 13, 2: 1, 10: 3, 11: 1, 12: 1, 15: 2, 18: 2, 19: 3 };

/** @param {readonly Record<string, number>[]} results @param {Partial<import("../../static/js/charts/votes-layout.js").Votes>} [more] */
function votes(results, more = {}) {
  return { results, truth: 11, expected: 20, right: ["11", "fewer"], names: { truth: "counter", expected: "expected" }, gap: "✕ 9 lost", ...more };
}

/** Numbers that look as if by chance, and are the same each time. @param {number} seed */
function chance(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
}

/** @param {number} phones @param {number} seed @param {number} most */
function answers(phones, seed, most) {
  const any = chance(seed);
  /** @type {Record<string, number>} */
  const count = {};
  for (let phone = 0; phone < phones; phone += 1) {
    const word = any(10);
    const answer = word === 0 ? "fewer" : word === 1 ? "more" : String(any(most));
    count[answer] = (count[answer] ?? 0) + 1;
  }
  return count;
}

/** What a line of words takes from left to right, as the layout measures them. @param {{x: number, words: string}} words @param {number} unit */
function reach({ x, words }, unit) {
  const half = (words.length * 0.56 * unit) / 2;
  return [x - half, x + half];
}

test("each dot is one phone, and stands over its number", () => {
  const { dots, columns, diameter } = layVotes(votes([A_CLASS]), PROJECTOR);
  assert.equal(dots.length, 26);
  const column = columns.find(({ from }) => from === 20);
  assert.equal(dots.filter(({ x }) => Math.abs(x - (column?.x ?? 0)) <= (column?.width ?? 0) / 2).length, 13);
  assert.ok(diameter > 10, `a dot can be seen from the last row: ${diameter}`);
});

test("whatever is answered, all dots lie inside the drawing, above their axis, and none on another", () => {
  for (const size of [PROJECTOR, PHONE]) {
    for (const [phones, most, rounds] of /** @type {const} */ ([[1, 5, 1], [27, 30, 2], [256, 30, 1], [256, 40_000, 2]])) {
      const results = Array.from({ length: rounds }, (_, round) => answers(phones, 7 + round, most));
      const { dots, rows, diameter } = layVotes(votes(results, { truth: Math.floor(most / 2), expected: most }), size);
      assert.equal(dots.length, phones * rounds);
      dots.forEach(({ x, y, vote }, index) => {
        const row = rows[vote];
        assert.ok(x - diameter / 2 >= -0.5 && x + diameter / 2 <= size.width + 0.5, `x ${x} of ${size.width}`);
        assert.ok(row && y + diameter / 2 <= row.base && y - diameter / 2 >= row.top - diameter, `y ${y}`);
        const nearest = Math.min(...dots.filter((_, other) => other !== index).map((other) => Math.hypot(other.x - x, other.y - y)), Infinity);
        assert.ok(nearest >= diameter * 0.99, `two dots are ${nearest} apart, and ${diameter} wide`);
      });
    }
  }
});

test("numbers that are too many share columns, and each phone still has its dot", () => {
  const { columns, dots } = layVotes(votes([answers(256, 3, 40_000)], { truth: 12_345, expected: 40_000 }), PHONE);
  assert.ok(columns.length < 40);
  assert.equal(dots.length, 256);
});

test("the gap lies between what came out and what was expected, and says how much is lost", () => {
  const { gap, flag, expected } = layVotes(votes([A_CLASS]), PROJECTOR);
  assert.equal(gap?.from, flag?.x);
  assert.equal(gap?.to, expected?.x);
  assert.equal(gap?.words?.words, "✕ 9 lost");
  assert.equal(layVotes(votes([{ 20: 5 }], { truth: 20, gap: "" }), PROJECTOR).gap, null);
  assert.equal(layVotes(votes([{ 20: 5 }], { truth: null, expected: null }), PROJECTOR).flag, null);
});

test("where the gap is too narrow for words, it has none: the figures say it", () => {
  assert.equal(layVotes(votes([A_CLASS], { truth: 19, gap: "✕ 1 lost" }), PROJECTOR).gap?.words, null);
});

test("the flag hangs inside the drawing, on the side that leaves the gap free where it can", () => {
  for (const truth of [2, 3, 10, 18, 19, 20]) {
    const { flag, expected } = layVotes(votes([A_CLASS], { truth }), PROJECTOR);
    assert.ok(flag && flag.box.x >= 0 && flag.box.x + flag.box.width <= PROJECTOR.width, `at ${truth}`);
    if (truth >= 10 && truth < 20) assert.ok(flag.box.x + flag.box.width <= flag.x + 2, `at ${truth} it hangs to the left`);
    const words = expected?.words;
    if (!words) continue;
    const [from = 0, to = 0] = reach(words, PROJECTOR.unit);
    assert.ok(to <= flag.box.x + 1 || from >= flag.box.x + flag.box.width - 1, `at ${truth} its words lie on the other's`);
    assert.ok(from >= -1 && to <= PROJECTOR.width + 1);
  }
});

test("labels never touch, and what came out always has one", () => {
  for (const truth of [0, 1, 11, 19, 20]) {
    const { labels } = layVotes(votes([A_CLASS, answers(60, 5, 25)], { truth }), PHONE);
    const spans = labels.map((label) => reach(label, PHONE.unit)).sort(([one = 0], [other = 0]) => one - other);
    spans.slice(1).forEach(([from = 0], index) => assert.ok(from > (spans[index]?.[1] ?? 0)));
    assert.ok(labels.some(({ words, isRight }) => words === String(truth) && isRight), `${truth} has a label`);
  }
});

test("two votes are two rows on one axis, and who was right is marked in both", () => {
  const { rows, dots } = layVotes(votes([{ 20: 3, 11: 1 }, { 20: 1, 11: 2, fewer: 1 }]), PROJECTOR);
  assert.equal(rows.length, 2);
  assert.ok((rows[0]?.base ?? 0) < (rows[1]?.top ?? 0));
  assert.deepEqual([0, 1].map((vote) => dots.filter((dot) => dot.vote === vote && dot.isRight).length), [1, 3]);
});

test("where nobody has answered a number, there is still the truth", () => {
  const { columns, dots, flag } = layVotes(votes([{}]), PROJECTOR);
  assert.equal(dots.length, 0);
  assert.ok(columns.length > 0 && flag);
});
