// The drawing of a distribution: finals from left to right, the theory as an outline, each real run a dot that drops
// in. With a `choose`, the columns are buttons.

import { html, setAttribute, svg, toggle } from "../shell/dom.js";
import { axisOf, binOf, binsOf, DEADLOCK, labelled, linesOf, outline, sharesOf, stack, topOf } from "../core/distribution.js";
import { number, THIN } from "../core/format.js";

/** @import { Bin, Room, Shares } from "../core/distribution.js" */

/** What is drawn.
 * @typedef {object} Picture
 * @property {{least: number, expected: number}} about
 * @property {Shares | null} theory null where it is not known
 * @property {boolean} isEstimate it was drawn at random, not worked out
 * @property {ReadonlyMap<string, string> | null} notes a figure below each final, where there is room for all
 * @property {readonly string[]} ends how each run ended, in order
 * @property {string} pace the shape of the dots
 * @property {number} runs of how many runs each dot is one, with those still to come
 * @property {Iterable<string>} seen every other end that needs a place
 * @property {string | null} mark the end of the run on show
 * @property {string} chosen the end that is open; "" is none
 * @property {readonly {name: string, about: string}[]} choices what can be opened, in words
 * @property {string} words all of it, for people who cannot see it
 */

/** Above this height there are lines to read shares from, and a gutter for their numbers; in rem. */
const TALL = 8;
const GUTTER = 2.5;
const ABOVE = 1.25;
const BELOW = 1.375;
const NOTE = 1;

/** The width of a digit, and of the word for a deadlock, by the size of the type. */
const DIGIT = 0.5;
const WORD = 3.75;

/** The type of the drawing is so large, in rem, where nobody has asked for big type. */
const TYPE = 0.75;

/** @typedef {{bins: Bin[], room: Room, left: number, base: number, unit: number, hasNotes: boolean}} Sheet */

/** @param {HTMLElement} root @param {(name: string) => void} [choose] */
export function createPlot(root, choose) {
  const behind = svg("g");
  const dots = svg("g", { class: "plot-dots" });
  const drawing = svg("svg", { "aria-hidden": "true" }, [behind, dots]);
  const columns = html("div", "plot-columns");
  columns.setAttribute("role", "group");
  root.append(drawing, ...(choose ? [columns] : []));
  if (!choose) root.setAttribute("role", "img");
  /** @type {Picture | null} */
  let last = null;
  let drawn = "";

  /** @param {Picture} picture */
  function render(picture) {
    last = picture;
    setAttribute(choose ? columns : root, "aria-label", picture.words);
    const { clientWidth: width, clientHeight: height } = root;
    if (width === 0 || height === 0) return;
    const key = JSON.stringify([width, height, { ...picture, seen: [...picture.seen], theory: picture.theory && [...picture.theory], notes: picture.notes && [...picture.notes] }]);
    if (key === drawn) return;
    drawn = key;
    const sheet = layOut(picture, width, height, unitOf(root));
    setAttribute(drawing, "viewBox", `0 0 ${width} ${height}`);
    behind.replaceChildren(...ground(sheet, picture, width));
    drawDots(dots, sheet, picture);
    if (choose) drawColumns(columns, sheet, picture, choose);
  }

  const resized = new ResizeObserver(() => last && render(last));
  resized.observe(root);
  return {
    render,
    /** How many runs one dot stands for. */
    get heap() {
      return last && root.clientWidth ? heapOf(layOut(last, root.clientWidth, root.clientHeight, unitOf(root)), last) : 1;
    },
    destroy: () => resized.disconnect(),
  };
}

/** All that is drawn grows with its type. @param {HTMLElement} root */
function unitOf(root) {
  return parseFloat(getComputedStyle(root).fontSize) / TYPE;
}

/** @param {Picture} picture @param {number} width @param {number} height @param {number} unit @returns {Sheet} */
function layOut({ about, theory, notes, ends, runs, seen, mark }, width, height, unit) {
  const left = height > TALL * unit ? GUTTER * unit : 0;
  const axis = axisOf(about, new Set([...(theory?.keys() ?? []), ...ends, ...seen, ...(mark === null ? [] : [mark])]));
  const bins = binsOf(axis, width - left, unit);
  const most = Math.max(runs, ends.length, 1);
  /** @type {Map<Bin, number>} */
  const observed = sharesOf(bins, new Map());
  for (const end of ends) {
    const bin = binOf(bins, end);
    if (bin) observed.set(bin, (observed.get(bin) ?? 0) + 1 / most);
  }
  const top = topOf([...observed.values(), ...(theory ? sharesOf(bins, theory).values() : [])]);
  const columns = (bins[bins.length - 1]?.at ?? 0) + 1;
  const longest = Math.max(0, ...[...(notes?.values() ?? [])].map((note) => note.length));
  const hasNotes = longest > 0 && (width - left) / columns > (longest * DIGIT + 0.5) * unit && bins.every(({ from, to }) => from === to);
  const below = (hasNotes ? BELOW + NOTE : BELOW) * unit;
  const room = { width: width - left, height: Math.max(unit, height - ABOVE * unit - below), columns, top, unit, runs: most };
  return { bins, room, left, base: height - below, unit, hasNotes };
}

