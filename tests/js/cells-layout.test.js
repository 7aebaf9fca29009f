// Where things stand on the stage of shared cells, at every size: what is written over a number stays above it, and
// tickets that are meant to be read lie beside each other.

import assert from "node:assert/strict";
import test from "node:test";

import { cellSize } from "../../static/js/stages/cells/step-motion.js";
import { layOut } from "../../static/js/stages/cells/layout.js";
import { MOST_TICKETS } from "../../static/js/stages/cells/scene.js";
import { ticketAt } from "../../static/js/stages/cells/tray.js";

/** Width, height, and the smallest type: a phone, a laptop with a tall panel, a laptop, a large screen, projectors. */
const SIZES = /** @type {const} */ ([[358, 240, 13], [592, 150, 13], [592, 190, 13], [900, 420, 13], [592, 260, 24], [900, 420, 36]]);

/** Digits are about so high, as a share of their size. */
const DIGIT = 0.72;

test("the value of a cell stands under its name, and within its card", () => {
  for (const [width, height, least] of SIZES) {
    const layout = layOut(width, height, 2, least, 1, false);
    const [value] = layout.values;
    assert.ok(value);
    const half = (DIGIT / 2) * cellSize(layout, 20, 1);
    const name = layout.cell.y + 1.12 * layout.type;
    assert.ok(value.y - half > name + 2, `${width} × ${height}: the value touches its name`);
    assert.ok(value.y + half < layout.cell.y + layout.cell.height - 2, `${width} × ${height}: the value leaves its card`);
  }
});

test("where type is large no ticket lies on another, and what it says is as large or is left out", () => {
  for (const [width, height, least] of SIZES.filter(([, , size]) => size > 20)) {
    const layout = layOut(width, height, 2, least, 1, false);
    for (let count = 1; count <= MOST_TICKETS; count += 1) {
      const places = Array.from({ length: count }, (_, index) => ticketAt(layout, index, count));
      for (const [index, { x, size, isBlank }] of places.entries()) {
        const next = places[index + 1];
        if (next) assert.ok(next.x - x >= 2 * size, `${count} tickets lie on each other`);
        assert.equal(isBlank, 0.72 * size < least - 0.01);
        assert.ok(x - size >= layout.tray.x && x + size <= layout.tray.x + layout.tray.width);
      }
    }
    assert.equal(ticketAt(layout, 0, 1).isBlank, false);
  }
});

test("beside a register there is room for the longest words", () => {
  for (const [width, height, least] of SIZES.filter(([, , size]) => size < 20)) {
    const layout = layOut(width, 216, 8, least, 1, false);
    for (const { side, register, caption } of layout.cards) {
      const room = side < 0 ? caption.x : width - caption.x;
      assert.ok(room >= 5 * layout.type, `${width} × ${height}: no room for “out of date”`);
      assert.ok(register.x > 0 && register.x + register.width < width);
    }
  }
});
