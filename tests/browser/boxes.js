/**
 * Reads where every text of a page stands, and what is wrong with that. It runs in the page, in any browser.
 *
 * A text is *cut* where something around it hides a part of it, unless that is scrolled on purpose (it has a role, a
 * place among the Tab stops, is code, or the page's main part). Two texts *overlap* where they share some pixels. It is *outside* where it
 * lies beside the window; or below it, on a page that claims to fit.
 *
 * Left out is what nobody sees, a ghost (`.ghost`, of what has just gone), and two texts of which one lies in a layer
 * over the other (`data-layer`, a dialog, or a bar that stays while the page scrolls beneath it).
 *
 * @typedef {{ left: number, top: number, right: number, bottom: number }} Box
 * @typedef {{ box: Box, text: string, owner: Element, layer: Element | null }} Text
 */

const SLACK = 2; // pixels
const HALF_LEADING = 0.18; // of the height of a line: more than letters need above and below
const MOST = 12; // faults of a kind that are listed

/**
 * @param {{ isOneScreen: boolean }} page
 * @returns {{ texts: number, places: string, faults: string[] }} how many texts there are, all their places, and what is wrong
 */
export function lookAtBoxes({ isOneScreen }) {
  /** @type {Text[]} */
  const texts = [];
  /** @type {string[]} */
  const cut = [];
  for (const node of visibleTextNodes()) {
    const owner = /** @type {Element} */ (node.parentElement);
    for (const whole of linesOf(node)) {
      const { box, by } = clipped(whole, owner);
      if (by) cut.push(`cut: ${named(owner, node)} by ${name(by)}, ${lacking(whole, by)}`);
      if (box) texts.push({ box, text: named(owner, node), owner, layer: layerOf(owner) });
    }
  }
  const places = texts.map(({ box, text }) => `${text} ${Math.round(box.left)} ${Math.round(box.top)}`).join("\n");
  const faults = [cut, overlapping(texts), outside(texts, isOneScreen)].flatMap((all) => [
    ...new Set(all.slice(0, MOST)),
    ...(all.length > MOST ? [`… and ${all.length - MOST} more of these`] : []),
  ]);
  return { texts: texts.length, places, faults };
}

function visibleTextNodes() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  /** @type {globalThis.Text[]} */
  const found = [];
  while (walker.nextNode()) {
    const node = /** @type {globalThis.Text} */ (walker.currentNode);
    const owner = node.parentElement;
    if (!owner || !node.data.trim() || owner.closest("script, style, template, option, title, .unseen, .drawings, .ghost")) continue;
    if (owner.checkVisibility({ visibilityProperty: true, opacityProperty: true })) found.push(node);
  }
  return found;
}

/**
 * The boxes of its lines, without the leading above and below the letters.
 *
 * @param {globalThis.Text} node
 * @returns {Box[]}
 */
function linesOf(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  return [...range.getClientRects()]
    .filter(({ width, height }) => width > 1 && height > 1)
    .map(({ left, top, right, bottom, height }) => {
      const leading = height * HALF_LEADING;
      return { left, right, top: top + leading, bottom: bottom - leading };
    });
}

/**
 * What is left of a box inside all that is around it, and what hides a part of it that it should not hide.
 *
 * @param {Box} whole
 * @param {Element} owner
 * @returns {{ box: Box | null, by: Element | null }}
 */
function clipped(whole, owner) {
  let box = whole;
  /** @type {Element | null} */
  let by = null;
  for (let around = /** @type {Element | null} */ (owner); around && around !== document.body; around = around.parentElement) {
    const { position, overflowX, overflowY, display } = getComputedStyle(around);
    if (position === "fixed") break;
    if (display === "inline" || (overflowX === "visible" && overflowY === "visible")) continue;
    const room = inner(around);
    const hides = {
      left: overflowX !== "visible" ? room.left : -Infinity,
      right: overflowX !== "visible" ? room.right : Infinity,
      top: overflowY !== "visible" ? room.top : -Infinity,
      bottom: overflowY !== "visible" ? room.bottom : Infinity,
    };
    if (!by && !mayScroll(around) && exceeds(box, hides)) by = around;
    box = {
      left: Math.max(box.left, hides.left),
      right: Math.min(box.right, hides.right),
      top: Math.max(box.top, hides.top),
      bottom: Math.min(box.bottom, hides.bottom),
    };
    // Whoever hides all of it in no room at all means to.
    if (room.right - room.left < 2 || room.bottom - room.top < 2) return { box: null, by: null };
  }
  const isLeft = box.right - box.left > 1 && box.bottom - box.top > 1;
  return { box: isLeft ? box : null, by };
}

/**
 * Within its borders. What SVG draws has none, and says so differently in each browser.
 *
 * @param {Element} element
 * @returns {Box}
 */