/** @param {Sheet} sheet @param {Picture} picture */
function heapOf({ bins, room }, { ends }) {
  return stack(ends, bins, room).heap;
}

/** All that stands behind the dots. @param {Sheet} sheet @param {Picture} picture @param {number} width */
function ground(sheet, picture, width) {
  const { bins, room, left, base, unit } = sheet;
  const each = room.width / room.columns;
  const chosen = picture.chosen === "" ? undefined : binOf(bins, picture.chosen);
  const expected = binOf(bins, String(picture.about.expected));
  /** @type {SVGElement[]} */
  const parts = [];
  if (chosen) parts.push(svg("rect", { class: "plot-chosen", x: left + chosen.at * each, y: 0, width: each, height: base }));
  if (left > 0) {
    for (const share of linesOf(room.top)) {
      const y = base - (share / room.top) * room.height;
      parts.push(svg("path", { class: "plot-line", d: `M${left} ${y}H${width}` }), text("plot-share", left - 0.375 * unit, y + 0.25 * unit, `${number(Math.round(share * 100))}${THIN}%`, "end"));
    }
  }
  if (picture.theory) {
    const line = outline(bins, picture.theory, room).map(({ x, y }, index) => `${index ? "L" : "M"}${round(left + x)} ${round(base - y)}`).join("");
    parts.push(svg("path", { class: picture.isEstimate ? "plot-theory is-estimate" : "plot-theory", d: line }));
  }
  if (expected) {
    const x = left + (expected.at + 0.5) * each;
    const anchor = x > width / 2 ? "end" : "start";
    parts.push(svg("path", { class: "plot-expected", d: `M${x} ${0.25 * unit}V${base}` }));
    parts.push(text("plot-note", anchor === "end" ? x - 0.375 * unit : x + 0.375 * unit, 0.75 * unit, `expected ${number(picture.about.expected)}`, anchor));
  }
  parts.push(svg("path", { class: "plot-axis", d: `M${left} ${base}H${width}` }));
  return [...parts, ...numbers(sheet, picture, chosen)];
}

/** The finals below the axis: the one that is open, or where the run on show ended, always among them.
 * @param {Sheet} sheet @param {Picture} picture @param {Bin | undefined} chosen */
function numbers({ bins, room, left, base, unit, hasNotes }, picture, chosen) {
  const each = room.width / room.columns;
  const longest = Math.max(...bins.map((bin) => nameOf(bin).length));
  const fits = Math.ceil((longest * DIGIT + 0.5) * unit / each);
  const mark = picture.mark === null ? undefined : binOf(bins, picture.mark);
  const bold = [chosen, mark].filter((bin) => bin !== undefined);

  /** @param {Bin} bin @param {number} at @param {string} anchor */
  function label(bin, at, anchor) {
    const isMark = bin === mark;
    const wide = (nameOf(bin).length * DIGIT + 0.5) * unit;
    // Below a narrow column at the edge it is not cut off, but stands a little beside the middle.
    const x = anchor === "end" ? at : Math.max(wide / 2, Math.min(at, left + room.width - wide / 2));
    const name = text(`plot-number${isMark ? " is-mark" : bold.includes(bin) ? " is-bold" : ""}`, x, base + unit, nameOf(bin), anchor);
    if (!isMark) return [name];
    const from = anchor === "end" ? x - wide + 0.25 * unit : x - wide / 2;
    return [svg("rect", { class: "plot-mark", x: from, y: base + 0.1875 * unit, width: wide, height: 1.125 * unit, rx: 3 }), name];
  }

  const parts = labelled(bins, fits, bold.filter(({ from }) => from !== null).map(({ at }) => at)).flatMap((at) => {
    const bin = bins.find((each) => each.at === at);
    return bin ? label(bin, left + (at + 0.5) * each, "middle") : [];
  });
  const dead = bins.find(({ from }) => from === null);
  if (dead) {
    const isNarrow = each < WORD * unit;
    const x = left + (isNarrow ? room.width : (dead.at + 0.5) * each);
    parts.push(...label(dead, x, isNarrow ? "end" : "middle"));
  }
  if (hasNotes) {
    for (const bin of bins) {
      const note = picture.notes?.get(bin.from === null ? DEADLOCK : String(bin.from));
      if (note) parts.push(text("plot-number", left + (bin.at + 0.5) * each, base + 2 * unit, note, "middle"));
    }
  }
  return parts;
}

