// The small picture of a lost update: a bar from each process's read to its write, the values at its ends, and the
// write that was knocked out. Order is what counts, not time: each step of the evidence has a place of its own.

import { svg } from "../../shell/dom.js";
import { number } from "../../core/format.js";
import { lookOfProcess } from "./look.js";

/** @import { ScriptStep } from "../../core/script-history.js" */

const WIDTH = 196;
const HEIGHT = 56;
const LEFT = 18;
const ROW = 28;
const BAR = 18;
const SHORTEST_BAR = 52;

/** How wide a digit of the small type is. */
const DIGIT = 6.4;

/** @param {readonly ScriptStep[]} steps the evidence, in order @param {(name: string) => string} processOf the process of a lane @returns {SVGSVGElement | null} */
export function findingPicture(steps, processOf) {
  const lanes = [...new Set(steps.map(({ process }) => process))];
  const bars = lanes.map((lane) => {
    const own = steps.filter(({ process }) => process === lane);
    return { lane, read: own.find(({ op }) => op === "read"), write: own.findLast(({ op }) => op === "write") };
  });
  if (lanes.length !== 2 || bars.some(({ read, write }) => !read || !write)) return null;
  const places = steps.filter(({ op }) => op === "read" || op === "write");
  const x = (/** @type {ScriptStep | undefined} */ step) => LEFT + 6 + (places.findIndex((each) => each === step) / Math.max(1, places.length - 1)) * (WIDTH - LEFT - 66);
  /** A bar is never shorter than its numbers. @param {{read?: ScriptStep | undefined, write?: ScriptStep | undefined}} bar */
  const endOf = ({ read, write }) => Math.max(x(write), x(read) + SHORTEST_BAR);
  const drawing = svg("svg", { class: "finding-picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  const last = places.at(-1);
  bars.forEach(({ lane, read, write }, row) => {
    const look = lookOfProcess(processOf(lane));
    const middle = ROW * row + ROW / 2;
    const [from, to] = [x(read), endOf({ read, write })];
    drawing.append(
      svg("path", { class: "picture-rail", d: `M${LEFT} ${middle}H${WIDTH - 4}` }),
      svg("use", { class: `mark p${look}`, href: `#mark-${look}`, x: 0, y: middle - 6, width: 12, height: 12 }),
      svg("rect", { class: `picture-bar p${look}`, x: from, y: middle - BAR / 2, width: to - from, height: BAR, rx: 1 }),
      text(inside(read, to - from), from + 4, middle, "start"),
      text(inside(write, to - from), to - 4, middle, "end"),
    );
    if (write === last) drawing.append(cross(to, middle));
  });
  const [victim, thief] = bars.toSorted((one) => (one.write === last ? 1 : -1));
  if (victim && thief) {
    const [from, to] = [endOf(victim), endOf(thief)];
    const [high, low] = [bars.indexOf(victim), bars.indexOf(thief)].map((row) => ROW * row + ROW / 2);
    drawing.append(svg("path", { class: "picture-link", d: `M${from} ${high}C${from + 24} ${high} ${to + 6} ${((high ?? 0) + (low ?? 0)) / 2} ${to} ${(low ?? 0) + ((low ?? 0) > (high ?? 0) ? -BAR / 2 : BAR / 2)}` }));
    drawing.append(ticket(Math.min(to + 12, WIDTH - 46), (low ?? 0), lookOfProcess(processOf(victim.lane))));
  }
  return drawing;
}

/** The value of a step, in half of a bar. Where it is too long, of a number its last digits are what changes.
 * @param {ScriptStep | undefined} step @param {number} width of the bar */
function inside(step, width) {
  if (step === undefined) return "";
  const words = step.text ?? (step.value === null ? "" : number(step.value));
  const most = Math.floor((width / 2 - 4) / DIGIT);
  if (words.length <= most) return words;
  return step.text === null || step.text === undefined ? `…${words.slice(1 - most)}` : `${words.slice(0, most - 1)}…`;
}

/** @param {string} words @param {number} x @param {number} y @param {string} anchor */
function text(words, x, y, anchor) {
  const made = svg("text", { class: "picture-text", x, y: y + 4, "text-anchor": anchor });
  made.textContent = words;
  return made;
}

/** @param {number} x @param {number} y */
function cross(x, y) {
  return svg("path", { class: "picture-cross", d: `M${x - 5} ${y - 5}l10 10m0-10l-10 10` });
}

/** What was knocked out, torn. @param {number} x @param {number} y @param {number} look */
function ticket(x, y, look) {
  const plus = svg("text", { class: "picture-lost", x: 31, y: 4, "text-anchor": "middle" });
  plus.textContent = "lost";
  return svg("g", { transform: `translate(${x} ${y})` }, [
    svg("path", { class: "picture-ticket", d: "M0-8H15l-3 4 4 4-4 4 3 4H0ZM19-7l-3 4 4 4-3 4 3 3h24l-2-15Z" }),
    svg("use", { class: `mark p${look}`, href: `#mark-${look}`, x: 3, y: -4, width: 8, height: 8 }),
    plus,
  ]);
}
