// One lost update taken apart: held against what the steps say of each write that lost something.

import assert from "node:assert/strict";
import test from "node:test";

import { anatomy, asText, lossNear } from "../../static/js/core/anatomy.js";
import { CASES, caseOf, historyOf } from "./cases.js";

/** @import { History } from "../../static/js/core/history.js" */

for (const each of CASES) {
  const { run, steps, losses } = each;
  const lasting = losses.filter(({ lasting }) => lasting.length > 0);
  // Others add more than 1 at once, and write without having read.
  if (lasting.length === 0 || run.id.startsWith("made-up")) continue;

  test(`${run.id}: at each loss the newest that stays lost is shown, and the others are counted`, () => {
    const history = historyOf(each);
    for (const { cell, position, erased, lasting: lost } of lasting) {
      assert.equal(lossNear(history, position), position);
      const table = anatomy(history, position);
      assert.equal(table.cell, cell);
      const last = table.rows.at(-1);
      assert.equal(last?.position, position);
      assert.equal(table.rows.filter(({ did }) => did.startsWith("writes")).length, 2);
      const [victim] = table.rows.filter(({ did }) => did.startsWith("writes"));
      assert.equal(steps[(victim?.position ?? 0) - 1]?.version, Math.max(...lost));
      assert.match(last?.erases ?? "", erased > 1 ? new RegExp(`and ${erased - 1} more$`) : /^erases (P\d+’s|its own) \+1$/);
      for (const row of table.rows) {
        const step = steps[row.position - 1];
        assert.equal(step?.process, run.processes[row.process]?.name);
        assert.equal(step?.target, cell);
        assert.match(row.did, new RegExp(`^(reads|computes|writes) ${step?.value}$`));
      }
    }
  });
}

for (const each of CASES) {
  if (each.anatomies.length === 0) continue;

  test(`${each.run.id}: the export as text says the same of each loss`, () => {
    const history = historyOf(each);
    assert.deepEqual(each.anatomies.map(({ position }) => position), positionsOf(history));
    for (const { position, text } of each.anatomies) assert.equal(asText(anatomy(history, position)), text);
  });
}

/** All positions at which something was lost for good. @param {History} history */
function positionsOf({ losses, length }) {
  const found = [];
  for (let at = losses.next(0, 1); at !== null && at <= length; at = losses.next(at, 1)) found.push(at);
  return found;
}

test("before the first loss the first one is near, and after one that one", () => {
  const race = caseOf("race-none");
  const history = historyOf(race);
  const [first, second] = race.losses.filter(({ lasting }) => lasting.length > 0).map(({ position }) => position);
  assert.ok(first && second);
  assert.equal(lossNear(history, 0), first);
  assert.equal(lossNear(history, second - 1), first);
  assert.equal(lossNear(history, second), second);
  assert.equal(lossNear(historyOf(caseOf("race-lucky")), 0), null);
});

test("as text the columns stand below each other", () => {
  const rows = [
    { position: 9, process: 0, did: "reads 4", erases: "", after: "4 · v4" },
    { position: 12, process: 1, did: "writes 5", erases: "erases P1’s +1", after: "5 · v6" },
  ];
  const text = asText({ cell: "number", processes: [0, 1], names: ["P1", "P2"], rows, caption: "A caption." });
  assert.deepEqual(text.split("\n"), [
    "step  P1       P2                        number",
    "9     reads 4                            4 · v4",
    "12             writes 5, erases P1’s +1  5 · v6",
    "",
    "A caption.",
    "",
  ]);
});
