// How large an element is, and how large the type. To ask the browser in the middle of a frame makes it lay out the page
// at once, and then once more; so it is asked after it has laid out anyway, and only when something has changed.

/** `unit` is the size of its type, in pixels. @typedef {{width: number, height: number, unit: number}} Size */

/** @param {HTMLElement} element @param {() => void} onChange @returns {{now: () => Size, destroy: () => void}} */
export function createSize(element, onChange) {
  const { documentElement: page } = document;
  /** @type {Size | null} */
  let known = null;
  let wasLarge = false;
  const observer = new ResizeObserver(() => {
    known = null;
    onChange();
  });
  observer.observe(element);

  function now() {
    const isLarge = page.classList.contains("is-projector");
    if (known && isLarge === wasLarge) return known;
    wasLarge = isLarge;
    return (known = { width: element.clientWidth, height: element.clientHeight, unit: parseFloat(getComputedStyle(element).fontSize) });
  }

  return { now, destroy: () => observer.disconnect() };
}
