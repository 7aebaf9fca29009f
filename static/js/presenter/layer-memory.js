// Whether this tab showed the room's layer: who loads the page again finds it as it was. Storage may be forbidden: then
// the layer is closed.

const KEY = "room layer";

/** @param {boolean} isOpen */
export function rememberLayer(isOpen) {
  try {
    if (isOpen) sessionStorage.setItem(KEY, "open");
    else sessionStorage.removeItem(KEY);
  } catch {
    // See above.
  }
}

export function wasLayerOpen() {
  try {
    return sessionStorage.getItem(KEY) === "open";
  } catch {
    return false;
  }
}
