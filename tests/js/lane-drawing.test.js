// Many processes around the shared number, as they are drawn and told of: each lane says what the steps up to there say.

import assert from "node:assert/strict";
import test from "node:test";

import { IMPACT, isOutOfDate, kills } from "../../static/js/core/death.js";
import { lookOf } from "../../static/js/core/process-names.js";
import { describe } from "../../static/js/stages/cells/captions.js";
import { layOut } from "../../static/js/stages/cells/layout.js";
import { viewAt } from "../../static/js/stages/cells/loss-picture.js";
import { PLANES, paint } from "../../static/js/stages/cells/picture.js";
import { hasGate } from "../../static/js/stages/cells/scene.js";
import { outcome, sentence } from "../../static/js/stages/cells/step-sentences.js";
import { CASES, caseOf, historyOf, runOf } from "./cases.js";

/** @import { Blocked, ProcessState, ViewState } from "../../static/js/core/types.js" */
/** @import { Pen } from "../../static/js/stages/cells/shapes.js" */
/** @import { RecordedStep } from "./cases.js" */

/** @typedef {{key: string, tag: string, text: string, about: string, attributes: Record<string, string | number | null>}} Drawn */

/** A stage on which all is said of each process, one on which it is shown, and one for names alone. */
const STAGES = /** @type {const} */ ({ words: [1133, 620, 13], numbers: [1100, 376, 24], names: [592, 276, 24] });

/** @param {string} id @returns {ViewState} */
function viewOf(id) {
  const each = caseOf(id);
  const guard = each.run.request.guard ?? "none";
  const variant = { name: guard, title: guard, kind: guard === "none" ? "none" : "right", own_locks: false, locks: [] };
  return /** @type {ViewState} */ (/** @type {unknown} */ ({ run: each.run, history: historyOf(each), variant, cell: "number" }));
}

/** All that is drawn of one moment. @param {ViewState} view @param {number} position @param {number} progress @param {readonly [number, number, number]} size @returns {Drawn[]} */
function drawnAt(view, position, progress, [width, height, least]) {
  /** @type {Drawn[]} */
  const drawn = [];
  /** @type {Pen} */
  const pen = { draw: (key, tag, attributes, text = "") => drawn.push({ key, tag, text, about: String(attributes["class"] ?? ""), attributes }) };
  const at = viewAt(view, position, progress);
  const layout = layOut(width, height, at.state.processes.length, least, 1, hasGate(at));
  paint(/** @type {Record<typeof PLANES[number], Pen>} */ (Object.fromEntries(PLANES.map((plane) => [plane, pen]))), at, layout);
  return drawn;
}

/** @param {readonly Drawn[]} drawn @param {RegExp} key */
function keyed(drawn, key) {
  return drawn.filter((one) => key.test(one.key));
}

/** Some positions of a run, from its first step to its last. @param {ViewState} view */
function positionsOf({ history }) {
  return Array.from({ length: 24 }, (_, index) => Math.max(1, Math.round((history.length * index) / 23)));
}

const CROWDS = CASES.map(({ run }) => run.id).filter((id) => id.startsWith("crowd-"));

test("there are crowds to look at", () => assert.ok(CROWDS.length >= 5));

