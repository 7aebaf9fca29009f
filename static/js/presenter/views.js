// Which view belongs to which scene.

import { createChoosingView, createGameView } from "./game-view.js";
import { createEndingView, createJoinView } from "./join-view.js";
import { createQuestionView } from "./question-view.js";
import { createRevealView } from "./reveal-view.js";

/** @import { SceneName } from "./scene.js" */
/** @import { View } from "./situation.js" */

/** @type {Readonly<Record<SceneName, (root: HTMLElement) => View>>} */
export const VIEWS = {
  join: createJoinView,
  asked: createQuestionView,
  closed: createQuestionView,
  talking: createQuestionView,
  running: createQuestionView,
  revealed: createRevealView,
  choosing: createChoosingView,
  playing: createGameView,
  ending: createEndingView,
};
