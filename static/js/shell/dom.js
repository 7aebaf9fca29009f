// Small helpers to find, make and change elements. Changing writes only what differs, so that a
// view in which nothing happened costs nothing.

const SVG = "http://www.w3.org/2000/svg";

/**
 * The one element within `root` that plays `part`; views name their parts in the template.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} part
 * @param {new (...parameters: never[]) => T} type
 * @returns {T}
 */
export function part(root, part, type) {
  const found = root.querySelector(`[data-part="${part}"]`);
  if (!(found instanceof type)) throw new Error(`The page has no part "${part}".`);
  return found;
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {Element[]} [children]
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, attributes = {}, children = []) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    // A tenth of a pixel is all that anyone sees.
    element.setAttribute(name, String(typeof value === "number" ? Math.round(value * 10) / 10 : value));
  }
  element.append(...children);
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function html(tag, className = "", children = []) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** @param {string} label @param {() => void} act @param {string} [name] what it does, for people who do not see what it belongs to */
export function button(label, act, name = "") {
  const made = html("button", "quiet", [label]);
  made.type = "button";
  if (name) made.setAttribute("aria-label", name);
  made.addEventListener("click", act);
  return made;
}

/** @param {Element} element @param {string | number} text */
export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

/** Text in which `backticks` mark code. @param {Element} element @param {string} text */
export function setProse(element, text) {
  const pieces = text.split("`");
  if (element.textContent === pieces.join("")) return;
  element.replaceChildren(
    ...pieces.map((piece, index) => (index % 2 ? html("code", "prose-code", [piece]) : piece)),
  );
}

/** @param {Element} element @param {string} name @param {string | number | null} value null removes it */
export function setAttribute(element, name, value) {
  if (value === null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, String(value));
  }
}

/** @param {Element} element @param {string} name @param {boolean} on */
export function toggle(element, name, on) {
  if (element.classList.contains(name) !== on) element.classList.toggle(name, on);
}

/** @param {Element} element @param {boolean} shown */
export function show(element, shown) {
  setAttribute(element, "hidden", shown ? null : "");
}

/** The size of the page's type, in pixels: it grows with the screen. @returns {number} */
export function rem() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}