for (const id of CROWDS) {
  test(`${id}: every process has its shape, and its name beside it, wherever the run is`, () => {
    const view = viewOf(id);
    for (const size of Object.values(STAGES)) {
      for (const position of positionsOf(view)) {
        const drawn = drawnAt(view, position, 1, size);
        const { names } = view.history.stateAt(position);
        assert.deepEqual(keyed(drawn, /^\d+ name$/).map(({ text }) => text), names);
        assert.deepEqual(keyed(drawn, /^\d+ mark$/).map(({ attributes }) => attributes["href"]), names.map((_, process) => `#mark-${lookOf(process)}`));
        for (const { attributes } of drawn) assert.doesNotMatch(Object.values(attributes).join(), /NaN|undefined/);
      }
    }
  });

  test(`${id}: what a process holds is shown, and whether that is out of date, waits or is over`, () => {
    const view = viewOf(id);
    for (const size of [STAGES.words, STAGES.numbers]) {
      for (const position of positionsOf(view)) {
        const drawn = drawnAt(view, position, 1, size);
        const state = view.history.stateAt(position);
        state.processes.forEach((process, index) => {
          const [value] = keyed(drawn, new RegExp(`^${index} value$`));
          const holds = process.ended ? null : process.register;
          assert.equal(value?.text, holds === null ? undefined : String(process.computed ?? holds.value), `P${index + 1} at ${position}`);
          assert.equal(value?.about.includes("is-stale") ?? false, holds !== null && isOutOfDate(process, state));
          assert.equal(keyed(drawn, new RegExp(`^${index} hatch$`)).length, process.waits === null ? 0 : 1);
          const [word] = keyed(drawn, new RegExp(`^${index} word$`));
          if (process.ended) assert.equal(word?.text, "done");
          if (process.waits !== null) assert.equal(word?.text, "waits");
        });
      }
    }
  });

  test(`${id}: where there is room for names alone, outlines tell the same`, () => {
    const view = viewOf(id);
    if (view.run.request.processes < 16) return;
    for (const position of positionsOf(view)) {
      const drawn = drawnAt(view, position, 1, STAGES.names);
      const state = view.history.stateAt(position);
      state.processes.forEach((process, index) => {
        const [lane] = keyed(drawn, new RegExp(`^${index} lane$`));
        const shows = (/** @type {string} */ sign) => lane?.about.includes(sign) ?? false;
        assert.equal(shows("has-ended"), process.ended);
        assert.equal(shows("is-holding"), process.holds !== null);
        assert.equal(shows("is-waiting"), process.waits !== null);
        assert.equal(shows("is-stale"), process.holds === null && isOutOfDate(process, state));
      });
      assert.equal(keyed(drawn, /register$/).length, 0);
    }
  });

  test(`${id}: who moved last is lit, and nobody else`, () => {
    const view = viewOf(id);
    for (const position of positionsOf(view)) {
      const { process } = view.history.step(position - 1);
      const lit = keyed(drawnAt(view, position, 0.5, STAGES.numbers), /^lit$/);
      assert.deepEqual(lit.map(({ about }) => about), [`lane-lit p${lookOf(process)}`]);
    }
  });

  test(`${id}: a thread leads to each number that is held, and frays where that has been replaced`, () => {
    const view = viewOf(id);
    for (const position of positionsOf(view)) {
      const state = view.history.stateAt(position);
      const drawn = drawnAt(view, position, 1, STAGES.numbers);
      const held = state.processes.filter(({ register, ended }) => register !== null && !ended);
      const late = held.filter((process) => isOutOfDate(process, state));
      assert.equal(keyed(drawn, /^frayed /).length, late.length);
      assert.equal(keyed(drawn, /^thread /).length, held.length - late.length);
    }
  });
}

test("a loss has one caption: it names who lost, and comes with the impact and not before", () => {
  const view = viewOf("crowd-thirty-two");
  let seen = 0;
  for (let position = 1; position <= view.history.length; position += 1) {
    const at = viewAt(view, position, 1);
    if (!kills(at)) continue;
    seen += 1;
    const captions = (/** @type {number} */ progress) => drawnAt(view, position, progress, STAGES.numbers).filter(({ text }) => /\b(is|are) lost$/.test(text)).map(({ text }) => text);
    assert.deepEqual(captions(IMPACT - 0.01), []);
    const [caption = "", ...others] = captions(IMPACT);
    assert.deepEqual(others, []);
    const victims = (at.state.effect?.erasedOf ?? []).flatMap((count, process) => (count > 0 ? [process] : []));
    const [victim] = victims;
    if (at.state.effect?.erased === 1) assert.equal(caption, `P${(victim ?? 0) + 1}’s +1 is lost`);
    else assert.equal(caption, `${at.state.effect?.erased} updates are lost`);
  }
  assert.ok(seen > 50);
});

test("on the rail stand those who have waited longest, and how many more there are", () => {
  const view = viewOf("crowd-under-lock");
  let most = 0;
  for (const position of positionsOf(view)) {
    const [{ queue } = { queue: [] }] = view.history.stateAt(position).locks;
    for (const size of Object.values(STAGES)) {
      const drawn = drawnAt(view, position, 1, size);
      const named = keyed(drawn, /^waits \d+ name$/).map(({ text }) => text);
      const more = Number(keyed(drawn, /^more wait$/)[0]?.text ?? 0);
      assert.equal(named.length + more, queue.length);
      assert.deepEqual(named, queue.slice(0, named.length).map((process) => `P${process + 1}`));
      const [token] = keyed(drawn, /^token \d+ name$/);
      const holder = view.history.stateAt(position).locks[0]?.holder ?? -1;
      assert.equal(token?.text, holder < 0 ? undefined : `P${holder + 1}`);
    }
    most = Math.max(most, queue.length);
  }
  assert.ok(most > 20);
});

