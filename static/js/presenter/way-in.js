// The way into a room, as it stands at the side of most views: the code to scan, the code to type, the address.

import { placed } from "../core/place.js";
import { html, setAttribute, setText } from "../shell/dom.js";
import { typedAddress } from "./join-words.js";

/** @import { Situation } from "./situation.js" */

export function createWayIn() {
  const picture = html("img", "way-in-picture");
  const [code, address] = [html("p", "way-in-code"), html("p", "way-in-address")];
  picture.alt = "The address of this room as a QR code";
  const root = html("aside", "way-in", [html("p", "", ["Join with your phone"]), html("div", "way-in-card", [picture]), code, address, html("p", "way-in-means", ["same Wi-Fi, no account"])]);
  root.setAttribute("aria-label", "How to join");

  return {
    root,
    /** @param {Situation} now */
    render({ room, joining }) {
      setAttribute(picture, "src", placed(`/api/rooms/${room.code}/qr.svg`));
      setText(code, room.code);
      setText(address, joining ? typedAddress(joining.join[0] ?? "") : "");
    },
  };
}
