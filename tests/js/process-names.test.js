// What the name of a process says: its number and its colour.

import assert from "node:assert/strict";
import test from "node:test";

import { colourOf, numberOf } from "../../static/js/core/process-names.js";

test("a process P1, P2, … has the number in its name, and others have none", () => {
  assert.deepEqual(["P1", "P2", "P12", "main", "reader", "owner", ""].map(numberOf), [0, 1, 11, -1, -1, -1, -1]);
});

test("after eight processes the colours begin again, and a process without a number has its own", () => {
  assert.deepEqual(["P1", "P8", "P9", "reader"].map(colourOf), ["p0", "p7", "p0", "is-extra"]);
});
