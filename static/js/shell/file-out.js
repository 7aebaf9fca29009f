// A file that the page has made, or got by a request that a link could not make: saved as any download.

/** The browser has begun to read it by then, in ms. */
const READ_BY = 10_000;

/** @param {string} name @param {string} type @param {string} content */
export function takeFile(name, type, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_BY);
}
