// What the sentences say of a write that erases something, held against the writes before it; and that nothing is called
// lost before it is.

import assert from "node:assert/strict";
import test from "node:test";

import { IMPACT, isOutOfDate } from "../../static/js/core/death.js";
import { sentence } from "../../static/js/stages/cells/step-sentences.js";
import { CASES, historyOf } from "./cases.js";

/** It says that something is lost, and not that nothing is. */
const LOST = /(is|are) lost(?! yet)/;

/** @import { History } from "../../static/js/core/history.js" */

/** @param {History} history @param {number} position @param {number} progress */
function sentenceAt(history, position, progress) {
  const [before, state] = [history.stateAt(position - 1), history.stateAt(position)];
  return sentence({ step: history.step(position - 1), before, state, progress });
}

for (const each of CASES) {
  const { run, steps } = each;
  const erasing = each.losses.filter(() => run.summary.cells.length === 1 && !run.id.startsWith("made-up"));
  if (erasing.length === 0) continue;

  test(`${run.id}: what is said of the writes in between is so`, () => {
    const history = historyOf(each);
    for (const { position } of erasing) {
      const words = sentenceAt(history, position, 1);
      const write = steps[position - 1];
      const before = steps.slice(0, position - 1).filter(({ op }) => op === "write");
      const between = before.filter(({ version }) => (version ?? 0) > (write?.base ?? 0));
      const writers = new Set(between.map(({ process }) => process));
      const times = /before (P\d+|other processes) wrote (\d+) times/.exec(words);
      const once = /before (P\d+|another process) wrote (\d+)\./.exec(words);
      const who = (times ?? once)?.[1] ?? "";
      assert.ok(who, words);
      if (times) assert.equal(Number(times[2]), between.length, words);
      else assert.deepEqual(between.map(({ value }) => value), [Number(once?.[2])], words);
      if (who.startsWith("P")) assert.deepEqual([...writers], [who], words);
      const erased = Number(/(\d+) updates (?:of P\d+ )?are lost/.exec(words)?.[1] ?? 1);
      const again = /’s earlier \+1 is back/.test(words) ? 1 : Number(/(\d+) earlier updates (?:of P\d+ )?are back/.exec(words)?.[1] ?? 0);
      assert.equal(write?.lost, (before.at(-1)?.lost ?? 0) + erased - again, words);
    }
  });

  test(`${run.id}: a write says that something is lost when it lands, and not before`, () => {
    const history = historyOf(each);
    for (const { position } of erasing) {
      assert.match(sentenceAt(history, position, IMPACT), LOST);
      const earlier = sentenceAt(history, position, IMPACT - 0.01);
      assert.doesNotMatch(earlier, LOST);
      assert.match(earlier, /Nothing (more )?is lost yet\.$/);
    }
  });

  test(`${run.id}: who is out of date is named by the write that made it so, and by no later one`, () => {
    const history = historyOf(each);
    for (let position = 1; position <= history.length; position += 1) {
      const [before, after] = [history.stateAt(position - 1), history.stateAt(position)];
      const readers = /What (.+) read is now out of date/.exec(sentence({ step: history.step(position - 1), before, state: after, progress: 1 }))?.[1];
      if (readers === undefined) continue;
      const late = after.processes.filter((process, index) => isOutOfDate(process, after) && !isOutOfDate(/** @type {any} */ (before.processes[index]), before));
      assert.ok(late.length > 0, `step ${position}: nothing has just gone out of date`);
      const others = /^(\d+) others have$/.exec(readers)?.[1];
      assert.equal(others === undefined ? (readers.match(/P\d+/g)?.length ?? 0) : Number(others), late.length, readers);
    }
  });

  test(`${run.id}: from the moment on in which something is out of date, nothing is lost yet`, () => {
    const history = historyOf(each);
    for (let position = 1; position <= history.length; position += 1) {
      const words = sentenceAt(history, position, 1);
      assert.doesNotMatch(words, /Nothing is lost\./, words);
      assert.equal(/lost yet/.test(words), /out of date/.test(words), words);
    }
  });
}