function inner(element) {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  if (!(element instanceof HTMLElement)) return { left, top, right, bottom };
  const { clientLeft, clientTop, clientWidth, clientHeight } = element;
  return {
    left: left + clientLeft,
    top: top + clientTop,
    right: left + clientLeft + clientWidth,
    bottom: top + clientTop + clientHeight,
  };
}

/** @param {Element} element */
function mayScroll(element) {
  const { overflowX, overflowY } = getComputedStyle(element);
  const scrolls = [overflowX, overflowY].some((overflow) => overflow === "auto" || overflow === "scroll");
  return scrolls && element.matches("[tabindex], [role], main, pre, code, textarea");
}

/**
 * @param {Box} box
 * @param {Box} room
 */
function exceeds(box, room) {
  return (
    box.left < room.left - SLACK ||
    box.top < room.top - SLACK ||
    box.right > room.right + SLACK ||
    box.bottom > room.bottom + SLACK
  );
}

/**
 * Pairs of texts that share pixels.
 *
 * @param {Text[]} texts
 */
function overlapping(texts) {
  /** @type {string[]} */
  const found = [];
  const scrolls = document.documentElement.scrollHeight > innerHeight + 1;
  const fromTheTop = [...texts].sort((one, other) => one.box.top - other.box.top);
  for (const [index, one] of fromTheTop.entries()) {
    for (let next = index + 1; next < fromTheTop.length; next += 1) {
      const other = /** @type {Text} */ (fromTheTop[next]);
      if (other.box.top > one.box.bottom - SLACK) break;
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const high = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
      if (wide <= SLACK || high <= SLACK) continue;
      if (one.owner.contains(other.owner) || other.owner.contains(one.owner)) continue;
      if (one.layer !== other.layer && isMeant(one.layer, other.layer, scrolls)) continue;
      found.push(`overlap: ${one.text} and ${other.text}, by ${Math.round(wide)} × ${Math.round(high)}`);
    }
  }
  return found;
}

/**
 * Whether two layers may lie over each other. Two bars that both stay may not, nor a bar on a page that does not scroll.
 *
 * @param {Element | null} one
 * @param {Element | null} other
 * @param {boolean} scrolls
 */
function isMeant(one, other, scrolls) {
  const areMarked = [one, other].some((layer) => layer?.matches("[data-layer], dialog, [popover]"));
  return areMarked || (scrolls && (one === null || other === null));
}

/** @param {Element} owner */
function layerOf(owner) {
  for (let around = /** @type {Element | null} */ (owner); around; around = around.parentElement) {
    if (around.matches("[data-layer], dialog, [popover]")) return around;
    if (["fixed", "sticky"].includes(getComputedStyle(around).position)) return around;
  }
  return null;
}

/**
 * @param {Text[]} texts
 * @param {boolean} isOneScreen
 */
function outside(texts, isOneScreen) {
  const found = texts
    .filter(({ box }) => box.left < -SLACK || box.right > innerWidth + SLACK)
    .map(({ box, text }) => `outside: ${text}, from ${Math.round(box.left)} to ${Math.round(box.right)} of ${innerWidth}`);
  const { scrollWidth, scrollHeight } = document.documentElement;
  if (scrollWidth > innerWidth + 1) found.unshift(`outside: the page is ${scrollWidth} wide, of ${innerWidth}`);
  if (!isOneScreen) return found;
  if (scrollHeight > innerHeight + 1) found.unshift(`outside: the page is ${scrollHeight} high, of ${innerHeight}`);
  const below = texts
    .filter(({ box }) => box.bottom > innerHeight + SLACK)
    .map(({ box, text }) => `outside: ${text}, down to ${Math.round(box.bottom)} of ${innerHeight}`);
  return [...found, ...below];
}

/**
 * @param {Box} whole
 * @param {Element} by
 */
function lacking(whole, by) {
  const room = inner(by);
  const wide = Math.max(room.left - whole.left, whole.right - room.right);
  const high = Math.max(room.top - whole.top, whole.bottom - room.bottom);
  const missing = [wide > SLACK && `${Math.round(wide)} wide`, high > SLACK && `${Math.round(high)} high`];
  return `lacking ${missing.filter(Boolean).join(" and ")}`;
}

/**
 * @param {Element} owner
 * @param {globalThis.Text} node
 */
function named(owner, node) {
  const words = node.data.trim().replaceAll(/\s+/g, " ");
  return `${name(owner)} “${words.length > 40 ? `${words.slice(0, 39)}…` : words}”`;
}

/**
 * The nearest element with a part, and the way from there.
 *
 * @param {Element} element
 */
function name(element) {
  /** @param {Element} one */
  const own = (one) => [one.localName, ...[...one.classList].slice(0, 2)].join(".");
  const part = element.closest("[data-part]");
  const place = part ? `[${part.getAttribute("data-part")}]` : "";
  const race = element.closest("[data-race]");
  const side = race ? `${race.getAttribute("data-race")} ` : "";
  return part === element ? `${side}${place}` : `${side}${place}${place && " "}${own(element)}`;
}
