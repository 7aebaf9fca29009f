// What is on show, as an address and back: a link opens the same thing.

import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { addressOf, linkOf, readAddress } from "../../static/js/pages/race/address.js";
import { placed } from "../../static/js/core/place.js";
import { createAddress } from "../../static/js/shell/address.js";

/** @import { Field, Address } from "../../static/js/pages/race/address.js" */
/** @import { Choice } from "../../static/js/core/types.js" */

/** @typedef {Address & {choice: Choice, field: Field | null}} Shown */

/** @type {Shown} */
const SHOWN = {
  choice: { scenario: "value", processes: 2, iterations: 10, variant: "with", pace: "slow", chunksize: null },
  field: "guard",
  runs: ["race-none", "race-with"],
  at: null,
  clip: null,
  guess: null,
  clock: "steps",
  look: { panel: "value", solo: null, projector: false, cell: null },
  single: false,
  seeds: [],
};

/** A browser with only an address bar and one clock. */
function browser() {
  /** @type {string[]} */
  const written = [];
  /** @type {() => void} */
  let leave = () => undefined;
  const window = {
    /** @param {string} _ @param {() => void} listener */
    addEventListener: (_, listener) => (leave = listener),
    setTimeout: (/** @type {() => void} */ action, /** @type {number} */ pause) => setTimeout(action, pause),
    clearTimeout: (/** @type {number} */ timer) => clearTimeout(timer),
  };
  const history = { replaceState: (/** @type {null} */ _, /** @type {string} */ __, /** @type {string} */ url) => written.push(url) };
  Object.assign(globalThis, { window, history });
  return { written, leave: () => leave() };
}

/** @param {string} url */
function read(url) {
  const { pathname, search } = new URL(url, "http://localhost");
  return readAddress({ pathname, search });
}

/** @type {Partial<Shown>[]} */
const PLACES = [
  {},
  { at: 0, guess: 20 },
  { guess: "fewer" },
  { clip: 42, look: { ...SHOWN.look, panel: "timeline" } },
  { clock: "clock", at: 12_345_678 },
  { look: { panel: "code", solo: 1, projector: true, cell: "numbers[1]" } },
  { choice: { ...SHOWN.choice, scenario: "pool", variant: "map_async", chunksize: 3 }, field: "call" },
  { choice: { ...SHOWN.choice, scenario: "processes", variant: "spawn" }, field: "start_method", runs: ["a", "b", "c"] },
];

for (const place of PLACES) {
  test(`an address leads back to what it was made from: ${JSON.stringify(place)}`, () => {
    const shown = { ...SHOWN, ...place };
    const { chunksize, ...choice } = shown.choice;
    const { field: _, ...rest } = shown;
    assert.deepEqual(read(addressOf(shown)), { ...rest, choice: chunksize === null ? choice : shown.choice });
  });
}

test("one run alone has an address of its own, that says only how it is looked at", () => {
  assert.equal(addressOf({ ...SHOWN, runs: ["race-none"], single: true, at: 7 }), "/runs/race-none?at=7");
  const { choice, runs, at, single } = read("/runs/race-none?at=7");
  assert.deepEqual([choice, runs, at, single], [{}, ["race-none"], 7, true]);
});

test("a link says what would run where nobody knows the run, with the same pauses", () => {
  const alone = linkOf({ ...SHOWN, runs: ["race-none"], single: true, at: 7, seeds: [9007199254740991] });
  assert.equal(alone, "/runs/race-none?scenario=value&processes=2&iterations=10&pace=slow&guard=with&seed=9007199254740991&at=7");
  assert.deepEqual(read(alone).seeds, [9007199254740991]);
  const both = { ...SHOWN, seeds: [3, 4] };
  assert.equal(linkOf(both), addressOf(both) + "&seed=3,4");
  assert.deepEqual(read(linkOf(both)).seeds, [3, 4]);
  assert.deepEqual(read("/?seed=red,,-1").seeds, []);
});

test("what makes no sense in an address counts as not there", () => {
  const { choice, runs, at, clock, look } = read("/?processes=two&iterations=-3&at=1e3&clock=sun&panel=none&alone=up&runs=,,");
  assert.deepEqual([choice, runs, at, clock], [{}, [], null, "steps"]);
  assert.deepEqual(look, { panel: "value", solo: null, projector: false, cell: null });
});

test("an address that changes is written now and then, and the last one for sure", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const { written, leave } = browser();
    const write = createAddress();
    for (let at = 1; at <= 5; at += 1) write(`/?at=${at}`);
    assert.deepEqual(written, []);
    mock.timers.runAll();
    assert.deepEqual(written, [placed("/?at=5")]);
    write("/?at=5");
    write("/?at=6");
    leave();
    assert.deepEqual(written, [placed("/?at=5"), placed("/?at=6")]);
  } finally {
    mock.timers.reset();
  }
});
