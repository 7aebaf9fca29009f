// Which key a person means, on a keyboard of any alphabet.

import assert from "node:assert/strict";
import test from "node:test";

import { nameOf } from "../../static/js/shell/keys.js";

const CASES = /** @type {const} */ ([
  ["n on a Latin keyboard", { key: "n", code: "KeyN", shiftKey: false }, "n"],
  ["n with caps lock", { key: "N", code: "KeyN", shiftKey: false }, "n"],
  ["m on a French keyboard, where it is elsewhere", { key: "m", code: "Semicolon", shiftKey: false }, "m"],
  ["Russian т, where n would be", { key: "т", code: "KeyN", shiftKey: false }, "n"],
  ["Greek ρ, where r would be", { key: "ρ", code: "KeyR", shiftKey: false }, "r"],
  ["Hebrew מ, where n would be", { key: "מ", code: "KeyN", shiftKey: false }, "n"],
  ["Arabic لا, two letters of one key, where b would be", { key: "لا", code: "KeyB", shiftKey: false }, "b"],
  ["Russian З with Shift, where p would be", { key: "З", code: "KeyP", shiftKey: true }, "p"],
  ["an Arabic question mark", { key: "؟", code: "Slash", shiftKey: true }, "?"],
  ["Russian ю from a clicker that sends a full stop", { key: "ю", code: "Period", shiftKey: false }, "b"],
  ["a Hebrew letter on the key of a sign that means nothing", { key: "ף", code: "Semicolon", shiftKey: false }, "ף"],
  ["a Persian digit", { key: "۳", code: "Digit3", shiftKey: false }, "3"],
  ["a question mark, however it is typed", { key: "?", code: "Digit7", shiftKey: true }, "?"],
  ["ten steps on", { key: "ArrowRight", code: "ArrowRight", shiftKey: true }, "Shift+ArrowRight"],
  ["plus without Shift", { key: "=", code: "Equal", shiftKey: false }, "+"],
  ["the blank button of a clicker", { key: ".", code: "Period", shiftKey: false }, "b"],
  ["space", { key: " ", code: "Space", shiftKey: false }, " "],
]);

for (const [what, pressed, means] of CASES) {
  test(`${what} is "${means}"`, () => assert.equal(nameOf(pressed), means));
}
