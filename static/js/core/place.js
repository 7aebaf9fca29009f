// Where the application lies: at the root of its host, or under a path that a proxy has put before it. No DOM.
// The scripts know it, because they came from there. Everywhere else an address begins with "/", as if it lay at the
// root; it is placed where it leaves us: in a request, in a link, in the address bar.

const ROOT = new URL("../../../", import.meta.url).pathname;

/** The address as the browser needs it. @param {string} address begins with "/" */
export function placed(address) {
  return ROOT + address.slice(1);
}

/** The same in full: a worker knows no page that would say where the server is. @param {string} address begins with "/" */
export function placedInFull(address) {
  return new URL(placed(address), import.meta.url);
}

/** Where a recording is looked at. @param {string} id @param {boolean} isOfScript */
export function recordingAt(id, isOfScript) {
  return isOfScript ? `/script/${id}` : `/runs/${id}`;
}

/** @type {(address: string) => string | null} */
let shownAt = placed;

/** Where the page has no server, what it shows is found elsewhere, or nowhere. @param {(address: string) => string | null} own */
export function addressBy(own) {
  shownAt = own;
}

/** The address at which something is shown, as the browser needs it; null where it has none.
 * @param {string} address begins with "/" */
export function addressed(address) {
  return shownAt(address);
}

/** A path that the browser gives, as we know it. On a site of files a page is the index of its folder. @param {string} path */
export function pathWithin(path) {
  return `/${path.slice(ROOT.length)}`.replace(/\/(?:index\.html)?$/, "") || "/";
}
