// A map on the page: the picture, beside it one sentence, the paths that there are, and what the signs mean. What is
// shown comes from a run (map.js), or from a person who draws a path (map-editor.js).

import { html, rem, setAttribute, setText, show, svg } from "../shell/dom.js";
import { createMapDrawing } from "./map-drawing.js";
import { layOut } from "./map-layout.js";
import { createLegend } from "./map-legend.js";
import { createMoves } from "./map-step-buttons.js";
import { countWords, partWords } from "./map-words.js";

/** @import { Point, Span } from "../core/progress-graph.js" */
/** @import { Mapped } from "../core/run-map.js" */
/** @import { Targets } from "../core/targets.js" */
/** @import { MapLayout } from "./map-layout.js" */

/** What to show. @typedef {object} Shown
 * @property {Mapped} map
 * @property {number} at the point of the path
 * @property {Point} now where its end is drawn: between two points while it moves
 * @property {boolean} rest whether the rest of the path is shown, dotted
 * @property {readonly string[]} names
 * @property {Targets} targets
 * @property {string} words a sentence; what stands between asterisks is bold
 * @property {boolean} isLarge as large as the page's own type
 * @property {boolean} isSteady the description may change: a screen reader need not hear every step of a playback
 */

/** @param {HTMLElement} root @param {(process: number) => void} take */
export function createMapView(root, take) {
  const picture = svg("svg", { class: "map-picture", role: "img" });
  const frame = html("div", "map-frame", [picture]);
  const words = html("p", "map-words");
  const counts = html("p", "map-counts");
  const partly = html("p", "map-part");
  const legend = createLegend();
  const beside = html("div", "map-beside", [words, counts, partly, legend.element]);
  root.append(frame, beside);
  const drawing = createMapDrawing(picture);
  const moves = createMoves(frame, take);
  /** @type {{map: Mapped, span: Span} | null} */
  let last = null;

  /** Draws it; null where there is no room yet. @param {Shown} shown @param {boolean} isSteered whether a person may choose the next step @returns {MapLayout | null} */
  function render(shown, isSteered) {
    const { map, at, names, targets } = shown;
    const { width, height } = frame.getBoundingClientRect();
    if (width === 0 || height === 0) return null;
    const type = shown.isLarge ? rem() : Math.max(12, 0.75 * rem());
    const layout = layOut(map.graph, { width, height }, type, map.path.point(at), last?.map === map ? last.span : null);
    last = { map, span: layout.span };
    setAttribute(picture, "viewBox", `0 0 ${Math.round(width)} ${Math.round(height)}`);
    drawing.draw({ ...map, ...shown }, layout);
    moves.render(isSteered ? { map, at, names, targets, layout } : null);
    setBold(words, shown.words);
    setBold(counts, countWords(map));
    show(partly, !layout.isWhole);
    if (!layout.isWhole) setText(partly, partWords(map.graph, layout.span, names));
    legend.render(map, names);
    if (shown.isSteady || !picture.hasAttribute("aria-label")) setAttribute(picture, "aria-label", described(shown));
    return layout;
  }

  return {
    frame,
    words,
    render,
    /** @param {boolean} there */
    show(there) {
      show(frame, there);
      show(beside, there);
    },
  };
}

/** @param {Shown} shown */
function described({ map, at, names, words }) {
  const { x, y } = map.path.point(at);
  const [one, two] = map.graph.size;
  const where = `Map: ${names[0]} has taken ${x} of ${one} steps, ${names[1]} ${y} of ${two}.`;
  return [where, words, countWords(map)].join(" ").replaceAll("*", "");
}

/** Text in which *asterisks* mark what is bold. @param {HTMLElement} element @param {string} text */
function setBold(element, text) {
  const pieces = text.split("*");
  if (element.textContent === pieces.join("")) return;
  element.replaceChildren(...pieces.map((piece, index) => (index % 2 ? html("b", "", [piece]) : piece)));
}
