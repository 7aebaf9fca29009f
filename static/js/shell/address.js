// The address bar: it always holds what is on show. Browsers refuse too many changes of it, so while something plays the
// address follows at its own pace; the rest is written when the page is left.

import { addressed } from "../core/place.js";

/** In ms. */
const PAUSE = 300;

export function createAddress() {
  let timer = 0;
  let wanted = "";
  window.addEventListener("pagehide", flush);

  function flush() {
    window.clearTimeout(timer);
    timer = 0;
    const address = wanted && addressed(wanted);
    if (address) history.replaceState(null, "", address);
  }

  /** @param {string} address a path, with its query */
  return function write(address) {
    if (address === wanted) return;
    wanted = address;
    if (timer === 0) timer = window.setTimeout(flush, PAUSE);
  };
}
