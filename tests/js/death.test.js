// How a lost update dies: what is on show at each moment of it, and what lies in the tray.

import assert from "node:assert/strict";
import test from "node:test";

import { IMPACT, landed, phaseOf, shownState, trayOf } from "../../static/js/core/death.js";
import { CASES, caseOf, historyOf } from "./cases.js";

/** @import { History } from "../../static/js/core/history.js" */

/** @param {History} history @param {number} position @param {number} progress */
function sceneAt(history, position, progress) {
  const step = position > 0 ? history.step(position - 1) : null;
  return { step, before: history.stateAt(Math.max(0, position - 1)), state: history.stateAt(position), progress };
}

/** @param {History} history @param {number} last */
function phasesUpTo(history, last) {
  /** @type {string[]} */
  const phases = [];
  for (let position = 0; position <= last; position += 1) {
    for (let tick = 0; tick <= 50; tick += 1) {
      const phase = phaseOf(sceneAt(history, position, tick / 50));
      if (phase !== phases.at(-1)) phases.push(phase);
    }
  }
  return phases;
}

test("a death is seen in order: thread, staleness, the stale write on its way, impact, tear, rest", () => {
  const history = historyOf(caseOf("race-none"));
  const first = history.losses.next(0, 1) ?? 0;
  assert.deepEqual(phasesUpTo(history, first), ["", "thread", "stale", "travel", "impact", "tear", "rest"]);
});

test("behind a right lock nothing is ever out of date", () => {
  const history = historyOf(caseOf("race-with"));
  assert.deepEqual(new Set(phasesUpTo(history, history.length)), new Set(["", "thread"]));
});

test("a write changes what is shown when it lands, and any other step at once", () => {
  const history = historyOf(caseOf("race-none"));
  for (let position = 1; position <= history.length; position += 1) {
    const early = sceneAt(history, position, 0);
    assert.equal(landed(early), early.step?.op !== "write");
    assert.equal(shownState(early), landed(early) ? early.state : early.before);
    assert.equal(shownState({ ...early, progress: 1 }), early.state);
  }
  const first = history.losses.next(0, 1) ?? 0;
  assert.equal(shownState(sceneAt(history, first, IMPACT - 0.01)).cells[0]?.lost, 0);
  assert.equal(shownState(sceneAt(history, first, IMPACT)).cells[0]?.lost, 1);
});

for (const each of CASES) {
  test(`${each.run.id}: in the tray there lie as many as are lost, and each is one that the steps know`, () => {
    const history = historyOf(each);
    const truths = each.moments.map(({ position, cells }) => [position, cells.reduce((sum, { lost }) => sum + lost, 0)]);
    const lasting = new Map(each.losses.map(({ position, lasting: versions }) => [position, versions.length]));
    for (const [position = 0, lost = 0] of truths) {
      const { total, tickets } = trayOf(history.stateAt(position), history.deaths(position, 12), 12);
      assert.equal(total, lost);
      assert.equal(tickets.length, Math.min(12, lost));
      for (const ticket of tickets) {
        if (ticket.position === 0) continue;
        assert.ok(ticket.position <= position);
        assert.ok((lasting.get(ticket.position) ?? 0) > 0, `nothing is lost for good at ${ticket.position}`);
      }
    }
  });
}
