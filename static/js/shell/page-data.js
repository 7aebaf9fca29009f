// What the server has written into the page for its scripts.

/** @param {string} name @returns {any} as the page that asks says in its types */
export function embedded(name) {
  return JSON.parse(document.getElementById(name)?.textContent ?? "null");
}
