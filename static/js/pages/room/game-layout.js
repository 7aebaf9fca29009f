// Where everything of a game stands: the others above, the shared number, and one's own process below, near the thumb. Pure:
// how many there are and how much room there is, in; places, out.
//
//   P1    P2    P4        cards with a caption, while each has room for one
//   [2]   [3]   [ ]       small ones without; then tiles in rows, with names or marks alone: 31 others fit on a phone
//    ╰──┐ │ ┌──╯
//      [ 3  ]             the number, and its lock where there is one
//         ┆
//   P3  [ 2 ]  you

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** From a card down to the number; it goes across at the height `bend`. @typedef {{from: Point, to: Point, bend: number}} Thread */

/** One of the others. Tiles share one thread. @typedef {{box: Box, name: Point, caption: Point | null, thread: Thread | null}} Place */

/** @typedef {"cards" | "small" | "tiles" | "marks"} Density */

/**
 * @typedef {object} GameLayout
 * @property {number} unit the size of the type, in pixels
 * @property {Density} density
 * @property {readonly Place[]} others
 * @property {Point | null} summary where it is said how many are how
 * @property {Box} number
 * @property {Box | null} lock
 * @property {{box: Box, name: Point, you: Point, caption: Point} | null} own
 */

/** So many of the others are asked for; how many letters say what the locks do, 0 where there are none; and whether one
 * takes part oneself. @typedef {{others: number, lockLetters: number, hasOwn: boolean}} Needs */

/** @typedef {{width: number, height: number, unit: number}} Size */

/** All of these by the size of the type. */
const CARD = { captioned: 5.6, least: 3.1, most: 7, cards: 2.4, small: 2, gap: { cards: 0.75, small: 0.4 } };
const TILE = { tiles: { width: 2.9, height: 2.3 }, marks: { width: 2.45, height: 1.75 }, gap: 0.25 };
const NAME = 1.35;
const CAPTION = 1.35;
const SUMMARY = 1.6;
const THREAD = { least: 1.5, most: 4 };
const NUMBER = { least: 3.6, most: 7, width: 9.5 };
const LOCK = { height: 1.9, sign: 1.8, letter: 0.48 };
const OWN = { name: 1.6, least: 2.2, most: 4.4, width: 12.5, caption: 1.6 };

/** How much the type grows with the room, and how large a room counts as one that is just right. */
const LARGER = 1.5;
const ROOMY = { width: 34, height: 28 };

/** Smaller than this, by the usual size, tiles go without names. */
const LEGIBLE = 0.97;

/** @param {Needs} needs @param {Size} size @returns {GameLayout} */
export function layGame(needs, size) {
  const { width, height, unit: usual } = size;
  const { others, lockLetters, hasOwn } = needs;
  const wanted = Math.max(usual, Math.min(LARGER * usual, width / ROOMY.width, height / ROOMY.height));
  const density = densityOf(needs, width / wanted, height / usual);
  const rows = rowsOf(others, density, width / wanted);
  const above = heightAbove(others, density, rows);
  const least = leastHeight(needs, above);
  const unit = Math.min(wanted, height / least);
  const threads = (others > 0 ? 1 : 0) + (hasOwn ? 1 : 0);
  const shares = grown(height / unit - least, threads, hasOwn);
  const centre = width / 2;
  const wide = Math.min(Math.max(NUMBER.width, lockLetters * LOCK.letter + LOCK.sign) * unit, width * 0.85);
  const number = box(centre, (above + (others > 0 ? shares.thread : 0)) * unit, wide, shares.number * unit);
  const lock = lockLetters > 0 ? { ...number, y: number.y + number.height, height: LOCK.height * unit } : null;
  const ownTop = (lock ? lock.y + lock.height : number.y + number.height) + shares.thread * unit;
  const isInRows = density === "tiles" || density === "marks";
  return {
    unit,
    density,
    others: isInRows ? tilesIn(others, density, rows, centre, unit) : threaded(cardsIn(others, density, width, unit), number, unit),
    summary: density === "cards" ? null : { x: centre, y: (above - 0.5) * unit },
    number,
    lock,
    own: hasOwn ? ownAt(centre, ownTop, width, shares.own, unit) : null,
  };
}

/** @param {Needs} needs @param {number} width by the size of the type @param {number} height by the usual one @returns {Density} */
function densityOf(needs, width, height) {
  const { others } = needs;
  const each = width / Math.max(1, others);
  if (each >= CARD.captioned) return "cards";
  if (each >= CARD.least) return "small";
  const withNames = leastHeight(needs, heightAbove(others, "tiles", rowsOf(others, "tiles", width)));
  return height / withNames >= LEGIBLE ? "tiles" : "marks";
}

/** @param {number} others @param {Density} density @param {number} width by the size of the type */
function rowsOf(others, density, width) {
  if (density === "cards" || density === "small") return 1;
  const most = Math.max(1, Math.floor((width + TILE.gap) / (TILE[density].width + TILE.gap)));
  return Math.ceil(others / most);
}

