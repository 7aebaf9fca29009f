// The class as the processes: what is chosen to be played, and the game itself, large.

import { counted, number } from "../core/format.js";
import { colourOf } from "../core/process-names.js";
import { html, setAttribute, setText, show, toggle } from "../shell/dom.js";
import { styled } from "../shell/lazy-styles.js";
import { inlineMark } from "../shell/marks.js";
import { createNarration } from "../views/narration.js";
import { createStage } from "../views/stage.js";
import { gameChoices } from "./game-choice.js";
import { createWayIn } from "./way-in.js";

/** @import { RaceActions } from "../core/types.js" */
/** @import { Game } from "../core/room-types.js" */
/** @import { GameOnShow } from "./game-race.js" */
/** @import { Situation, View } from "./situation.js" */

/** @param {HTMLElement} root @returns {View} */
export function createChoosingView(root) {
  const list = html("div", "game-choices");
  const wayIn = createWayIn();
  list.setAttribute("role", "radiogroup");
  list.setAttribute("aria-label", "What the class plays");
  root.append(html("div", "room-main", [html("h1", "", ["You are the processes"]), html("p", "room-lead", ["Real processes stop before each step. Each waits until its phone lets it go on."]), list]), wayIn.root);
  let drawn = "";

  /** @param {Situation} now */
  function render(now) {
    wayIn.render(now);
    const offered = gameChoices(now.goals, now.room.phones);
    const key = JSON.stringify([offered, now.choice]);
    if (key === drawn) return;
    drawn = key;
    const focused = [...list.querySelectorAll("input")].findIndex((each) => each === document.activeElement);
    list.replaceChildren(...offered.map(({ choice, title, about }) => {
      const input = html("input");
      input.type = "radio";
      input.name = "game";
      input.checked = choice.goal === now.choice.goal;
      input.addEventListener("change", () => now.choose(choice));
      return html("label", "game-choice", [input, html("span", "", [html("b", "", [title]), html("span", "game-about", [about])])]);
    }));
    if (focused >= 0) list.querySelectorAll("input")[focused]?.focus();
  }

  return { render, destroy: () => {} };
}

/** @param {HTMLElement} root @returns {View} */
export function createGameView(root) {
  void styled(new URL("../../css/stage.css", import.meta.url));
  const stageRoot = html("div", "stage");
  const words = html("p", "narration");
  words.dataset["part"] = "narration";
  const [goal, result] = [html("p", "game-goal"), html("p", "game-result")];
  const score = html("dl", "game-score");
  const teams = html("ul", "teams");
  result.setAttribute("role", "status");
  teams.setAttribute("aria-label", "How many phones each process has");
  const main = html("div", "room-main game", [goal, stageRoot, words]);
  root.append(main, html("aside", "game-side", [score, result, teams]));
  // A ticket plays its death on the page of the recording; here everybody goes on.
  const stage = createStage(stageRoot, /** @type {RaceActions} */ (/** @type {unknown} */ ({ playLoss: () => {}, look: () => {}, share: () => {} })));
  const narration = createNarration(main);

  /** @param {Situation} now */
  function render({ room: { game }, game: shown, goals }) {
    if (!game) return;
    const aim = goals.find(({ slug }) => slug === game.goal);
    setText(goal, aim?.text ?? "");
    show(goal, aim !== undefined);
    renderTeams(teams, game);
    if (!shown) return;
    stage.render(shown.view);
    narration.render(shown.view);
    renderScore(score, shown, game);
    setText(result, shown.isReached === null ? "" : shown.isReached ? "✓ The goal is reached." : "The goal is not reached.");
    show(result, result.textContent !== "");
  }

  return { render, destroy: stage.destroy };
}

/** @param {HTMLElement} root @param {GameOnShow} shown @param {Game} game */
function renderScore(root, { view, isOver, run }, { presses, processes }) {
  const [cell] = view.state.cells;
  if (!cell) return;
  const all = processes.length * run.request.iterations;
  const rows = /** @type {[string, string, string][]} */ ([
    ...(isOver && !run.deadlock ? [["expected", number(all), ""]] : []),
    [isOver ? "counter" : "the number", number(cell.value), ""],
    [cell.lost > 0 ? "✕ lost" : "lost", number(cell.lost), cell.lost > 0 ? "is-lost" : ""],
  ]);
  if (root.dataset["rows"] !== JSON.stringify(rows)) {
    root.dataset["rows"] = JSON.stringify(rows);
    root.replaceChildren(...rows.map(([name, value, about]) => html("div", about, [html("dt", "", [name]), html("dd", "", [value])])));
  }
  setAttribute(root, "aria-label", `${counted(presses, "press").replace("presss", "presses")} so far`);
}

/** Each process with its phones; the one that has moved last is lit. @param {HTMLElement} root @param {Game} game */
function renderTeams(root, { processes, teams, last }) {
  if (root.children.length !== processes.length) {
    root.replaceChildren(...processes.map((name) => html("li", `team ${colourOf(name)}`, [inlineMark(name), html("b", "", [name]), html("span", "team-size")])));
    toggle(root, "are-many", processes.length > 8);
  }
  processes.forEach((name, index) => {
    const row = root.children[index];
    const size = row?.querySelector(".team-size");
    const phones = teams[name] ?? 0;
    if (!row || !size) return;
    toggle(row, "is-last", last?.process === name);
    toggle(row, "is-empty", phones === 0);
    setText(size, phones === 1 ? "" : phones === 0 ? "nobody" : `× ${number(phones)}`);
    setAttribute(row, "title", phones === 0 ? `${name} has no phone` : `${name} has ${counted(phones, "phone")}`);
  });
}
