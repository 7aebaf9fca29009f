// Numbers that keep coming: typed arrays that double when they are full, so that adding one
// costs the same on average however long a run gets.

/** @template {Int32Array | Float64Array | Uint8Array} Store */
class Column {
  /** @type {Store} */
  #store;
  length = 0;

  /** @param {new (size: number) => Store} type */
  constructor(type) {
    this.type = type;
    this.#store = new type(16);
  }

  /** @param {number} value */
  push(value) {
    if (this.length === this.#store.length) {
      const larger = new this.type(Math.max(1, this.#store.length * 2));
      larger.set(this.#store);
      this.#store = larger;
    }
    this.#store[this.length] = value;
    this.length += 1;
  }

  /** @param {number} index @param {number} value */
  set(index, value) {
    this.#store[index] = value;
  }

  /** Takes one out; those after it move up. @param {number} index */
  remove(index) {
    this.#store.copyWithin(index, index + 1, this.length);
    this.length -= 1;
  }

  /** @param {number} index */
  at(index) {
    return /** @type {number} */ (this.#store[index]);
  }

  /** Gives back the room that is not taken. */
  trim() {
    if (this.length < this.#store.length) this.#store = /** @type {Store} */ (this.#store.slice(0, Math.max(1, this.length)));
  }

  /** The numbers, for another thread: it takes them over with `adopt`. @returns {Store} */
  parts() {
    return this.#store.length === this.length ? this.#store : /** @type {Store} */ (this.#store.slice(0, this.length));
  }

  /** @param {Store} store */
  adopt(store) {
    this.#store = store;
    this.length = store.length;
  }

  /** How many values are smaller than or equal to `value`; the values must be in order.
   * @param {number} value */
  countUpTo(value) {
    return countUpTo(this.#store, this.length, value);
  }
}

/** How many of the first `length` values are smaller than or equal to `value`; they must be in order.
 * @param {ArrayLike<number>} values @param {number} length @param {number} value */
export function countUpTo(values, length, value) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {number} */ (values[middle]) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @extends {Column<Int32Array>} */
export class Ints extends Column {
  constructor() {
    super(Int32Array);
  }
}

/** @extends {Column<Float64Array>} */
export class Floats extends Column {
  constructor() {
    super(Float64Array);
  }
}

/** @extends {Column<Uint8Array>} */
export class Bytes extends Column {
  constructor() {
    super(Uint8Array);
  }
}

/** Names as small numbers: each different name is kept once. */
export class Names {
  /** @type {string[]} */
  #names = [];
  /** @type {Map<string, number>} */
  #codes = new Map();

  /** @param {Iterable<string>} known */
  constructor(known = []) {
    for (const name of known) this.code(name);
  }

  /** @param {string} name */
  code(name) {
    let code = this.#codes.get(name);
    if (code === undefined) {
      code = this.#names.length;
      this.#names.push(name);
      this.#codes.set(name, code);
    }
    return code;
  }

  /** @param {number} code */
  name(code) {
    return this.#names[code] ?? "";
  }

  /** All of them, each at its number. @returns {readonly string[]} */
  parts() {
    return this.#names;
  }
}
