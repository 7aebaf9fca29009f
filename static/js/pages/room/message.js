// What a phone says when there is nothing to answer, to press or to look at: in words, with one way on. Pure.

/** @import { Shown } from "../../core/room-types.js" */
/** @import { Entrance } from "./entrance.js" */

/** `asks`: it offers a field for a code. `link` leads to a page of ours, `button` tries again.
 * @typedef {{title: string, words: string, hint: string, asks: boolean, link: {label: string, path: string} | null, button: string}} Message */

/** @type {Message} */
const NOTHING = { title: "", words: "", hint: "", asks: false, link: null, button: "" };

const TO_THE_START = { label: "To the start page", path: "/" };

/** Before anybody has said which room. @param {string} typed what stands in the address in place of a code @returns {Message} */
export function noCode(typed) {
  const asked = { ...NOTHING, title: "Which room?", asks: true };
  return typed ? { ...asked, words: `“${typed.slice(0, 20)}” is no code of a room: a code is a letter, a digit, a letter and a digit.` } : asked;
}

/** Of somebody who is not in the room, or not any more; null for whoever is.
 * @param {Pick<Entrance, "code" | "standing" | "problem" | "room">} entrance @returns {Message | null} */
export function messageOf({ code, standing, problem, room }) {
  switch (standing) {
    case "in":
      return null;
    case "entering":
      return { ...NOTHING, title: "Coming in…" };
    case "unknown":
      return { ...NOTHING, title: `There is no room ${code}.`, words: "It may have ended, or the code is another one.", asks: true };
    case "ended":
      return { ...NOTHING, title: "The room has ended.", words: endWords(room?.reason ?? problem?.message ?? ""), link: TO_THE_START };
    default:
      return { ...NOTHING, title: `Room ${code} does not let you in.`, words: problem?.message ?? "", hint: problem?.hint ?? "", button: "Try again" };
  }
}

/** The server's reason, unless it says no more than the title does. @param {string} reason */
function endWords(reason) {
  return reason && reason !== "The room has ended." ? reason : "Thank you for being here. What you saw runs on any computer.";
}

/** What the projector shows, where it is nothing that can be played here. @param {Shown | null} shown @returns {Message} */
export function elsewhere(shown) {
  if (!shown) return { ...NOTHING, title: "You are in.", words: "Look at the projector. What happens there comes here by itself." };
  return {
    ...NOTHING,
    // As the title bar has it: there the name of the project comes last.
    title: shown.title.replace(/ · Lost Update$/, "") || "Lost Update",
    words: "That is on the projector now. What happens there comes here by itself.",
    link: { label: "Open it here", path: shown.path },
  };
}
