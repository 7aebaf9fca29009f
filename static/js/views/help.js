// All keys, in a dialog.

/** @param {HTMLElement} _root */
export function createHelp(_root) {
  return { render() {}, destroy() {} };
}
