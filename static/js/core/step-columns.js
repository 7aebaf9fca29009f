// One field of all steps. Steps that are complete stand in chunks, each in as few bytes a step as its numbers take: a
// chunk of a run that has ended comes so from the server, and is kept as it came. Steps that come one by one are
// gathered, and packed in the same way when they have filled a chunk.

/** @typedef {Uint8Array | Uint16Array | Uint32Array | Float64Array} Codes */

/** A chunk: `base` and a code make a number, and code 0 stands for none. Without codes, all are `base`. Where `base` is NaN
 * the codes are the numbers themselves, and NaN stands for none. @typedef {{codes: Codes | null, base: number}} Packed */

/** Stands for none, but in `value`. */
export const ABSENT = -1;

export const FIELDS = /** @type {const} */ (["process", "op", "target", "value", "version", "base", "lost", "line", "task", "file", "text", "assumed"]);

const SHIFT = 13;

/** Steps in a chunk, as the server makes them. */
export const CHUNK = 1 << SHIFT;

const MASK = CHUNK - 1;

const SHORTEST = 16;

export class StepColumn {
  /** What stands for none. */
  #absent;
  /** @type {Packed[]} */
  #packed = [];
  /** The steps after those that are packed. */
  #open = new Float64Array(0);
  length = 0;

  /** @param {number} absent -1, or NaN where that may be meant */
  constructor(absent) {
    this.#absent = absent;
  }

  /** @param {number} index */
  at(index) {
    const packed = this.#packed[index >> SHIFT];
    return packed === undefined ? /** @type {number} */ (this.#open[index & MASK]) : numberAt(packed, index & MASK, this.#absent);
  }

  /** @param {number} value */
  push(value) {
    const place = this.length & MASK;
    if (place === 0) this.#pack();
    else if (this.#packed.length > this.length >> SHIFT) this.#unpack(place);
    if (place === this.#open.length) this.#open = longer(this.#open);
    this.#open[place] = value;
    this.length += 1;
  }

  /** Takes in a chunk; all before it must be full. @param {Packed} packed @param {number} count */
  extend(packed, count) {
    this.#pack();
    this.#packed.push(packed);
    this.length += count;
  }

  /** No more steps will come soon: what was gathered is packed, too. */
  rest() {
    if (this.#packed.length * CHUNK < this.length) this.#packed.push(pack(this.#open, this.length - this.#packed.length * CHUNK, this.#absent));
    this.#open = new Float64Array(0);
  }

  /** The numbers of a chunk, in full. @param {number} chunk @param {number} count @param {Int32Array | Float64Array} into */
  read(chunk, count, into) {
    const { codes, base } = /** @type {Packed} */ (this.#packed[chunk]);
    const absent = this.#absent;
    if (codes === null) {
      into.fill(base, 0, count);
    } else if (Number.isNaN(base)) {
      for (let at = 0; at < count; at += 1) into[at] = floatOf(/** @type {number} */ (codes[at]), absent);
    } else {
      // The browser turns them into wider numbers faster than a loop would.
      into.set(codes);
      for (let at = 0; at < count; at += 1) into[at] = into[at] === 0 ? absent : base + /** @type {number} */ (into[at]);
    }
  }

  /** Its chunks, for another thread: it takes them over with `adopt`. */
  parts() {
    this.rest();
    return { packed: this.#packed, length: this.length };
  }

  /** @param {ReturnType<StepColumn["parts"]>} parts */
  adopt({ packed, length }) {
    this.#packed = packed;
    this.#open = new Float64Array(0);
    this.length = length;
  }

  /** How many values are smaller than or equal to `value`; the values must be in order. @param {number} value */
  countUpTo(value) {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A chunk has been filled step by step. */
  #pack() {
    if (this.#packed.length * CHUNK < this.length) this.#packed.push(pack(this.#open, CHUNK, this.#absent));
  }

  /** More steps come after a chunk that was packed before it was full. @param {number} count */
  #unpack(count) {
    this.#open = new Float64Array(CHUNK);
    this.read(this.#packed.length - 1, count, this.#open);
    this.#packed.pop();
  }
}

/** @param {Packed} packed @param {number} place @param {number} absent */
function numberAt({ codes, base }, place, absent) {
  if (codes === null) return base;
  const code = /** @type {number} */ (codes[place]);
  if (Number.isNaN(base)) return floatOf(code, absent);
  return code === 0 ? absent : base + code;
}

/** @param {number} number @param {number} absent */
function floatOf(number, absent) {
  return Number.isNaN(number) ? absent : number;
}

/** @param {Float64Array} numbers */
function longer(numbers) {
  const larger = new Float64Array(Math.min(CHUNK, Math.max(SHORTEST, numbers.length * 2)));
  larger.set(numbers);
  return larger;
}

/** Numbers in as few bytes as they take. @param {Float64Array} numbers @param {number} count @param {number} absent @returns {Packed} */
export function pack(numbers, count, absent) {
  let [low, high] = [Infinity, -Infinity];
  let isWhole = true;
  let has = 0;
  for (let at = 0; at < count; at += 1) {
    const number = /** @type {number} */ (numbers[at]);
    if (number === absent || Number.isNaN(number)) continue;
    has += 1;
    if (number < low) low = number;
    if (number > high) high = number;
    isWhole &&= Number.isSafeInteger(number);
  }
  if (has === 0) return { codes: null, base: absent };
  if (has === count && low === high) return { codes: null, base: low };
  if (!isWhole || high - low > 2 ** 32 - 2) return { codes: numbersOrNone(numbers, count, absent), base: NaN };
  const codes = roomFor(high - low, count);
  const base = low - 1;
  for (let at = 0; at < count; at += 1) {
    const number = /** @type {number} */ (numbers[at]);
    if (number !== absent && !Number.isNaN(number)) codes[at] = number - base;
  }
  return { codes, base };
}

/** @param {Float64Array} numbers @param {number} count @param {number} absent */
function numbersOrNone(numbers, count, absent) {
  return numbers.slice(0, count).map((number) => (number === absent ? NaN : number));
}

/** Codes from 1 to `span` + 1. @param {number} span @param {number} count @returns {Codes} */
export function roomFor(span, count) {
  if (span < 2 ** 8 - 1) return new Uint8Array(count);
  return span < 2 ** 16 - 1 ? new Uint16Array(count) : new Uint32Array(count);
}

/** The same chunk, where each number means another. @param {Packed} packed @param {number} count @param {readonly number[]} meanings @returns {Packed} */
export function translated(packed, count, meanings) {
  if (meanings.every((meaning, number) => meaning === number)) return packed;
  const numbers = new Float64Array(count);
  for (let at = 0; at < count; at += 1) numbers[at] = meanings[numberAt(packed, at, ABSENT)] ?? ABSENT;
  return pack(numbers, count, ABSENT);
}
