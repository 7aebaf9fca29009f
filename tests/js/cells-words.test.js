// What the sentences say of a write that erases something, held against the writes before it.

import assert from "node:assert/strict";
import test from "node:test";

import { sentence } from "../../static/js/stages/cells/words.js";
import { CASES, historyOf } from "./cases.js";

for (const each of CASES) {
  const { run, steps } = each;
  const erasing = each.losses.filter(() => run.summary.cells.length === 1 && !run.id.startsWith("made-up"));
  if (erasing.length === 0) continue;

  test(`${run.id}: what is said of the writes in between is so`, () => {
    const history = historyOf(each);
    for (const { position } of erasing) {
      const told = sentence(history.step(position - 1), history.stateAt(position - 1), history.stateAt(position));
      const write = steps[position - 1];
      const before = steps.slice(0, position - 1).filter(({ op }) => op === "write");
      const between = before.filter(({ version }) => (version ?? 0) > (write?.base ?? 0));
      const writers = new Set(between.map(({ process }) => process));
      const times = /before (P\d|others) wrote (\d+) times/.exec(told);
      const once = /before (P\d|another) wrote (\d+)[:.]/.exec(told);
      const who = (times ?? once)?.[1] ?? "";
      assert.ok(who, told);
      if (times) assert.equal(Number(times[2]), between.length, told);
      else assert.deepEqual(between.map(({ value }) => value), [Number(once?.[2])], told);
      if (who.startsWith("P")) assert.deepEqual([...writers], [who], told);
      const erased = Number(/(\d+) (?:of P\d’s )?updates are lost/.exec(told)?.[1] ?? 1);
      const again = Number(/built on (\d+) update/.exec(told)?.[1] ?? 0);
      assert.equal(write?.lost, (before.at(-1)?.lost ?? 0) + erased - again, told);
    }
  });
}
