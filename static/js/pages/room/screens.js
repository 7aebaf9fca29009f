// Which screen is there, and what stands on it. Everything that it needs to know is in the entrance, the ballot and the run
// of the game; what there is to show is worked out in the files without a page, and drawn here.

import { elsewhere, messageOf } from "./message.js";
import { createMessage } from "./message-screen.js";
import { createQuestion } from "./question.js";
import { questionView } from "./question-view.js";
import { subjectAfter, subjectsOf } from "./subject.js";
import { counted } from "../../core/format.js";
import { html, part, setText, show, toggle } from "../../shell/dom.js";
import { fetchAhead } from "../../shell/modules.js";

/** @import { RoomView } from "../../core/room-types.js" */
/** @import { Catalogue, Panel } from "../../core/types.js" */
/** @import { Ballot } from "./ballot.js" */
/** @import { Entrance } from "./entrance.js" */
/** @import { RoomActions } from "./keys.js" */
/** @import { Message } from "./message.js" */
/** @import { Subject } from "./subject.js" */

/** @type {Readonly<Record<Subject, string>>} */
const CALLED = { question: "The question", game: "The game", projected: "What the projector shows" };

/** @type {readonly Panel[]} */
const PANELS = ["value", "timeline", "map", "lineage", "code", "anatomy", "distribution"];

/**
 * @param {HTMLElement} root
 * @param {{catalogue: Catalogue, entrance: Entrance | null, ballot: Ballot, enter: () => void}} parts
 */
export function createScreens(root, { catalogue, entrance, ballot, enter }) {
  const message = createMessage(part(root, "message", HTMLElement), { button: enter });
  const question = createQuestion(part(root, "question", HTMLElement), { choose });
  const also = part(root, "also", HTMLElement);
  const play = late("play.js", async () => (await import("./play.js")).createPlay(part(root, "game", HTMLElement), { catalogue, onChange: render }));
  const projected = late("projected.js", async () => (await import("./projected.js")).createProjected(part(root, "projected", HTMLElement), { catalogue, onChange: render }));
  /** @type {Subject | null} */
  let subject = null;
  /** @type {RoomView | null} */
  let known = null;
  let linked = "";

  /** What is fetched when it is first needed. @template T @param {string} script @param {() => Promise<T>} make */
  function late(script, make) {
    /** @type {T | null} */
    let made = null;
    /** @type {Promise<void> | null} */
    let making = null;
    return {
      get now() {
        return made;
      },
      /** @returns {T | null} null while it is on its way: then it is drawn once it is there */
      get() {
        if (!made && !making) {
          fetchAhead(`pages/room/${script}`);
          making = make().then(
            (it) => {
              made = it;
              render();
            },
            () => {
              // The server was away: asked for again with the next change.
              making = null;
            },
          );
        }
        return made;
      },
    };
  }

  function render() {
    if (!entrance) return;
    const { room, connected, standing } = entrance;
    setText(part(root, "phones", HTMLElement), room && standing === "in" ? `${counted(room.phones, "phone")} here` : "");
    setText(part(root, "connection", HTMLElement), connected ? "" : "The connection is lost. Connecting…");
    toggle(root, "is-lost", !connected);
    const words = messageOf(entrance);
    if (words || !room) return say(words ?? elsewhere(null));
    subject = subjectAfter(subject, known, room);
    known = room;
    drawAlso(room);
    drawSubject(room);
  }

  /** @param {RoomView} room */
  function drawSubject(room) {
    // It goes where the presenter goes also while something else is on the screen: it is there when one turns to it.
    if (subject === "projected" || projected.now) projected.get()?.show(room.shown);
    if (room.game || play.now) play.get()?.follow(room.game, entrance);
    if (subject === "question") drawQuestion(room);
    else if (subject === "game") drawGame();
    else drawProjected(room);
  }

  /** @param {RoomView} room */
  function drawQuestion({ question: asked, phones }) {
    if (!asked) return;
    const answers = [1, 2].map((round) => ballot.answerIn(entrance?.own ?? null, asked.id, round));
    question.render(questionView(asked, answers, phones), ballot.words);
    turnTo("question");
  }

  function drawGame() {
    const made = play.get();
    if (made?.words) return say({ title: "The game cannot be shown.", words: made.words, hint: "", asks: false, link: null, button: "" });
    if (!made?.isReady) return say({ title: "A game begins…", words: "", hint: "", asks: false, link: null, button: "" });
    turnTo("game");
    made.render();
  }

  /** @param {RoomView} room */
  function drawProjected({ shown }) {
    const made = projected.get();
    const canPlay = shown?.runs.length || made?.canPlay ? (made?.canPlay ?? null) : false;
    if (canPlay === false) return say(elsewhere(shown));
    turnTo("projected");
    made?.invalidate();
  }

  /** @param {Message} words */
  function say(words) {
    message.render(words);
    turnTo("message");
  }

  /** @param {Subject | "message"} name */
  function turnTo(name) {
    if (root.dataset["screen"] === name && !part(root, name, HTMLElement).hidden) return;
    root.dataset["screen"] = name;
    for (const each of ["message", "question", "game", "projected"]) show(part(root, each, HTMLElement), each === name);
    window.scrollTo(0, 0);
  }

  /** Ways to what else there is. @param {RoomView} room */
  function drawAlso(room) {
    const others = subjectsOf(room).filter((each) => each !== subject && (each !== "projected" || room.shown !== null));
    const key = others.join();
    if (key === linked) return;
    linked = key;
    also.replaceChildren(...others.map((each) => {
      const button = html("button", "quiet", [CALLED[each]]);
      button.type = "button";
      button.addEventListener("click", () => {
        subject = each;
        render();
      });
      return button;
    }));
  }

  /** @param {string} answer */
  function choose(answer) {
    const asked = entrance?.room?.question;
    if (asked?.state === "open") ballot.choose({ question: asked.id, round: asked.round, answer });
  }

  /** @type {RoomActions} */
  const actions = {
    pick(number) {
      const panel = PANELS[number - 1];
      if (subject === "question") part(root, "answers", HTMLElement).querySelectorAll("button")[number - 1]?.click();
      else if (panel) actions.withRace(({ look }) => look({ panel }));
    },
    press: () => void (subject === "game" && play.now?.press()),
    back: () => projected.now?.comeBack(),
    withRace: (act) => void (root.dataset["screen"] === "projected" && projected.now && act(projected.now.actions)),
  };

  return { actions, render, say, invalidate: () => projected.now?.invalidate() };
}