/** The same dots go to their new places; those that have just come drop in. @param {SVGGElement} root @param {Sheet} sheet @param {Picture} picture */
function drawDots(root, { bins, room, left, base }, { ends, pace, about }) {
  const { spots, diameter } = stack(ends, bins, room);
  root.style.setProperty("--fall", `${-base}px`);
  while (root.childElementCount > spots.length) root.lastElementChild?.remove();
  spots.forEach(({ name, x, y }, index) => {
    const known = root.children[index];
    const dot = known instanceof SVGGElement ? known : svg("g", {}, [svg("path")]);
    setAttribute(dot, "class", name === String(about.expected) ? "plot-dot" : "plot-dot is-lossy");
    dot.style.setProperty("transform", `translate(${round(left + x)}px, ${round(base - y)}px)`);
    const shape = dot.firstElementChild;
    if (shape) {
      toggle(shape, "is-open", pace === "untraced");
      setAttribute(shape, "d", shapeOf(pace, Math.max(1, diameter / 2 - 0.5)));
    }
    if (!known) root.append(dot);
  });
}

/** A shape for each pace: colour alone would not do. @param {string} pace @param {number} radius */
export function shapeOf(pace, radius) {
  const r = round(radius);
  if (pace === "slow") return `M0 ${-r}L${r} 0L0 ${r}L${-r} 0z`;
  if (pace === "tutorial") {
    const half = round(radius * 0.85);
    return `M${-half} ${-half}h${2 * half}v${2 * half}h${-2 * half}z`;
  }
  return `M${-r} 0a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0z`;
}

/** A button over each column in which something can be opened: of several ends in it the first of the choices.
 * @param {HTMLElement} root @param {Sheet} sheet @param {Picture} picture @param {(name: string) => void} choose */
function drawColumns(root, { bins, room, left }, { choices, chosen }, choose) {
  const focused = document.activeElement instanceof HTMLElement && root.contains(document.activeElement) ? document.activeElement.dataset["outcome"] : undefined;
  const open = binOf(bins, chosen);
  const found = bins.flatMap((bin) => {
    const choice = (bin === open ? choices.find(({ name }) => name === chosen) : undefined) ?? choices.find(({ name }) => binOf(bins, name) === bin);
    return choice ? [{ bin, ...choice }] : [];
  });
  root.style.setProperty("--left", `${left}px`);
  root.style.setProperty("--columns", String(room.columns));
  root.replaceChildren(...found.map(({ bin, name, about }) => {
    const button = html("button", "plot-column");
    button.type = "button";
    button.dataset["outcome"] = name;
    button.style.setProperty("--at", String(bin.at));
    setAttribute(button, "aria-label", about);
    setAttribute(button, "title", about);
    setAttribute(button, "aria-pressed", String(bin === open));
    // One stop for Tab; from there the arrows lead on.
    button.tabIndex = bin === open || (!open && bin === found[0]?.bin) ? 0 : -1;
    button.addEventListener("click", () => choose(name));
    button.addEventListener("keydown", (event) => step(event, button, choose));
    return button;
  }));
  if (focused !== undefined) [...root.querySelectorAll("button")].find(({ dataset }) => dataset["outcome"] === focused)?.focus();
}

/** @param {KeyboardEvent} event @param {HTMLElement} button @param {(name: string) => void} choose */
function step(event, button, choose) {
  const next = { ArrowRight: button.nextElementSibling, ArrowLeft: button.previousElementSibling }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  if (!(next instanceof HTMLElement)) return;
  next.focus();
  choose(next.dataset["outcome"] ?? "");
}

/** @param {Bin} bin */
function nameOf({ from, to }) {
  if (from === null || to === null) return DEADLOCK;
  return from === to ? number(from) : `${number(from)}–${number(to)}`;
}

/** @param {string} className @param {number} x @param {number} y @param {string} content @param {string} anchor */
function text(className, x, y, content, anchor) {
  const element = svg("text", { class: className, x, y, "text-anchor": anchor });
  element.textContent = content;
  return element;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
