// The page of a room on a phone. It comes in, hears what the room says, and shows one screen at a time.
//
//   entrance ── room, own ──▶ subject ──▶ question · game · what the projector shows · a message in words
//      ▲                                     │
//      └── votes, presses ───────────────────┘

import { Ballot } from "./ballot.js";
import { createCodeForm } from "./code-form.js";
import { Entrance } from "./entrance.js";
import { KEYS } from "./keys.js";
import { Screens } from "./screens.js";
import { pathWithin } from "../../core/place.js";
import { codeOf, takeSeat, vote } from "../../core/room.js";
import { part } from "../../shell/dom.js";
import { watchRoom } from "../../shell/events.js";
import { embeddedCatalogue } from "../../shell/page-data.js";
import { keepSeat, seatIn } from "../../shell/room-storage.js";
import { createShell } from "../../shell/shell.js";
import { noCode } from "./message.js";

const typed = decodeURIComponent(/^\/room\/([^/]*)/.exec(pathWithin(window.location.pathname))?.[1] ?? "");
const code = codeOf(typed);
const catalogue = embeddedCatalogue();

/** @param {number} ms @returns {Promise<void>} */
const wait = (ms) => new Promise((go) => setTimeout(go, ms));

const entrance = code ? new Entrance(code, { takeSeat, watchRoom, seatIn, keepSeat, wait }, changed) : null;
const ballot = new Ballot(async (chosen) => {
  const answer = await vote(code ?? "", entrance?.seat ?? "", chosen);
  if (answer.ok) entrance?.take(answer.body);
  return answer;
}, changed);
const screens = new Screens(document.body, { catalogue, entrance, ballot, enter: () => void entrance?.enter() });
createShell({ keys: KEYS, actions: screens.actions, onTheme: () => screens.invalidate() });
const form = createCodeForm(part(document, "code-form", HTMLFormElement));

let wasConnected = true;

/** Something has been heard, or done. */
function changed() {
  if (!entrance) return;
  // What was chosen while nobody could hear it goes out now.
  if (entrance.connected && !wasConnected) void ballot.resend();
  wasConnected = entrance.connected;
  screens.render();
}

if (entrance) {
  window.addEventListener("offline", () => entrance.lose());
  screens.render();
  await entrance.enter();
} else {
  screens.say(noCode(typed));
  form.focus();
}