test("a number that is read arrives by the way that its thread takes", () => {
  const view = viewOf("crowd-thirty-two");
  const { history } = view;
  const position = Array.from({ length: history.length }, (_, index) => index + 1).find((at) => history.step(at - 1).op === "read") ?? 0;
  const flights = [0.1, 0.3, 0.5, 0.7].map((progress) => keyed(drawnAt(view, position, progress, STAGES.numbers), /^read$/)[0]);
  assert.ok(flights.every((one) => one?.text === String(history.step(position - 1).value)));
  const ways = flights.map((one) => Number(one?.attributes["x"]));
  const [first = 0, second = 0] = ways;
  ways.slice(1).forEach((x, index) => assert.ok(Math.sign(x - (ways[index] ?? 0)) === Math.sign(second - first)));
});

test("those who do the same are told of together to people who cannot see the stage", () => {
  const names = Array.from({ length: 12 }, (_, index) => `P${index + 1}`);
  const steps = [...chain(3).slice(0, 3), { process: "P4", op: "read", value: 1, version: 1 }, { process: "P5", op: "read", value: 1, version: 1 }];
  const run = runOf(names);
  const history = historyOf({ run, steps: steps.map((step, index) => ({ index, t_ns: index, target: "number", ...step })) });
  const view = /** @type {ViewState} */ (/** @type {unknown} */ ({ run, atEnd: false, state: history.stateAt(steps.length) }));
  assert.equal(describe(view), "Stage: number is 1; read 0, out of date: P1; wrote 1, from 0: P2; has not started: P3, P6, P7, P8, P9, P10, P11 and P12; read 1: P4 and P5.");
  const crowd = viewOf("crowd-thirty-two");
  for (const position of positionsOf(crowd)) assert.ok(describe(viewAt(crowd, position, 1)).length < 900);
});

/** P1 reads, all others add one after the other, and P1 writes over all of it. @param {number} count @returns {Omit<RecordedStep, "index" | "t_ns" | "target">[]} */
function chain(count) {
  const others = Array.from({ length: count - 1 }, (_, index) => [
    { process: `P${index + 2}`, op: "read", value: index, version: index },
    { process: `P${index + 2}`, op: "write", value: index + 1, version: index + 1, base: index, lost: 0 },
  ]).flat();
  return [{ process: "P1", op: "read", value: 0, version: 0 }, ...others, { process: "P1", op: "write", value: 1, version: count, base: 0, lost: count - 1 }];
}

test("a write that erases the updates of very many says of how many, and of few it names each", () => {
  const said = (/** @type {number} */ count) => {
    const names = Array.from({ length: count }, (_, index) => `P${index + 1}`);
    const steps = chain(count).map((step, index) => ({ index, t_ns: index, target: "number", ...step }));
    const history = historyOf({ run: runOf(names), steps });
    const [before, state] = [history.stateAt(steps.length - 1), history.stateAt(steps.length)];
    return sentence({ step: history.step(steps.length - 1), before, state, progress: 1 });
  };
  assert.match(said(20), /before other processes wrote 19 times\. 19 updates of 19 processes are lost\.$/);
  assert.match(said(4), /3 updates are lost \(1 of P2, 1 of P3 and 1 of P4\)\.$/);
});

test("where very many wait for ever for one lock, the outcome is still a sentence", () => {
  const names = Array.from({ length: 32 }, (_, index) => `P${index + 1}`);
  const run = runOf(names);
  const history = historyOf({ run, steps: [] });
  /** @type {Blocked[]} */
  const deadlock = names.slice(1).map((process) => ({ process, waits_for: "lock", held_by: "P1" }));
  const state = history.stateAt(0);
  const ended = { ...state, processes: state.processes.map((process, index) => /** @type {ProcessState} */ ({ ...process, ended: index === 0 })) };
  const view = /** @type {ViewState} */ (/** @type {unknown} */ ({ run: { ...run, status: "failed", deadlock }, state: ended, variant: { kind: "right" } }));
  assert.equal(outcome(view), "Deadlock: P2, P3, P4 and 28 others wait for the lock, which P1 held when it ended. Nobody can go on.");
});
