// Recorded runs as their bytes come from the server, and whether two histories are of the same run.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { History } from "../../static/js/core/history.js";
import { BUCKET } from "../../static/js/core/overview.js";
import { readRecorded } from "../../static/js/core/recorded.js";

/** @import { Case } from "./cases.js" */

/** @typedef {Pick<Case, "run" | "steps" | "binary">} Given */

/** One of several chunks. @type {Given} */
export const LONG = JSON.parse(readFileSync(`${process.env["LOST_UPDATE_CASES"]}-long.json`, "utf8"));

/** @param {Pick<Given, "binary">} given */
export function bytesOf({ binary }) {
  return new Uint8Array(Buffer.from(binary, "base64"));
}

/** What comes from a network comes in parts of any length. @param {Uint8Array} bytes @param {number} [part] @returns {ReadableStream<Uint8Array>} */
export function streamOf(bytes, part = 4099) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + part));
      else controller.close();
      at += part;
    },
  });
}

/** @param {Given} given @param {number} [part] */
export async function recordedHistoryOf(given, part) {
  const history = new History(given.run);
  await readRecorded(streamOf(bytesOf(given), part), (opening) => history.begin(opening), (chunk) => history.extend(chunk));
  history.rest();
  return history;
}

/** @param {History} one @param {History} other @param {number} every */
export function assertAlike(one, other, every) {
  assert.equal(one.length, other.length);
  for (let position = 0; position <= other.length; position += every) {
    assert.deepEqual(one.stateAt(position), other.stateAt(position), `after ${position} steps`);
    assert.equal(one.losses.upTo(position), other.losses.upTo(position));
    assert.equal(one.losses.next(position, 1), other.losses.next(position, 1));
    if (position < other.length) assert.deepEqual(one.step(position), other.step(position));
  }
  assert.equal(one.losses.total, other.losses.total);
  const { cells } = other.stateAt(other.length);
  for (const { name } of cells) {
    const [lineage, wanted] = [one.lineage(name), other.lineage(name)];
    assert.equal(lineage.length, wanted.length);
    for (let version = 0; version < wanted.length; version += 1) {
      for (const what of /** @type {const} */ (["parent", "root", "writer", "position", "readAt", "erasedAt"])) assert.equal(lineage[what](version), wanted[what](version));
    }
  }
  for (let bucket = 0; bucket * BUCKET < other.length; bucket += 1) {
    cells.forEach((_, cell) => assert.deepEqual(one.overview.values(bucket, cell), other.overview.values(bucket, cell)));
    assert.deepEqual(sharesOf(one, bucket), sharesOf(other, bucket));
  }
}

/** For which share of a bucket's steps each process was in each condition. @param {History} history @param {number} bucket */
export function sharesOf(history, bucket) {
  const shares = new Float64Array(2 * history.stateAt(0).processes.length);
  history.overview.addShares(bucket, bucket + 1, shares);
  return shares;
}
