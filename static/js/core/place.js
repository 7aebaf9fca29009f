// Where the application lies: at the root of its host, or under a path that a proxy has put before it. No DOM.
// The scripts know it, because they came from there. Everywhere else an address begins with "/", as if it lay at the
// root; it is placed where it leaves us: in a request, in a link, in the address bar.

const ROOT = new URL("../../../", import.meta.url).pathname;

/** The address as the browser needs it. @param {string} address begins with "/" */
export function placed(address) {
  return ROOT + address.slice(1);
}

/** A path that the browser gives, as we know it. @param {string} path */
export function pathWithin(path) {
  return `/${path.slice(ROOT.length)}`;
}
