// Numbers that keep coming: what was pushed stays, however far the columns have grown.

import assert from "node:assert/strict";
import test from "node:test";

import { Bytes, Floats, Ints, Names } from "../../static/js/core/columns.js";

for (const Column of [Bytes, Ints, Floats]) {
  test(`${Column.name}: what was pushed stays where it is while the column grows`, () => {
    const column = new Column();
    for (let value = 0; value < 3000; value += 1) column.push(value % 100);
    assert.equal(column.length, 3000);
    for (let index = 0; index < 3000; index += 1) assert.equal(column.at(index), index % 100);
    column.set(1500, 7);
    assert.deepEqual([1499, 1500, 1501].map((index) => column.at(index)), [99, 7, 1]);
  });
}

test("taking one out moves up those after it", () => {
  const column = new Ints();
  for (const value of [2, 3, 5, 7]) column.push(value);
  column.remove(1);
  assert.deepEqual([column.length, column.at(0), column.at(1), column.at(2)], [3, 2, 5, 7]);
  column.push(11);
  assert.equal(column.at(3), 11);
});

test("what is counted is smaller or equal, equal ones included", () => {
  const column = new Floats();
  assert.equal(column.countUpTo(0), 0);
  for (const value of [1, 4, 4, 4, 9]) column.push(value);
  assert.deepEqual([0, 1, 3.5, 4, 8, 9, 99].map((value) => column.countUpTo(value)), [0, 1, 1, 4, 4, 5, 5]);
});

test("each name is kept once", () => {
  const names = new Names(["read", "write"]);
  assert.deepEqual(["write", "read", "wait", "write", "wait"].map((name) => names.code(name)), [1, 0, 2, 1, 2]);
  assert.deepEqual([0, 1, 2, 3].map((code) => names.name(code)), ["read", "write", "wait", ""]);
});
