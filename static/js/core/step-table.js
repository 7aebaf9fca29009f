// All steps of a run, a column for each field, and the tables of names that they point into. Steps come in batches from
// the stream, or in chunks of a recorded run; what they mean for anything is for the histories to find out.

import { Names } from "./columns.js";
import { ABSENT, CHUNK, FIELDS, StepColumn, translated } from "./step-columns.js";

/** @import { Chunk, Opening } from "./recorded.js" */
/** @import { Columns } from "./types.js" */

/** Those that are looked at as steps come in. */
const READ = /** @type {const} */ (["process", "op", "target", "value", "version", "base", "lost", "line", "file"]);

/** All that are kept. */
const COLUMNS = /** @type {const} */ (["time", ...FIELDS]);

/** The tables that they point into. */
const NAMES = /** @type {const} */ (["ops", "targets", "files", "texts"]);

/** The numbers of a chunk, a column a field. @typedef {Record<typeof READ[number], Int32Array | Float64Array>} Numbers */

export class StepTable {
  time = new StepColumn(ABSENT);
  process = new StepColumn(ABSENT);
  op = new StepColumn(ABSENT);
  target = new StepColumn(ABSENT);
  /** NaN where there is none. */
  value = new StepColumn(NaN);
  version = new StepColumn(ABSENT);
  base = new StepColumn(ABSENT);
  lost = new StepColumn(ABSENT);
  line = new StepColumn(ABSENT);
  task = new StepColumn(ABSENT);
  file = new StepColumn(ABSENT);
  text = new StepColumn(ABSENT);
  assumed = new StepColumn(ABSENT);
  ops = new Names();
  targets = new Names();
  files = new Names();
  texts = new Names();
  /** What the numbers in a recorded run mean here, by field. @type {Partial<Record<typeof FIELDS[number], readonly number[]>>} */
  #meanings = {};
  /** For the numbers of a chunk, while chunks come. @type {Numbers | null} */
  #numbers = null;

  get length() {
    return this.time.length;
  }

  /** One step of a batch. @param {number} process @param {Columns} columns @param {number} row */
  push(process, columns, row) {
    this.time.push(columns.t_ns[row] ?? 0);
    this.process.push(process);
    this.op.push(this.ops.code(columns.op[row] ?? ""));
    this.target.push(codeOf(this.targets, columns.target?.[row]));
    this.value.push(columns.value?.[row] ?? NaN);
    this.version.push(columns.version?.[row] ?? ABSENT);
    this.base.push(columns.base?.[row] ?? ABSENT);
    this.lost.push(columns.lost?.[row] ?? ABSENT);
    this.line.push(columns.line?.[row] ?? ABSENT);
    this.task.push(columns.task?.[row] ?? ABSENT);
    this.file.push(codeOf(this.files, columns.file?.[row]));
    this.text.push(codeOf(this.texts, columns.text?.[row]));
    this.assumed.push(columns.assumed?.[row] ? 1 : ABSENT);
  }

  /** A recorded run begins: what its steps will point into. @param {Opening} opening @param {readonly number[]} processes what its processes are called here */
  begin({ ops, targets, files }, processes) {
    this.#meanings = {
      process: processes,
      op: ops.map((word) => this.ops.code(word)),
      target: targets.map((name) => this.targets.code(name)),
      // The first is for steps without one, which no step names.
      file: files.map((name) => this.files.code(name ?? "")),
    };
  }

  /** The next chunk of a recorded run, after `begin`. All of it so far has come so. @param {Chunk} chunk @returns {Numbers} good until the next one comes */
  extend({ count, time, fields, texts }) {
    const place = this.length / CHUNK;
    const numbers = (this.#numbers ??= room());
    this.#meanings.text = texts.map((text) => this.texts.code(text));
    this.time.extend(time, count);
    for (const field of FIELDS) {
      const meanings = this.#meanings[field];
      this[field].extend(meanings ? translated(fields[field], count, meanings) : fields[field], count);
    }
    for (const field of READ) this[field].read(place, count, numbers[field]);
    return numbers;
  }

  /** No more steps will come soon: gives back the room that none will need. */
  rest() {
    this.#numbers = null;
    for (const field of COLUMNS) this[field].rest();
  }

  /** All of it, for another thread: it takes it over with `adopt`. */
  parts() {
    const columns = COLUMNS.map((field) => this[field].parts());
    return { columns, names: NAMES.map((names) => this[names].parts()) };
  }

  /** @param {ReturnType<StepTable["parts"]>} parts */
  adopt({ columns, names }) {
    COLUMNS.forEach((field, place) => this[field].adopt(/** @type {ReturnType<StepColumn["parts"]>} */ (columns[place])));
    NAMES.forEach((table, place) => (this[table] = new Names(names[place])));
  }

  /** @param {number} index */
  opAt(index) {
    return this.ops.name(this.op.at(index));
  }

  /** @param {number} index */
  targetAt(index) {
    return nameOf(this.targets, this.target.at(index));
  }

  /** @param {number} index */
  fileAt(index) {
    return nameOf(this.files, this.file.at(index));
  }
}

/** @param {Names} names @param {string | null | undefined} name */
function codeOf(names, name) {
  return name === null || name === undefined ? ABSENT : names.code(name);
}

/** @param {Names} names @param {number} code */
export function nameOf(names, code) {
  return code === ABSENT ? null : names.name(code);
}

/** @param {number} value */
export function present(value) {
  return value === ABSENT ? null : value;
}

/** For the numbers of a chunk. Only a value may be no integer. @returns {Numbers} */
function room() {
  const numbers = READ.map((field) => [field, new (field === "value" ? Float64Array : Int32Array)(CHUNK)]);
  return /** @type {Numbers} */ (Object.fromEntries(numbers));
}
