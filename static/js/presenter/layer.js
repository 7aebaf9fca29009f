// The layer that covers the page while the class looks at its room: a line above, the view, and below what can be done.
// Escape leaves it, and the page stands as it was. A clicker's PageDown does the obvious next act.

import { html, setAttribute, setText, show, svg } from "../shell/dom.js";
import { nameOf } from "../shell/keys.js";
import { styled } from "../shell/lazy-styles.js";
import { answeredOf, phonesHere } from "./join-words.js";

/** @import { Act, ActName, Scene } from "./scene.js" */
/** @import { Situation, View } from "./situation.js" */

/** What keys do while the page cannot be reached. @typedef {{toggleFullscreen: () => void, blank: () => void}} Screen */

/**
 * @param {(name: ActName) => void} onAct
 * @param {Readonly<Record<Scene["name"], (root: HTMLElement) => View>>} views how each of them is made
 * @param {Screen} screen
 */
export function createLayer(onAct, views, screen) {
  const [code, phones, trouble] = [html("b", "room-code"), html("span", "room-phones"), html("p", "room-trouble")];
  const hide = html("button", "room-hide", ["Hide"]);
  const body = html("div", "room-body");
  const acts = createActs(onAct);
  const sign = svg("svg", { class: "wordmark-sign", "aria-hidden": "true" }, [svg("use", { href: "#sign" })]);
  const head = html("header", "room-head", [html("p", "room-name", [sign, "Lost Update"]), html("p", "room-here", ["Room ", code, " ", phones]), hide]);
  const dialog = html("dialog", "room-layer", [head, trouble, body, acts.root]);
  trouble.setAttribute("role", "alert");
  hide.type = "button";
  hide.title = "Back to the page (Esc, j)";
  dialog.setAttribute("aria-label", "The room");
  document.body.append(dialog);
  /** The view on show, and of which scene. @type {{name: string, view: View} | null} */
  let on = null;

  hide.addEventListener("click", () => onAct("hide"));
  // By Escape, or by whatever else a browser closes dialogs with.
  dialog.addEventListener("close", () => {
    if (on) onAct("hide");
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const name = nameOf(event);
    if (name === "PageDown") acts.next();
    else if (name === "j") onAct("hide");
    else if (name === "f") screen.toggleFullscreen();
    else if (name === "b") screen.blank();
    else if (name !== "PageUp") return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    get isOpen() {
      return dialog.open;
    },
    async open() {
      await styled(new URL("../../css/room-layer.css", import.meta.url));
      if (!dialog.open) dialog.showModal();
    },
    /** To the obvious next act. */
    focus: acts.focus,
    close() {
      if (dialog.open) dialog.close();
      on?.view.destroy();
      on = null;
      body.replaceChildren();
    },
    /** @param {Situation} now */
    render(now) {
      const { scene, room } = now;
      setText(code, room.code);
      renderPhones(phones, now);
      setText(trouble, now.trouble);
      show(trouble, now.trouble !== "");
      setAttribute(dialog, "data-scene", scene.name);
      if (on?.name !== scene.name) {
        on?.view.destroy();
        body.replaceChildren();
        on = { name: scene.name, view: views[scene.name](body) };
      }
      on.view.render(now);
      acts.render(scene, now.isBusy);
    },
  };
}

/** Who is here; of what has been revealed, how many have answered. @param {HTMLElement} root @param {Situation} now */
function renderPhones(root, { scene, room: { phones, question } }) {
  const answered = scene.name === "revealed" ? (question?.answered[question.round - 1] ?? 0) : null;
  const [count, ...words] = (answered === null ? phonesHere(phones) : answeredOf(answered, phones)).split(" ");
  if (root.textContent !== [count, ...words].join(" ")) root.replaceChildren(html("b", "", [count ?? ""]), ` ${words.join(" ")}`);
}

/** The buttons below. One that stays keeps its element, and so the focus. @param {(name: ActName) => void} onAct */
function createActs(onAct) {
  const key = html("span", "room-key", [html("kbd", "", ["Page↓"])]);
  const root = html("footer", "room-acts", [key]);
  /** @type {Map<ActName, HTMLButtonElement>} */
  const buttons = new Map();
  /** @type {Scene | null} */
  let scene = null;

  /** @param {ActName} name */
  function button(name) {
    const made = html("button");
    made.type = "button";
    made.addEventListener("click", () => onAct(name));
    buttons.set(name, made);
    return made;
  }

  /** @param {Scene} now @param {boolean} isBusy */
  function render(now, isBusy) {
    scene = now;
    const had = root.contains(document.activeElement);
    const shown = now.acts.map((each) => {
      const made = buttons.get(each.name) ?? button(each.name);
      dress(made, each, now);
      setAttribute(made, "aria-busy", isBusy ? "true" : null);
      return made;
    });
    show(key, now.hasNext);
    const wanted = shown.length > 0 ? [...shown.slice(0, 1), key, ...shown.slice(1)] : [key];
    if (wanted.length !== root.children.length || wanted.some((each, index) => root.children[index] !== each)) {
      root.replaceChildren(...wanted);
      if (had && !root.contains(document.activeElement)) focus();
    }
  }

  function focus() {
    const [first] = scene?.acts ?? [];
    if (first) buttons.get(first.name)?.focus({ preventScroll: true });
  }

  return {
    root,
    render,
    focus,
    next() {
      if (scene?.hasNext && scene.acts[0]) onAct(scene.acts[0].name);
    },
  };
}

/** @param {HTMLButtonElement} button @param {Act} act @param {Scene} scene */
function dress(button, { name, label, isLoss = false, isLast = false }, { acts, hasNext }) {
  const isFirst = hasNext && acts[0]?.name === name;
  const wanted = ["room-act", isLoss ? "is-loss" : isFirst ? "is-first" : "", isLast ? "is-last" : ""].filter(Boolean).join(" ");
  setAttribute(button, "class", wanted);
  setText(button, label);
}
