// The answers of a class, drawn: each dot is one phone. For the presenter's screen and for the phones.
//
//   createVotes(root).render({ results, truth, expected, right, names, gap, words })

import { setAttribute, svg } from "../shell/dom.js";
import { createSize } from "../shell/size.js";
import { LETTER, layVotes } from "./votes-layout.js";

/** @import { Layout, Point, Votes, Words } from "./votes-layout.js" */

/** `words` say all of it, for people who cannot see it. @typedef {Votes & {words: string}} VotesPicture */

/** What the rows are called, where there were two votes. */
const VOTES = ["first vote", "after the talk"];

/** Those who were right wear a ring, as long as they are few: of many, their place under the flag says it. */
const MOST_RINGS = 6;

/** @param {HTMLElement} root its type says how large everything is */
export function createVotes(root) {
  const drawing = svg("svg", { class: "votes-drawing", "aria-hidden": "true" });
  root.classList.add("votes");
  root.setAttribute("role", "img");
  root.append(drawing);
  /** @type {VotesPicture | null} */
  let last = null;
  let drawn = "";
  const size = createSize(root, () => last && render(last));

  /** @param {VotesPicture} picture */
  function render(picture) {
    last = picture;
    setAttribute(root, "aria-label", picture.words);
    const { width, height, unit } = size.now();
    const key = JSON.stringify([width, height, unit, picture]);
    if (width === 0 || height === 0 || key === drawn) return;
    drawn = key;
    const layout = layVotes(picture, { width, height, unit });
    setAttribute(drawing, "viewBox", `0 0 ${width} ${height}`);
    drawing.replaceChildren(...ground(layout), ...dots(layout), ...above(layout));
  }

  return { render, destroy: size.destroy };
}

/** What lies behind the dots. @param {Layout} layout */
function ground(layout) {
  const { unit, rows, gap, expected, axis, top, bottom, labels } = layout;
  return [
    ...(gap ? [svg("rect", { class: "votes-gap", x: gap.from, y: top, width: gap.to - gap.from, height: bottom - top })] : []),
    ...(expected ? [line("votes-expected", { x: expected.x, y: top }, { x: expected.x, y: bottom })] : []),
    ...(expected?.words ? [text("", expected.words)] : []),
    ...rows.map(({ base }) => line("votes-axis", { x: axis.left, y: base }, { x: axis.right, y: base })),
    ...(rows.length > 1 ? rows.map(({ top: y }, vote) => text("", rowName(layout, VOTES[vote] ?? "", y - 0.4 * unit))) : []),
    ...labels.map((label) => text(label.isRight ? "is-truth" : "", label)),
  ];
}

/** What a row is called: at its left, or past the pole where that would stand in the words.
 * @param {Layout} layout @param {string} words @param {number} y @returns {Words} */
function rowName({ unit, axis, flag }, words, y) {
  const isCrossed = flag !== null && flag.x < axis.left + words.length * LETTER * unit;
  return { x: isCrossed ? flag.x + 0.5 * unit : axis.left, y, anchor: "start", words };
}

/** @param {Layout} layout */
function dots({ dots: phones, diameter, rows }) {
  return phones.map(({ x, y, vote }) => svg("circle", { class: vote < rows.length - 1 ? "votes-dot is-earlier" : "votes-dot", cx: x, cy: y, r: diameter / 2 }));
}

/** What lies over the dots. @param {Layout} layout */
function above({ unit, flag, gap, bottom, dots: phones, diameter, rows }) {
  const right = phones.filter(({ isRight, vote }) => isRight && vote === rows.length - 1);
  return [
    ...(gap?.words ? arrows(gap, gap.words, unit) : []),
    ...(flag ? [line("votes-pole", { x: flag.x, y: flag.box.height / 2 }, { x: flag.x, y: bottom }), svg("rect", { class: "votes-flag", ...flag.box, rx: 2 }), text("votes-flag-words", flag.words)] : []),
    ...(right.length <= MOST_RINGS ? right : []).flatMap(({ x, y }) => [
      svg("circle", { class: "votes-ring", cx: x, cy: y, r: diameter * 0.78 }),
      svg("circle", { class: "votes-dot", cx: x, cy: y, r: diameter / 2 }),
    ]),
  ];
}

/** @param {{from: number, to: number, y: number}} gap @param {Words} words @param {number} unit */
function arrows({ from, to, y }, words, unit) {
  const half = (words.words.length * 0.63 * 1.1 * unit) / 2 + 0.4 * unit;
  const tip = 0.4 * unit;
  return [
    line("votes-arrow", { x: from + 6, y }, { x: words.x - half, y }),
    line("votes-arrow", { x: words.x + half, y }, { x: to - 6, y }),
    svg("path", { class: "votes-arrow", d: `M${from + 6 + tip} ${y - tip}L${from + 6} ${y}L${from + 6 + tip} ${y + tip}M${to - 6 - tip} ${y - tip}L${to - 6} ${y}L${to - 6 - tip} ${y + tip}` }),
    text("votes-lost", words),
  ];
}

/** @param {string} about @param {Point} from @param {Point} to */
function line(about, from, to) {
  return svg("line", { class: about, x1: from.x, y1: from.y, x2: to.x, y2: to.y });
}

/** @param {string} about @param {Words} words */
function text(about, { x, y, anchor, words }) {
  const made = svg("text", { class: about, x, y, "text-anchor": anchor });
  made.textContent = words;
  return made;
}
