// Before anything is asked: the way in, as large as the screen allows, and who is here.

import { placed } from "../core/place.js";
import { html, setAttribute, setText, show, toggle } from "../shell/dom.js";
import { phonesHere, typedAddress } from "./join-words.js";

/** @import { Situation, View } from "./situation.js" */

/** @param {HTMLElement} root @returns {View} */
export function createJoinView(root) {
  const [address, other, code, here, hint] = [html("p", "join-address"), html("p", "join-other"), html("p", "join-code"), html("p", "join-here"), html("p", "join-hint")];
  const picture = html("img", "way-in-picture");
  picture.alt = "The address of this room as a QR code";
  here.setAttribute("role", "status");
  const words = html("div", "room-main join-words", [html("h1", "", ["Join with your phone"]), address, other, code, html("p", "way-in-means", ["same Wi-Fi, no account"]), here, hint]);
  root.append(words, html("aside", "way-in join-picture", [html("div", "way-in-card", [picture])]));

  /** @param {Situation} now */
  function render({ room, joining }) {
    const [first = "", ...others] = joining?.join.map(typedAddress) ?? [];
    setAttribute(picture, "src", placed(`/api/rooms/${room.code}/qr.svg`));
    setText(address, first);
    setText(other, others.length > 0 ? `or ${others.join(", ")}` : "");
    show(other, others.length > 0 && joining?.hint === null);
    setText(code, room.code);
    setText(here, phonesHere(room.phones));
    setText(hint, joining?.hint ?? "");
    show(hint, Boolean(joining?.hint));
    // Where phones cannot come in, the code is not what matters most.
    toggle(words, "has-hint", Boolean(joining?.hint));
  }

  return { render, destroy: () => {} };
}

/** Ends it? Asked once. @param {HTMLElement} root @returns {View} */
export function createEndingView(root) {
  const words = html("h1", "");
  const more = html("p", "room-lead", ["The phones say goodbye, and the answers are gone. Take the results away first, if you want to keep them."]);
  root.append(html("div", "room-main room-alone", [words, more]));
  return {
    render: ({ room }) => setText(words, `End room ${room.code}? It has ${phonesHere(room.phones).replace(" here", "")}.`),
    destroy: () => {},
  };
}
