// What a browser remembers of rooms, where it may store that and where it may not.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import { heldRoom, hold, keepSeat, letGo, seatIn } from "../../static/js/shell/room-storage.js";

/** What is stored, as the browser has it: text by name. @type {Map<string, string>} */
let stored = new Map();
let isForbidden = false;

function allow() {
  if (isForbidden) throw new DOMException("", "SecurityError");
}

Object.defineProperty(globalThis, "localStorage", {
  value: {
    getItem: (/** @type {string} */ name) => (allow(), stored.get(name) ?? null),
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => (allow(), void stored.set(name, value)),
    removeItem: (/** @type {string} */ name) => (allow(), void stored.delete(name)),
  },
});

beforeEach(() => {
  isForbidden = false;
  stored = new Map();
  letGo();
});

test("the room that is presented is remembered with its key, until it is let go", () => {
  assert.equal(heldRoom(), null);
  hold({ code: "K7F4", key: "KEY" });
  assert.deepEqual(heldRoom(), { code: "K7F4", key: "KEY" });
  assert.equal(stored.size, 1);
  letGo();
  assert.deepEqual([heldRoom(), stored.size], [null, 0]);
});

test("what another tab has let go is not held here", () => {
  hold({ code: "K7F4", key: "KEY" });
  stored.clear();
  assert.equal(heldRoom(), null);
});

test("each room has its own seat, and a new one takes the place of the old", () => {
  keepSeat("K7F4", "12.OLD");
  keepSeat("AAAA", "1.OTHER");
  keepSeat("K7F4", "13.NEW");
  assert.deepEqual([seatIn("K7F4"), seatIn("AAAA"), seatIn("CCCC")], ["13.NEW", "1.OTHER", null]);
});

test("of very many rooms the latest are remembered", () => {
  const codes = Array.from({ length: 30 }, (_, index) => `R${index}`);
  for (const code of codes) keepSeat(code, `1.${code}`);
  assert.deepEqual([seatIn("R0"), seatIn("R9"), seatIn("R10"), seatIn("R29")], [null, null, "1.R10", "1.R29"]);
});

test("what is stored and makes no sense counts as nothing", () => {
  for (const nonsense of ["{", "7", "null", '{"code":1}', '[["K7F4"],null,7]']) {
    stored.set("room", nonsense);
    stored.set("room seats", nonsense);
    assert.deepEqual([heldRoom(), seatIn("K7F4")], [null, null]);
  }
});

test("where nothing may be stored, it is remembered until the page is left", () => {
  isForbidden = true;
  hold({ code: "K7F4", key: "KEY" });
  keepSeat("K7F4", "12.SECRET");
  assert.deepEqual([heldRoom(), seatIn("K7F4"), stored.size], [{ code: "K7F4", key: "KEY" }, "12.SECRET", 0]);
  letGo();
  assert.equal(heldRoom(), null);
});
