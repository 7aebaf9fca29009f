// Which screen is there, and what stands on it. Everything that it needs to know is in the entrance, the ballot and the run
// of the game; what there is to show is worked out in the files without a page, and drawn here.

import { elsewhere, messageOf } from "./message.js";
import { createMessage } from "./message-screen.js";
import { createQuestion } from "./question.js";
import { questionView } from "./question-view.js";
import { subjectAfter, subjectsOf } from "./subject.js";
import { counted } from "../../core/format.js";
import { button, part, setText, show, toggle } from "../../shell/dom.js";
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

/** What the screens show, and what a person does there. @typedef {{catalogue: Catalogue, entrance: Entrance | null, ballot: Ballot, enter: () => void}} Parts */

export class Screens {
  #root;
  #entrance;
  #ballot;
  #message;
  #question;
  #play;
  #projected;
  /** @type {Subject | null} */
  #subject = null;
  /** The room as it was drawn last. @type {RoomView | null} */
  #known = null;
  /** The runs that were on show when this phone came in. @type {string | null} */
  #foundRuns = null;
  #linked = "";

  /** @param {HTMLElement} root @param {Parts} parts */
  constructor(root, { catalogue, entrance, ballot, enter }) {
    const setting = { catalogue, onChange: () => this.render() };
    this.#root = root;
    this.#entrance = entrance;
    this.#ballot = ballot;
    this.#message = createMessage(part(root, "message", HTMLElement), { button: enter });
    this.#question = createQuestion(part(root, "question", HTMLElement), { choose: (answer) => this.#choose(answer) });
    this.#play = new Late("play.js", async () => (await import("./play.js")).createPlay(part(root, "game", HTMLElement), setting), setting.onChange);
    this.#projected = new Late("projected.js", async () => (await import("./projected.js")).createProjected(part(root, "projected", HTMLElement), setting), setting.onChange);
  }

  /** @type {RoomActions} */
  actions = {
    pick: (number) => this.#pick(number),
    press: () => void (this.#subject === "game" && this.#play.now?.press()),
    back: () => this.#projected.now?.comeBack(),
    withRace: (act) => void (this.#root.dataset["screen"] === "projected" && this.#projected.now && act(this.#projected.now.actions)),
  };

  /** Colours have changed. */
  invalidate() {
    this.#projected.now?.invalidate();
  }

  render() {
    if (!this.#entrance) return;
    const { room, connected, standing } = this.#entrance;
    setText(part(this.#root, "phones", HTMLElement), room && standing === "in" ? `${counted(room.phones, "phone")} here` : "");
    setText(part(this.#root, "connection", HTMLElement), connected ? "" : "The connection is lost. Connecting…");
    toggle(this.#root, "is-lost", !connected);
    const words = messageOf(this.#entrance);
    if (words || !room) {
      this.#also([]);
      return this.say(words ?? elsewhere(null));
    }
    this.#subject = subjectAfter(this.#subject, this.#known, room);
    this.#known = room;
    this.#foundRuns ??= runsOf(room);
    this.#drawSubject(room, this.#subject);
    this.#also(subjectsOf(room).filter((each) => each !== this.#subject && (each !== "projected" || room.shown !== null)));
  }

  /** @param {Message} words */
  say(words) {
    this.#message.render(words);
    this.#turnTo("message");
  }

  /** @param {RoomView} room @param {Subject} subject */
  #drawSubject(room, subject) {
    // It goes where the presenter goes also while something else is on the screen: it is there when one turns to it.
    if (subject === "projected" || this.#projected.now) this.#projected.get()?.show(room.shown, runsOf(room) !== this.#foundRuns);
    if (room.game || this.#play.now) this.#play.get()?.follow(room.game, this.#entrance);
    if (subject === "question") this.#drawQuestion(room);
    else if (subject === "game") this.#drawGame();
    else this.#drawProjected(room);
  }

  /** @param {RoomView} room */
  #drawQuestion({ question: asked, phones }) {
    if (!asked) return;
    const answers = [1, 2].map((round) => this.#ballot.answerIn(this.#entrance?.own ?? null, asked.id, round));
    this.#turnTo("question");
    this.#question.render(questionView(asked, answers, phones), this.#ballot.words);
  }

  #drawGame() {
    const play = this.#play.get();
    if (play?.isReady) {
      this.#turnTo("game");
      play.render();
    } else this.say(play?.words ? problem("The game cannot be shown.", play.words) : problem("A game begins…", ""));
  }

  /** @param {RoomView} room */
  #drawProjected({ shown }) {
    const hasRuns = shown !== null && shown.runs.length > 0;
    const projected = hasRuns || this.#projected.now ? this.#projected.get() : null;
    const canPlay = projected ? projected.canPlay : hasRuns ? null : false;
    if (canPlay === false) return this.say(elsewhere(shown));
    if (canPlay === null) return this.say(problem("Races come…", ""));
    this.#turnTo("projected");
    projected?.invalidate();
  }

  /** @param {Subject | "message"} name */
  #turnTo(name) {
    if (this.#root.dataset["screen"] === name && !part(this.#root, name, HTMLElement).hidden) return;
    this.#root.dataset["screen"] = name;
    for (const each of ["message", "question", "game", "projected"]) show(part(this.#root, each, HTMLElement), each === name);
    window.scrollTo(0, 0);
  }

  /** Ways to what else there is. @param {readonly Subject[]} others */
  #also(others) {
    const key = others.join();
    if (key === this.#linked) return;
    this.#linked = key;
    part(this.#root, "also", HTMLElement).replaceChildren(...others.map((subject) => button(CALLED[subject], () => {
      this.#subject = subject;
      this.render();
    })));
  }

  /** @param {string} answer */
  #choose(answer) {
    const asked = this.#entrance?.room?.question;
    if (asked?.state === "open") this.#ballot.choose({ question: asked.id, round: asked.round, answer });
  }

  /** @param {number} number */
  #pick(number) {
    const panel = PANELS[number - 1];
    if (this.#subject === "question") part(this.#root, "answers", HTMLElement).querySelectorAll("button")[number - 1]?.click();
    else if (panel) this.actions.withRace(({ look }) => look({ panel }));
  }
}

/** A part of the page that is fetched when it is first needed. @template T */
class Late {
  /** @type {T | null} */
  now = null;
  #isComing = false;
  #script;
  #make;
  #onChange;

  /** @param {string} script @param {() => Promise<T>} make @param {() => void} onChange it has come */
  constructor(script, make, onChange) {
    this.#script = script;
    this.#make = make;
    this.#onChange = onChange;
  }

  /** It, or null while it is on its way. Where the server was away, it is asked for again the next time. @returns {T | null} */
  get() {
    if (!this.now && !this.#isComing) {
      this.#isComing = true;
      fetchAhead(`pages/room/${this.#script}`);
      this.#make()
        .then((made) => {
          this.now = made;
          this.#onChange();
        })
        .finally(() => (this.#isComing = false))
        .catch(() => {});
    }
    return this.now;
  }
}

/** @param {RoomView} room */
function runsOf({ shown }) {
  return shown?.runs.join() ?? "";
}

/** @param {string} title @param {string} words @returns {Message} */
function problem(title, words) {
  return { title, words, hint: "", asks: false, link: null, button: "" };
}
