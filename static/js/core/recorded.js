// The steps of a run that has ended, as the server keeps them: binary columns, a chunk at a time. The module
// app/lost_update/model/binary.py says what they look like, and makes them.
//
//   bytes, as they come ──▶ frames ──▶ the opening, then chunks of columns: typed arrays, as they are
//
// Whatever is not as it must be is said in a sentence: nothing is guessed.

import { asked } from "./server.js";
import { ABSENT, FIELDS, roomFor } from "./step-columns.js";

/** @import { Codes, Packed } from "./step-columns.js" */

const MAGIC = "LUcolumn";
const VERSION = 1;

/** More bytes than this are in no part of a frame. */
const LONGEST = 2 ** 28;

/** What the steps point into. @typedef {{steps: number, ops: string[], processes: string[], targets: string[], files: (string | null)[]}} Opening */

/** @typedef {Record<typeof FIELDS[number], Packed>} PackedFields */

/** Some steps: `first` is the index of the first. The texts are those of this chunk.
 * @typedef {{first: number, count: number, time: Packed, fields: PackedFields, texts: string[]}} Chunk */

/** How a column is kept: its kind, its base; where it comes as differences, in what, from where, and what is to be added to each.
 * @typedef {[kind: string, base: number | null, step?: string, from?: number, least?: number]} Kept */

/** @typedef {{from: number, least: number, planes: number, span: number}} Times */

/** How it ended: all steps have come; the server knows no such run; it did not hand it out, or not all of it; or what
 * came cannot be read, and why. @typedef {{is: "whole" | "gone" | "refused"} | {is: "unreadable", reason: string}} Outcome */

/** What takes steps in. @typedef {{begin: (opening: Opening) => void, extend: (chunk: Chunk) => void | Promise<void>}} Taker */

/** What has come are not the steps of a run. The message is for people. */
export class Unreadable extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(`The steps of this run cannot be read: ${reason}. Load the page again; if it stays so, the server and this page are not of one version.`);
  }
}

/** The connection broke. */
class Broken extends Error {}

const KINDS = /** @type {const} */ ({ u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f8: Float64Array });

const OVER = new Set(["finished", "failed", "stopped"]);

/** Whether a run has ended: only then can all of it be asked for. @param {{status: string}} run */
export function isOver({ status }) {
  return OVER.has(status);
}

/** Asks for them: the stream of its bytes, or how it ended already.
 * @param {string} id @param {AbortSignal} signal @returns {Promise<{stream: ReadableStream<Uint8Array>} | {stream: null, outcome: Outcome}>} */
export async function askForRecorded(id, signal) {
  const response = await asked(`/api/runs/${encodeURIComponent(id)}/columns`, { signal }).catch(() => null);
  if (response?.ok && response.body) return { stream: response.body };
  return { stream: null, outcome: { is: response?.status === 404 ? "gone" : "refused" } };
}

/** Reads all of it. @param {ReadableStream<Uint8Array>} stream @param {Taker} taker @returns {Promise<Outcome>} */
export async function readInto(stream, taker) {
  try {
    await readRecorded(stream, (opening) => taker.begin(opening), (chunk) => taker.extend(chunk));
  } catch (error) {
    if (error instanceof Broken) return { is: "refused" };
    if (!(error instanceof Unreadable)) throw error;
    return { is: "unreadable", reason: error.message };
  }
  return { is: "whole" };
}

/** Reads what comes, part after part. */
class Source {
  #reader;
  /** What has come and was not taken. @type {Uint8Array[]} */
  #parts = [];
  #size = 0;

  /** @param {ReadableStream<Uint8Array>} stream */
  constructor(stream) {
    this.#reader = stream.getReader();
  }

