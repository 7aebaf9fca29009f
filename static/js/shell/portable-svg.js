// A copy of a drawing that needs nothing from the page: the styles become attributes, and what it refers to
// is inside it. So it looks the same in any program.

const SVG = "http://www.w3.org/2000/svg";

const PROPERTIES = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "color",
  "font-family", "font-weight", "letter-spacing", "paint-order",
];

/** @param {SVGSVGElement} drawing that is on the page @returns {SVGSVGElement} */
export function portableCopy(drawing) {
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const originals = drawing.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, index) => {
    const original = originals[index];
    if (!original) return;
    const style = getComputedStyle(original);
    for (const name of PROPERTIES) {
      const value = style.getPropertyValue(name);
      if (value && value !== "none" && value !== "normal" && value !== "auto") element.setAttribute(name, value.replaceAll('"', "'"));
      else if (name === "fill" && value === "none") element.setAttribute(name, value);
    }
    element.removeAttribute("class");
  });
  copy.removeAttribute("class");
  copy.prepend(definitions(copy));
  return copy;
}

/** The symbols that a drawing uses. @param {SVGSVGElement} drawing */
function definitions(drawing) {
  const found = document.createElementNS(SVG, "defs");
  const names = new Set([...drawing.querySelectorAll("use")].map((use) => use.getAttribute("href") ?? ""));
  for (const name of names) {
    const symbol = name ? document.querySelector(`symbol${name}`) : null;
    if (symbol) found.append(symbol.cloneNode(true));
  }
  return found;
}
