// The presenter's side of a room, on whatever page is open: opens a room, or comes back to the one that this browser holds;
// tells it what the page shows; and covers the page with a layer for what the class is asked.
//
//   stream ── room view ──▶ ┌───────────┐ ── situation ──▶ layer and views
//   page ──── what it lends ▶│ presenter │ ◀──── acts ───── layer, clicker
//                           └───────────┘ ── requests ───▶ the room (deeds.js, following.js)

import { ask as request } from "../core/api.js";
import { setOps } from "../core/ops.js";
import * as rooms from "../core/room.js";
import { setText } from "../shell/dom.js";
import { watchRoom } from "../shell/events.js";
import { heldRoom, hold as keep, letGo } from "../shell/room-storage.js";
import { runsOnShow, whenRunsDrawn } from "../shell/runs-on-show.js";
import { inWords } from "../shell/shell.js";
import { DEEDS } from "./deeds.js";
import { createFollowing } from "./following.js";
import { EVERYBODY } from "./game-choice.js";
import { createGameRace } from "./game-race.js";
import { buttonWords } from "./join-words.js";
import { createLayer } from "./layer.js";
import { rememberLayer, wasLayerOpen } from "./layer-memory.js";
import { sceneOf } from "./scene.js";
import { shownOf } from "./shown.js";
import { createTabTurn } from "./tab-turn.js";
import { VIEWS } from "./views.js";

/** @import { Failure } from "../core/api.js" */
/** @import { Goal } from "../core/goals.js" */
/** @import { Joining, RoomHold, RoomView } from "../core/room-types.js" */
/** @import { Catalogue } from "../core/types.js" */
/** @import { Around, Presenter } from "../shell/room.js" */
/** @import { GameChoice } from "./game-choice.js" */
/** @import { ActName, Begun } from "./scene.js" */
/** @import { Situation } from "./situation.js" */

/** After what the page has drawn it is looked at so much later, in ms: a page that plays draws sixty times a second. */
const LOOK_PAUSE = 100;

const NOT_HERE = { code: "not_here", message: "What the class can play did not come.", hint: "Try again." };

/** @param {Around} around @returns {Presenter} */
export function createPresenter(around) {
  const turn = createTabTurn(() => presenter.turned());
  const presenter = new RoomPresenter(around, turn.isOurs);
  presenter.comeBack();
  return { toggle: () => void presenter.toggle(), look: presenter.look };
}

export class RoomPresenter {
  /** @type {Begun} */
  begun = { turned: null, isChoosing: false, isEnding: false };
  /** @type {GameChoice} */
  choice = EVERYBODY;
  /** @type {readonly Goal[]} */
  goals = [];
  /** The room, as it was told last. @type {RoomView | null} */
  #room = null;
  /** @type {RoomHold | null} */
  #hold = null;
  /** @type {Joining | null} */
  #joining = null;
  /** @type {{close: () => void} | null} */
  #watch = null;
  /** @type {ReturnType<typeof createFollowing> | null} */
  #following = null;
  /** @type {ReturnType<typeof createGameRace> | null} */
  #game = null;
  /** The question that a run on the page will answer. @type {number | null} */
  #awaited = null;
  #isConnected = true;
  /** The layer has been opened, and not drawn yet. */
  #isFresh = false;
  #isBusy = false;
  /** Settles when the last act has been done. @type {Promise<unknown>} */
  #doing = Promise.resolve();
  #trouble = "";
  #looking = 0;
  #around;
  #isOurTurn;
  #layer;

  /** @param {Around} around @param {() => boolean} isOurTurn this tab of all tabs leads the room */
  constructor(around, isOurTurn) {
    this.#around = around;
    this.#isOurTurn = isOurTurn;
    this.#layer = createLayer((name) => void this.do(name), VIEWS, around);
    whenRunsDrawn(this.look);
  }

  get page() {
    return this.#around.page;
  }

