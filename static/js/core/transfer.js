// What changes its owner with a message, in the place of being copied. Pure.

/** The memory of all typed arrays in a plain value. @param {unknown} value @returns {ArrayBuffer[]} */
export function buffersIn(value) {
  /** @type {Set<ArrayBuffer>} */
  const found = new Set();
  /** @type {unknown[]} */
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (ArrayBuffer.isView(next)) found.add(/** @type {ArrayBuffer} */ (next.buffer));
    // What is in a map are no typed arrays.
    else if (typeof next === "object" && next !== null) for (const each of Object.values(next)) waiting.push(each);
  }
  return [...found];
}
