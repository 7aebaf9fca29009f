// The class as the processes: what is chosen to be played, and the game itself, large.

import { counted, list, number } from "../core/format.js";
import { colourOf } from "../core/process-names.js";
import { html, setAttribute, setText, show, toggle } from "../shell/dom.js";
import { styled } from "../shell/lazy-styles.js";
import { inlineMark } from "../shell/marks.js";
import { createNarration } from "../views/narration.js";
import { createStage } from "../views/stage.js";
import { gameChoices } from "./game-choice.js";

/** @import { RaceActions } from "../core/types.js" */
/** @import { Game } from "../core/room-types.js" */
/** @import { GameOnShow } from "./game-race.js" */
/** @import { Situation, View } from "./situation.js" */

/** More processes than these have no row each. */
const FEW = 8;

/** @param {HTMLElement} root @returns {View} */
export function createChoosingView(root) {
  const choices = html("div", "game-choices");
  const about = html("p", "game-about room-lead");
  choices.setAttribute("role", "radiogroup");
  choices.setAttribute("aria-label", "What the class plays");
  about.setAttribute("role", "status");
  root.append(html("div", "room-main room-alone", [html("h1", "", ["You are the processes"]), html("p", "room-lead", ["Real processes stop before each step. Each waits until its phone lets it go on."]), choices, about]));
  let drawn = "";

  /** @param {Situation} now */
  function render(now) {
    const offered = gameChoices(now.goals, now.room.phones);
    const chosen = offered.find(({ choice }) => choice.goal === now.choice.goal);
    setText(about, chosen?.about ?? "");
    const key = JSON.stringify(offered.map(({ title }) => title));
    if (key === drawn) return;
    drawn = key;
    choices.replaceChildren(...offered.map(({ choice, title }) => {
      const input = html("input");
      input.type = "radio";
      input.name = "game";
      input.checked = choice.goal === now.choice.goal;
      input.addEventListener("change", () => now.choose(choice));
      return html("label", "game-choice", [input, html("span", "", [title])]);
    }));
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
  const [score, last, teams, alone] = [html("dl", "game-score"), html("p", "game-last"), html("ul", "teams"), html("p", "game-alone")];
  result.setAttribute("role", "status");
  teams.setAttribute("aria-label", "How many phones each process has");
  const main = html("div", "room-main game", [goal, stageRoot, words]);
  root.append(main, html("aside", "game-side", [score, result, last, teams, alone]));
  /** @type {GameOnShow | null} */
  let on = null;
  // Of all that can be done with a race, a ticket alone can be pressed here.
  const actions = /** @type {unknown} */ ({ playLoss: (/** @type {number} */ _side, /** @type {number} */ position) => on?.playLoss(position) });
  const stage = createStage(stageRoot, /** @type {RaceActions} */ (actions));
  const narration = createNarration(main);

  /** @param {Situation} now */
  function render({ room: { game }, game: shown, goals }) {
    if (!game) return;
    const aim = goals.find(({ slug }) => slug === game.goal);
    setText(goal, aim?.text ?? "");
    show(goal, aim !== undefined);
    // In the end they only leave: nobody has moved.
    const { step = null, state = null } = shown && !shown.isOver ? shown.view : {};
    const moved = (step && state?.names[step.process]) ?? "";
    renderTeams(teams, game, moved);
    show(last, game.processes.length > FEW);
    renderLast(last, moved);
    setText(alone, aloneInWords(game));
    on = shown;
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
function renderScore(root, { view, isOver, run }, { processes }) {
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
}

/** Who has moved last, lit. @param {HTMLElement} root @param {string} name */
function renderLast(root, name) {
  if (root.dataset["process"] === name) return;
  root.dataset["process"] = name;
  setAttribute(root, "class", `game-last ${name ? colourOf(name) : ""}`);
  root.replaceChildren(...(name ? [inlineMark(name), html("b", "", [name]), " moved last"] : []));
}

/** Each process with its phones, where they are few. @param {HTMLElement} root @param {Game} game @param {string} moved the one that has moved last */
function renderTeams(root, { processes, teams }, moved) {
  show(root, processes.length <= FEW);
  if (processes.length > FEW) return;
  if (root.children.length !== processes.length) root.replaceChildren(...processes.map((name) => html("li", `team ${colourOf(name)}`, [inlineMark(name), html("b", "", [name]), html("span", "team-size")])));
  processes.forEach((name, index) => {
    const row = root.children[index];
    const size = row?.querySelector(".team-size");
    if (!row || !size) return;
    toggle(row, "is-last", moved === name);
    setText(size, counted(teams[name] ?? 0, "phone"));
  });
}

/** Of many processes only those are named that nobody can let go on. @param {Game} game */
function aloneInWords({ processes, teams }) {
  if (processes.length <= FEW) return "";
  const alone = processes.filter((name) => !teams[name]);
  const all = Object.values(teams).reduce((sum, phones) => sum + phones, 0);
  const who = `${number(processes.length)} processes, ${counted(all, "phone")}.`;
  if (alone.length === 0) return who;
  return alone.length > FEW ? `${who} ${number(alone.length)} have no phone.` : `${who} ${list(alone)} ${alone.length === 1 ? "has" : "have"} no phone.`;
}
