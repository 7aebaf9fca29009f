// Remembers the step that was on show last, for the next visit. Storage may be forbidden: then there is
// nothing to continue, and all else works.

const KEY = "walkthrough";

/** The name of a step, as in its address. @returns {string | null} */
export function recall() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {string} name */
export function remember(name) {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // See above.
  }
}
