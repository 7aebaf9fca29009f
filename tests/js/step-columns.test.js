// A column of all steps: whatever was put in comes out, however it was put in and however it is kept.

import assert from "node:assert/strict";
import test from "node:test";

import { CHUNK, StepColumn, pack, translated } from "../../static/js/core/step-columns.js";

/** Numbers of each size, and none. @type {readonly (readonly [string, number, (index: number) => number])[]} */
const SERIES = [
  ["all the same", -1, () => 7],
  ["none at all", -1, () => -1],
  ["a byte", -1, (index) => (index % 5 === 0 ? -1 : index % 200)],
  ["two bytes", -1, (index) => (index % 5 === 0 ? -1 : 100_000 + (index % 9000))],
  ["four bytes", -1, (index) => (index % 7 === 0 ? -1 : index * 70_000)],
  ["times of days", -1, (index) => index * 1e12],
  ["fractions", NaN, (index) => (index % 3 === 0 ? NaN : index / 8)],
  ["below nought", NaN, (index) => (index % 3 === 0 ? NaN : -index)],
];

for (const [what, absent, numberAt] of SERIES) {
  test(`${what}: what was pushed stays, while it is gathered, packed and unpacked again`, () => {
    const length = 2 * CHUNK + 300;
    const column = new StepColumn(absent);
    for (let index = 0; index < length; index += 1) {
      column.push(numberAt(index));
      if (index === 40 || index === CHUNK + 9 || index === 2 * CHUNK - 1) column.rest();
    }
    for (let round = 0; round < 2; round += 1) {
      assert.equal(column.length, length);
      for (let index = 0; index < length; index += 1) assert.equal(column.at(index), numberAt(index));
      column.rest();
    }
  });

  test(`${what}: a chunk that came packed is read as it was`, () => {
    const numbers = Float64Array.from({ length: CHUNK }, (_, index) => numberAt(index));
    const column = new StepColumn(absent);
    column.extend(pack(numbers, CHUNK, absent), CHUNK);
    column.extend(pack(numbers, 20, absent), 20);
    const into = new Float64Array(CHUNK);
    column.read(0, CHUNK, into);
    assert.deepEqual(into, numbers);
    column.push(numberAt(20));
    assert.deepEqual([CHUNK + 19, CHUNK + 20].map((index) => column.at(index)), [numberAt(19), numberAt(20)]);
  });
}

test("numbers that mean others are translated, and those that mean themselves are left as they are", () => {
  const packed = pack(Float64Array.of(0, 2, -1, 1), 4, -1);
  assert.equal(translated(packed, 4, [0, 1, 2]), packed);
  const column = new StepColumn(-1);
  column.extend(translated(packed, 4, [5, 6, 400]), 4);
  assert.deepEqual([0, 1, 2, 3].map((index) => column.at(index)), [5, 400, -1, 6]);
});

test("what is in order is counted across chunks", () => {
  const column = new StepColumn(-1);
  for (let index = 0; index < CHUNK + 50; index += 1) column.push(2 * index);
  for (const index of [0, 1, CHUNK - 1, CHUNK, CHUNK + 49]) {
    assert.equal(column.countUpTo(2 * index), index + 1);
    assert.equal(column.countUpTo(2 * index - 1), index);
  }
});
