// What a browser remembers of rooms: which one it presents, with its key, and which seat it has in which room. So a page
// that is loaded again, or a phone that lost the network, is who it was. Storage may be forbidden: then that lasts until
// the page is left.

/** @import { RoomHold } from "../core/room-types.js" */

const HOLD = "room";
const SEATS = "room seats";

/** So many rooms are remembered. The one that was entered longest ago is forgotten first. */
const MOST_SEATS = 20;

/** What could not be stored. @type {Map<string, unknown>} */
const unstored = new Map();

/** The room that this browser presents. @returns {RoomHold | null} */
export function heldRoom() {
  const held = /** @type {Partial<RoomHold> | null} */ (recall(HOLD));
  return typeof held?.code === "string" && typeof held.key === "string" ? { code: held.code, key: held.key } : null;
}

/** @param {RoomHold} held */
export function hold({ code, key }) {
  remember(HOLD, { code, key });
}

/** This browser presents no room any more. */
export function letGo() {
  remember(HOLD, null);
}

/** @param {string} code @returns {string | null} */
export function seatIn(code) {
  return seats().find(([each]) => each === code)?.[1] ?? null;
}

/** @param {string} code @param {string} seat */
export function keepSeat(code, seat) {
  const others = seats().filter(([each]) => each !== code);
  remember(SEATS, [...others, [code, seat]].slice(-MOST_SEATS));
}

/** Each a code and a seat. @returns {[string, string][]} */
function seats() {
  const kept = recall(SEATS);
  return Array.isArray(kept) ? kept.filter((each) => typeof each?.[0] === "string" && typeof each[1] === "string") : [];
}

/** @param {string} name @returns {unknown} */
function recall(name) {
  if (unstored.has(name)) return unstored.get(name);
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} name @param {unknown} value */
function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
    unstored.delete(name);
  } catch {
    unstored.set(name, value);
  }
}
