// How a class is told the way into its room. Pure.

import { counted, number } from "../core/format.js";

/** @import { RoomView } from "../core/room-types.js" */

/** What the button of a page says: who is here, and while they answer, how many have. @param {string | undefined} code @param {RoomView | null} room */
export function buttonWords(code, room) {
  if (code === undefined) return "Room";
  if (room?.question?.state !== "open") return room ? `Room ${code} · ${number(room.phones)}` : `Room ${code}`;
  const { answered, round } = room.question;
  return `Room ${code} · ${answeredOf(answered[round - 1] ?? 0, room.phones).replace(" answered", "")}`;
}

/** The address as one types it: no "http://", and the short way in. @param {string} address as in "http://10.0.0.12:8000/room/K7F4" */
export function typedAddress(address) {
  return address.replace(/^https?:\/\//, "").replace(/room\/(\w+)$/, (_, /** @type {string} */ code) => code.toLowerCase());
}

/** @param {number} phones */
export function phonesHere(phones) {
  return phones === 0 ? "no phone yet" : `${counted(phones, "phone")} here`;
}

/** Somebody who has answered may have left. @param {number} answered @param {number} phones */
export function answeredOf(answered, phones) {
  return `${number(answered)} of ${number(Math.max(answered, phones))} answered`;
}
