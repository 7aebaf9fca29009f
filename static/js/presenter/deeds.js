// What each act does: to the room, by a request, and to the page, through what it lends.

import { takeFile } from "../shell/file-out.js";
import { placed } from "../core/place.js";
import * as rooms from "../core/room.js";
import { gameRequest, repeated } from "./game-choice.js";

/** @import { Turn } from "../core/room-types.js" */
/** @import { ActName } from "./scene.js" */
/** @import { RoomPresenter } from "./presenter.js" */

/** The guard that the class sees work. */
const LOCK = "with";

/** @type {Readonly<Record<ActName, (presenter: RoomPresenter) => Promise<unknown> | void>>} */
export const DEEDS = {
  async ask(presenter) {
    const asked = presenter.page.offer.question?.()?.asked;
    if (asked) await presenter.take(rooms.ask(presenter.hold, asked));
  },
  async run(presenter) {
    const { question } = presenter.room;
    if (!question || (question.state === "open" && !(await turn(presenter, { state: "closed" })))) return;
    presenter.begun.turned = { question: question.id, to: "run" };
    presenter.hide();
    const hasBegun = (await presenter.page.offer.run?.()) ?? false;
    // What is in the way is said on the page.
    if (hasBegun) presenter.await(question.id);
    else presenter.begun.turned = null;
  },
  close: (presenter) => turn(presenter, { state: "closed" }),
  async talk(presenter) {
    const { question } = presenter.room;
    if (question && (await turn(presenter, { state: "closed" }))) presenter.begun.turned = { question: question.id, to: "talk" };
  },
  async reopen(presenter) {
    if (await turn(presenter, { state: "open" })) presenter.begun.turned = null;
  },
  async reveal(presenter) {
    const { outcome } = presenter;
    await turn(presenter, { state: "revealed", truth: outcome?.truth ?? null, right: outcome?.right ?? [] });
    presenter.begun.turned = null;
  },
  takeBack: takeAway,
  done: takeAway,
  see(presenter) {
    const see = presenter.outcome?.see;
    presenter.hide();
    see?.act();
  },
  again(presenter) {
    const again = presenter.outcome?.again;
    presenter.hide();
    again?.act();
  },
  async results(presenter) {
    const answer = await rooms.results(presenter.hold);
    if (answer.ok) takeFile(`room-${presenter.hold.code}.csv`, "text/csv", answer.body);
    else presenter.refused(answer);
  },
  async choose(presenter) {
    if (await presenter.fetchGames()) presenter.begun.isChoosing = true;
  },
  back(presenter) {
    presenter.begun.isChoosing = false;
  },
  async play(presenter) {
    if (await presenter.take(rooms.play(presenter.hold, gameRequest(presenter.choice, presenter.goals)))) presenter.begun.isChoosing = false;
  },
  playAgain: (presenter) => playAgain(presenter),
  playGuarded: (presenter) => playAgain(presenter, LOCK),
  handOver: (presenter) => presenter.take(rooms.handOver(presenter.hold)),
  lookAgain(presenter) {
    const run = presenter.room.game?.run;
    presenter.hide();
    if (run) window.location.assign(placed(`/runs/${run}`));
  },
  endGame: (presenter) => presenter.take(rooms.endGame(presenter.hold)),
  hide: (presenter) => presenter.hide(),
  end(presenter) {
    presenter.begun.isEnding = true;
  },
  keep(presenter) {
    presenter.begun.isEnding = false;
  },
  reallyEnd: (presenter) => presenter.take(rooms.endRoom(presenter.hold)),
};

/** @param {RoomPresenter} presenter @param {Turn} change @returns {Promise<boolean>} */
async function turn(presenter, change) {
  const { question } = presenter.room;
  return question !== null && presenter.take(rooms.turn(presenter.hold, question.id, change));
}

/** @param {RoomPresenter} presenter */
async function takeAway(presenter) {
  const { question } = presenter.room;
  if (question) await presenter.take(rooms.takeAway(presenter.hold, question.id));
}

/** @param {RoomPresenter} presenter @param {string} [guard] */
async function playAgain(presenter, guard) {
  const { game } = presenter.room;
  if (game) await presenter.take(rooms.play(presenter.hold, repeated(game, presenter.goals, guard)));
}
