// Style sheets that are loaded only when they are needed, together with their scripts, so that the page is light.

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/** Puts a sheet on the page, once. Settles when it is there, and also when it cannot be had: plain is better than nothing.
 * @param {URL} address @returns {Promise<void>} */
export function styled({ href }) {
  let loaded = sheets.get(href);
  if (!loaded) {
    // A page may have it from the start: then it was there before any script.
    if ([...document.styleSheets].some((sheet) => sheet.href === href)) return Promise.resolve();
    // It stands in a page that is one file.
    const name = /([^/]+)\.css$/.exec(href)?.[1] ?? "";
    if (document.querySelector(`style[data-sheet="${name}"]`)) return Promise.resolve();
    loaded = new Promise((settle) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.addEventListener("load", () => settle());
      link.addEventListener("error", () => settle());
      link.href = href;
      document.head.append(link);
    });
    sheets.set(href, loaded);
  }
  return loaded;
}
