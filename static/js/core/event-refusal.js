// Why the server refuses an event stream: an EventSource does not say it, so each thing that was asked for is asked for alone.
// No DOM.

import { placedInFull } from "./place.js";

/** The server does not know it, or no longer; or the room does not know that seat. */
const GONE = [404, 403];

/** What is gone. Certain: the server has said of everything whether it is there.
 * @param {string[]} runs @param {string[]} rooms @returns {Promise<{runs: string[], rooms: string[], isCertain: boolean}>} */
export async function findGone(runs, rooms) {
  const [ofRuns, ofRooms] = await Promise.all([Promise.all(runs.map(statusOfRun)), Promise.all(rooms.map(statusOfRoom))]);
  return {
    runs: runs.filter((_, index) => isGone(ofRuns[index])),
    rooms: rooms.filter((_, index) => isGone(ofRooms[index])),
    isCertain: [...ofRuns, ...ofRooms].every((status) => status === 200 || isGone(status)),
  };
}

/** @param {number | undefined} status */
function isGone(status) {
  return status !== undefined && GONE.includes(status);
}

/** @param {string} run */
function statusOfRun(run) {
  return statusOf(`/api/runs/${encodeURIComponent(run)}`);
}

/** Where a seat is in the name, the room is asked by that seat. @param {string} name */
function statusOfRoom(name) {
  const [code = "", ...seat] = name.split(".");
  return statusOf(`/api/rooms/${encodeURIComponent(code)}`, seat.length > 0 ? { "Room-Seat": seat.join(".") } : {});
}

/** @param {string} address begins with "/" @param {HeadersInit} [headers] */
function statusOf(address, headers = {}) {
  return fetch(placedInFull(address), { headers }).then(
    ({ status }) => status,
    () => 0,
  );
}
