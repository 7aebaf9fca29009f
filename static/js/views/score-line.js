// On a phone only one race is seen at a time: this line says again what all scoreboards say, and leads to each race.

import { html, part, setText } from "../shell/dom.js";

/** @param {HTMLElement} root @param {HTMLElement} races */
export function createScoreLine(root, races) {
  /** @type {{section: HTMLElement, button: HTMLButtonElement, title: Element, counter: Element, lost: Element}[]} */
  const entries = [];

  /** @param {HTMLElement} section */
  function add(section) {
    const [title, counter, lost] = [html("span"), html("b"), html("span", "score-line-lost")];
    const button = html("button", "", [title, " ", counter, " ", lost]);
    button.type = "button";
    button.addEventListener("click", () => section.scrollIntoView({ inline: "start", block: "nearest" }));
    root.append(button);
    entries.push({ section, button, title, counter, lost });
  }

  function render() {
    const sections = [...races.querySelectorAll("section")];
    for (const section of sections.slice(entries.length)) add(section);
    const shown = entries.filter(({ section }) => !section.hidden);
    root.hidden = shown.length < 2;
    for (const { section, button, title, counter, lost } of entries) {
      button.hidden = section.hidden;
      setText(title, part(section, "title", HTMLElement).textContent ?? "");
      setText(counter, part(section, "counter", HTMLElement).textContent ?? "");
      const isLost = part(section, "lost-figure", HTMLElement).classList.contains("is-lost");
      setText(lost, isLost ? `✕ ${part(section, "lost", HTMLElement).textContent}` : "");
    }
  }

  return { render, destroy() {} };
}
