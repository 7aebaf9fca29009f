// Where the application lies. Under Node it lies in a folder, as if behind a proxy.

import assert from "node:assert/strict";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { pathWithin, placed, recordingAt } from "../../static/js/core/place.js";

const FOLDER = fileURLToPath(new URL("../../", import.meta.url));

test("an address is placed below the path that the scripts came from", () => {
  assert.equal(placed("/"), FOLDER);
  assert.equal(placed("/?runs=a,b"), `${FOLDER}?runs=a,b`);
  assert.equal(placed("/api/runs/a%2Fb"), `${FOLDER}api/runs/a%2Fb`);
});

test("and what the browser says of it is read back", () => {
  for (const path of ["/", "/runs/a%2Fb", "/walkthrough/locks/with"]) assert.equal(pathWithin(placed(path)), path);
});

test("a scenario opens as a run, a script as a script", () => {
  assert.equal(recordingAt("abc", false), "/runs/abc");
  assert.equal(recordingAt("abc", true), "/script/abc");
});