  /** While one is held. */
  get room() {
    if (!this.#room) throw new Error("No room is held.");
    return this.#room;
  }

  get hold() {
    if (!this.#hold) throw new Error("No room is held.");
    return this.#hold;
  }

  /** Of the question on the screens, as the page shows it. */
  get outcome() {
    const question = this.#room?.question;
    return (question && this.page.offer.outcome?.(question)) ?? null;
  }

  /** To the room that this browser holds, if any. */
  comeBack() {
    const held = heldRoom();
    if (!held) return;
    this.#enter(held);
    if (wasLayerOpen()) void this.show();
  }

  async toggle() {
    if (!this.#hold) this.comeBack(); // another tab may have opened one
    if (this.#layer.isOpen) return this.hide();
    if (!this.#hold && !(await this.#open())) return;
    await this.show();
  }

  /** @returns {Promise<boolean>} */
  async #open() {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    const answer = await rooms.openRoom();
    this.#isBusy = false;
    if (!answer.ok) {
      this.#around.say(inWords(answer.problem));
      return false;
    }
    const { code, key, join, hint, room } = answer.body;
    keep({ code, key });
    this.#joining = { join, hint };
    this.#room = room;
    this.#enter({ code, key });
    return true;
  }

  /** @param {RoomHold} hold */
  #enter(hold) {
    this.#hold = hold;
    this.#watch = watchRoom(hold.code, {
      onRoom: (room) => this.#told(room),
      onSeat: () => {},
      onConnection: (connected) => {
        this.#isConnected = connected;
        this.#draw();
      },
      onGone: () => this.#lose(`Room ${hold.code} has ended: the server does not know it any more.`),
    });
    this.#following = createFollowing(
      () => (this.#hold && this.#isOurTurn() ? shownOf(this.page.path, document.title, pageName(), runsOnShow()) : null),
      async (shown) => {
        const answer = await rooms.show(hold, shown);
        if (answer.ok) return "told";
        return isLost(answer) ? (this.refused(answer), "over") : "again";
      },
    );
    this.#following.look();
    if (!this.#joining) void this.#askForWayIn(hold);
    this.#draw();
  }

  /** @param {RoomHold} hold */
  async #askForWayIn(hold) {
    const answer = await rooms.joinOf(hold.code);
    if (answer.ok) this.#joining = answer.body;
    this.#draw();
  }

  /** @param {RoomView} room */
  #told(room) {
    if (!this.#hold || room.code !== this.#hold.code) return;
    if (room.status === "ended") return this.#lose(this.begun.isEnding ? "" : `Room ${room.code} has ended.`);
    this.#room = room;
    this.#isConnected = true;
    if (room.game && !this.#game) void this.fetchGames();
    const goal = this.goals.find(({ slug }) => slug === room.game?.goal) ?? null;
    if (room.game) void this.#game?.show(room.game.run, goal);
    else this.#game?.close();
    this.#draw();
  }

  /** Of a request to the room: whether it was done. @param {Promise<{ok: true, body: RoomView} | Failure>} asked */
  async take(asked) {
    const answer = await asked;
    if (answer.ok) this.#told(answer.body);
    else this.refused(answer);
    return answer.ok;
  }

  /** @param {Failure} failure */
  refused(failure) {
    if (isLost(failure)) return this.#lose(`Room ${this.#hold?.code ?? ""} has ended, or is not led from here any more. ${failure.problem.message}`);
    this.#say(inWords(failure.problem));
  }

  /** What the class can play, and how it is drawn. @returns {Promise<boolean>} whether it is here */
  async fetchGames() {
    if (this.#game) return true;
    const answer = await request("/games.json");
    if (!answer.ok) return this.#say(inWords({ ...NOT_HERE, hint: answer.problem.message })), false;
    const { catalogue, goals } = /** @type {{catalogue: Catalogue, goals: Goal[]}} */ (answer.body);
    setOps(catalogue.ops);
    this.goals = goals;
    this.#game ??= createGameRace(catalogue, () => this.#draw());
    if (this.#room?.game) this.#told(this.#room);
    return true;
  }

  /** The room is gone: nothing is held any more. @param {string} words */
  #lose(words) {
    if (heldRoom()?.code === this.#hold?.code) letGo();
    this.#watch?.close();
    this.#following?.close();
    this.#game?.close();
    this.#hold = this.#room = this.#joining = this.#watch = this.#following = this.#awaited = null;
    this.begun = { turned: null, isChoosing: false, isEnding: false };
    this.hide();
    if (words) this.#around.say(words);
  }

  /** What a person has pressed. One act comes after the other; what is not offered any more by then was pressed twice.
   * @param {ActName} name */
  async do(name) {
    if (name === "hide") return this.hide();
    await this.#doing;
    if (this.#situation()?.scene.acts.some((act) => act.name === name)) await this.#perform(name);
  }

  /** @param {ActName} name */
  async #perform(name) {
    if (!this.#hold) return;
    this.#isBusy = true;
    this.#trouble = "";
    this.#draw();
    const done = Promise.resolve(DEEDS[name](this)).finally(() => {
      this.#isBusy = false;
      this.#draw();
    });
    // Whoever comes next waits for it, however it went.
    this.#doing = done.catch(() => {});
    await done;
  }

  /** When the page shows what came of it, the answers are revealed. @param {number} question */
  await(question) {
    this.#awaited = question;
    this.look();
  }

  /** Something on the page may have changed. */
  look = () => {
    if (!this.#hold || this.#looking) return;
    this.#looking = window.setTimeout(() => {
      this.#looking = 0;
      this.#following?.look();
      if (this.#awaited !== null && this.#room?.question?.id !== this.#awaited) this.#awaited = null;
      if (this.#awaited !== null && this.outcome) void this.#revealAwaited();
      else if (this.#layer.isOpen) this.#draw();
    }, LOOK_PAUSE);
  };

  async #revealAwaited() {
    this.#awaited = null;
    await this.#perform("reveal");
    if (this.#hold) await this.show();
  }

  /** This tab leads the room again. */
  turned() {
    this.#following?.forget();
    this.look();
  }

  async show() {
    rememberLayer(true);
    await this.#layer.open();
    this.#isFresh = true;
    this.#draw();
  }

  hide() {
    rememberLayer(false);
    this.begun.isEnding = false;
    this.#layer.close();
    this.#draw();
  }

  /** @param {string} words */
  #say(words) {
    if (this.#layer.isOpen) this.#trouble = words;
    else this.#around.say(words);
    this.#draw();
  }

  #draw() {
    const { button } = this.#around;
    setText(button, buttonWords(this.#hold?.code, this.#room));
    button.classList.toggle("is-held", this.#hold !== null);
    const now = this.#layer.isOpen ? this.#situation() : null;
    if (!now) return;
    this.#layer.render(now);
    if (this.#isFresh) this.#layer.focus();
    this.#isFresh = false;
  }

  /** @returns {Situation | null} */
  #situation() {
    const room = this.#room;
    if (!room) return null;
    const { outcome, begun } = this;
    const { offer } = this.page;
    const askable = offer.question?.() ?? null;
    const asked = askable?.asked;
    const lent = {
      ask: askable?.label ?? null,
      isItsOwn: asked !== undefined && asked.text === room.question?.text && (asked.detail ?? "") === room.question.detail,
      needsRun: askable?.needsRun ?? false,
      isKnown: outcome !== null,
      see: outcome?.see?.label ?? null,
      again: outcome?.again?.label ?? null,
      plays: offer.plays ?? false,
    };
    const game = this.#game?.now ?? null;
    const isEmpty = room.game !== null && Object.values(room.game.teams).includes(0) && room.phones > 0;
    return {
      room,
      joining: this.#joining,
      scene: sceneOf(room, lent, begun, { isOver: game?.isOver ?? false, canHandOver: isEmpty }),
      askable,
      outcome,
      goals: this.goals,
      choice: this.choice,
      choose: (choice) => {
        this.choice = choice;
        this.#draw();
      },
      game,
      trouble: this.#isConnected ? this.#trouble : "The connection is lost. Trying again; the room goes on where it was.",
      isBusy: this.#isBusy,
    };
  }
}

/** Whether there is no such room any more, or it is not ours. @param {Failure} failure */
function isLost({ problem }) {
  return problem.code === "no_such_room" || problem.code === "not_your_room";
}

/** What the page is called in the header. */
function pageName() {
  return document.querySelector(".pages [aria-current]")?.textContent ?? "";
}