/** @param {number} others @param {Density} density @param {number} rows */
function heightAbove(others, density, rows) {
  if (others === 0) return 0;
  if (density === "tiles" || density === "marks") return rows * (TILE[density].height + TILE.gap) + SUMMARY;
  return NAME + CARD[density] + (density === "cards" ? CAPTION : SUMMARY);
}

/** @param {Needs} needs @param {number} above */
function leastHeight({ others, lockLetters, hasOwn }, above) {
  const own = hasOwn ? THREAD.least + OWN.name + OWN.least + OWN.caption : 0;
  return above + (others > 0 ? THREAD.least : 0) + NUMBER.least + (lockLetters > 0 ? LOCK.height + 0.5 : 0) + own;
}

/** How the room that is left is shared out: threads first, then the boxes. @param {number} left @param {number} threads @param {boolean} hasOwn */
function grown(left, threads, hasOwn) {
  const thread = threads === 0 ? 0 : Math.min(THREAD.most - THREAD.least, (left * 0.5) / threads);
  const rest = left - thread * threads;
  const number = Math.min(NUMBER.most - NUMBER.least, rest * (hasOwn ? 0.6 : 1));
  const own = hasOwn ? Math.min(OWN.most - OWN.least, rest - number) : 0;
  return { thread: THREAD.least + thread, number: NUMBER.least + number, own: OWN.least + own };
}

/** @param {number} count @param {"cards" | "small"} density @param {number} width @param {number} unit @returns {Place[]} */
function cardsIn(count, density, width, unit) {
  const gap = CARD.gap[density] * unit;
  const each = Math.min(CARD.most * unit, (width - gap * (count - 1)) / Math.max(1, count));
  const from = (width - each * count - gap * (count - 1)) / 2;
  return Array.from({ length: count }, (_, place) => {
    const card = box(from + place * (each + gap) + each / 2, NAME * unit, each, CARD[density] * unit);
    const caption = density === "cards" ? { x: card.x + each / 2, y: card.y + card.height + unit } : null;
    return { box: card, name: { x: card.x, y: 0.65 * unit }, caption, thread: null };
  });
}

/** The same with threads to the number. None crosses another: those from further out end further out, and go across lower.
 * @param {Place[]} places @param {Box} number @param {number} unit @returns {Place[]} */
function threaded(places, number, unit) {
  const least = Math.min(0.9 * unit, (number.width * 0.88) / Math.max(1, places.length - 1));
  const ends = spread(places.map(({ box: { x, width } }) => x + width / 2), number.x + number.width * 0.06, number.x + number.width * 0.94, least);
  const middle = (places.length - 1) / 2;
  return places.map((place, order) => {
    const { box: card, caption } = place;
    const from = { x: card.x + card.width / 2, y: card.y + card.height + (caption ? CAPTION : SUMMARY) * unit };
    const out = middle === 0 ? 0 : Math.abs(order - middle) / middle;
    return { ...place, thread: { from, to: { x: ends[order] ?? from.x, y: number.y }, bend: from.y + (number.y - from.y) * (0.45 + 0.3 * out) } };
  });
}

/** Where they are, as far as that lies between two ends, and never nearer to each other than this.
 * @param {readonly number[]} wanted from left to right @param {number} from @param {number} to @param {number} least */
function spread(wanted, from, to, least) {
  const last = wanted.length - 1;
  const ends = wanted.map((x, order) => Math.max(from + order * least, Math.min(to - (last - order) * least, x)));
  for (let order = 1; order <= last; order += 1) ends[order] = Math.max(ends[order] ?? 0, (ends[order - 1] ?? 0) + least);
  return ends;
}

/** @param {number} count @param {"tiles" | "marks"} density @param {number} rows @param {number} centre @param {number} unit @returns {Place[]} */
function tilesIn(count, density, rows, centre, unit) {
  const { width, height } = TILE[density];
  const columns = Math.ceil(count / Math.max(1, rows));
  const pitch = (width + TILE.gap) * unit;
  const left = centre - (pitch * (columns - 1)) / 2;
  return Array.from({ length: count }, (_, place) => {
    const row = Math.floor(place / columns);
    const tile = box(left + (place % columns) * pitch, row * (height + TILE.gap) * unit, width * unit, height * unit);
    return { box: tile, name: { x: tile.x + 0.25 * unit, y: tile.y + (density === "tiles" ? 0.7 * unit : tile.height / 2) }, caption: null, thread: null };
  });
}

/** @param {number} centre @param {number} top @param {number} width @param {number} height @param {number} unit */
function ownAt(centre, top, width, height, unit) {
  const card = box(centre, top + OWN.name * unit, Math.min(OWN.width * unit, width * 0.8), height * unit);
  return {
    box: card,
    name: { x: card.x, y: top + 0.85 * unit },
    you: { x: card.x + card.width, y: top + 0.85 * unit },
    caption: { x: centre, y: card.y + card.height + 1.15 * unit },
  };
}

/** @param {number} centre @param {number} y @param {number} width @param {number} height @returns {Box} */
function box(centre, y, width, height) {
  return { x: centre - width / 2, y, width, height };
}