  /** The next bytes, in memory of their own. @param {number} count */
  async take(count) {
    if (count > LONGEST) throw new Unreadable("a part of it would be longer than any is");
    while (this.#size < count) {
      if (!(await this.#more())) throw new Unreadable("it ends in the middle");
    }
    const taken = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      const part = /** @type {Uint8Array} */ (this.#parts[0]);
      const now = part.subarray(0, count - at);
      taken.set(now, at);
      at += now.length;
      if (now.length === part.length) this.#parts.shift();
      else this.#parts[0] = part.subarray(now.length);
    }
    this.#size -= count;
    return taken;
  }

  /** Whether nothing comes any more. */
  async isAtEnd() {
    while (this.#size === 0) {
      if (!(await this.#more())) return true;
    }
    return false;
  }

  /** Whether more has come. */
  async #more() {
    const { done, value } = await this.#reader.read().catch(() => {
      throw new Broken();
    });
    if (done) return false;
    this.#parts.push(value);
    this.#size += value.length;
    return true;
  }
}

/** @param {ReadableStream<Uint8Array>} stream @param {(opening: Opening) => void} onOpening @param {(chunk: Chunk) => void | Promise<void>} onChunk */
export async function readRecorded(stream, onOpening, onChunk) {
  const source = new Source(stream);
  const opening = await openingOf(source);
  onOpening(opening);
  let first = 0;
  while (first < opening.steps) {
    const chunk = await chunkOf(source, opening, first);
    await onChunk(chunk);
    first += chunk.count;
  }
  if (!(await source.isAtEnd())) throw new Unreadable("more comes than it has steps");
}

/** @param {Source} source @returns {Promise<Opening>} */
async function openingOf(source) {
  const magic = String.fromCharCode(...(await source.take(MAGIC.length)));
  if (magic !== MAGIC) throw new Unreadable("what came are no steps");
  const { head } = await frameOf(source);
  if (head.version !== VERSION) throw new Unreadable(`it is of version ${String(head.version)}, and this page reads version ${VERSION}`);
  if (head.byte_order !== "little" || !isLittle()) throw new Unreadable("its bytes are in another order than this machine's");
  const missing = FIELDS.filter((field) => !head.fields?.includes(field));
  if (missing.length > 0 || !isCount(head.steps)) throw new Unreadable(`it does not say its ${missing[0] ?? "steps"}`);
  const { steps, ops, processes, targets, files } = head;
  return { steps, ops, processes, targets, files };
}

function isLittle() {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}

/** @param {unknown} count */
function isCount(count) {
  return Number.isSafeInteger(count) && /** @type {number} */ (count) >= 0;
}

/** @param {Source} source @returns {Promise<{head: any, differences: Uint8Array<ArrayBuffer>, columns: Uint8Array<ArrayBuffer>}>} */
async function frameOf(source) {
  const lengths = new DataView((await source.take(12)).buffer);
  const [ofHead = 0, ofDifferences = 0, ofColumns = 0] = [0, 4, 8].map((at) => lengths.getUint32(at, true));
  const words = await source.take(ofHead);
  const differences = await source.take(ofDifferences);
  const columns = await source.take(ofColumns);
  try {
    return { head: JSON.parse(new TextDecoder().decode(words)), differences, columns };
  } catch {
    throw new Unreadable("what it says of itself is not written as it must be");
  }
}

/** @param {Source} source @param {Opening} opening @param {number} first @returns {Promise<Chunk>} */
async function chunkOf(source, opening, first) {
  const { head, differences, columns } = await frameOf(source);
  if (head.first !== first || !isCount(head.count) || head.count === 0 || first + head.count > opening.steps) throw new Unreadable("steps are missing");
  const { count, texts } = head;
  const body = { differences, columns };
  const fields = fieldsOf(head.columns ?? {}, body, count);
  const time = timesOf(head.times ?? {}, body.differences, count);
  for (const [field, table] of /** @type {const} */ ([["process", opening.processes], ["op", opening.ops], ["target", opening.targets], ["file", opening.files], ["text", texts]])) {
    if (!(fields[field].base >= ABSENT && highest(fields[field]) < table?.length)) throw new Unreadable(`a step names a ${field} that it does not say`);
  }
  return { first, count, time, fields, texts };
}

/** Where each column takes its numbers from: what was taken is gone. @param {Record<string, Kept>} kept @param {Record<"differences" | "columns", Uint8Array<ArrayBuffer>>} body @param {number} count @returns {PackedFields} */
function fieldsOf(kept, body, count) {
  /** @type {Partial<PackedFields>} */
  const fields = {};
  for (const [name, [kind, base, step, from, least]] of Object.entries(kept)) {
    const Type = KINDS[/** @type {keyof typeof KINDS} */ (step ?? kind)];
    const part = step === undefined ? "columns" : "differences";
    const size = Type ? Type.BYTES_PER_ELEMENT * count : 0;
    const { buffer, byteOffset, length } = body[part];
    if (size > length || (Type && byteOffset % Type.BYTES_PER_ELEMENT !== 0)) throw new Unreadable("a column is too short");
    const codes = Type ? new Type(buffer, byteOffset, count) : null;
    body[part] = body[part].subarray(size);
    const lowest = kind === "f8" ? NaN : (base ?? (name === "value" ? NaN : ABSENT));
    const isSummed = step !== undefined && codes !== null && from !== undefined && least !== undefined;
    fields[/** @type {keyof PackedFields} */ (name)] = { codes: isSummed ? summed(codes, kind, lowest, from, least) : codes, base: lowest };
  }
  if (body.columns.length > 0 || FIELDS.some((field) => !fields[field])) throw new Unreadable("a column is missing");
  return /** @type {PackedFields} */ (fields);
}

/** Codes of which the differences have come. @param {Codes} differences @param {string} kind @param {number} base @param {number} from @param {number} least */
function summed(differences, kind, base, from, least) {
  const codes = new (KINDS[/** @type {keyof typeof KINDS} */ (kind)] ?? Uint32Array)(differences.length);
  let code = from - base;
  for (let at = 0; at < codes.length; at += 1) {
    const difference = /** @type {number} */ (differences[at]);
    if (difference === 0) continue;
    code += difference + least;
    codes[at] = code;
  }
  return codes;
}

/** @param {Times} times @param {Uint8Array} planes @param {number} count @returns {Packed} */
function timesOf({ from, least, planes: number, span }, planes, count) {
  if (!(planes.length === number * count) || !Number.isSafeInteger(from) || !Number.isSafeInteger(least)) throw new Unreadable("its times are not as long as its steps");
  // Where none goes back, the first is the lowest.
  const isNear = least >= 0 && span < 2 ** 32 - 2;
  const codes = isNear ? roomFor(span, count) : new Float64Array(count);
  let time = isNear ? 1 : from;
  for (let at = 0; at < count; at += 1) {
    let added = 0;
    for (let plane = number - 1; plane >= 0; plane -= 1) added = added * 256 + /** @type {number} */ (planes[plane * count + at]);
    // What the first adds is counted from itself.
    time += added + least;
    codes[at] = time;
  }
  return { codes, base: isNear ? from - 1 : NaN };
}

/** The highest number of a column. @param {Packed} packed */
function highest({ codes, base }) {
  if (codes === null) return base;
  let most = 0;
  for (let at = 0; at < codes.length; at += 1) if (/** @type {number} */ (codes[at]) > most) most = /** @type {number} */ (codes[at]);
  return base + most;
}
