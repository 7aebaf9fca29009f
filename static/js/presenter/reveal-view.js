// The answers beside the truth: what the class said, what came out, and what lies between.

import { createVoteBars } from "../charts/vote-bars.js";
import { createVotes } from "../charts/votes.js";
import { describedVotes, headline, movedInWords } from "../charts/votes-words.js";
import { expectedIn } from "../core/counter-question.js";
import { number } from "../core/format.js";
import { html, setText, show } from "../shell/dom.js";
import { styled } from "../shell/lazy-styles.js";
import { trayPicture } from "./tray-picture.js";

/** @import { Question } from "../core/room-types.js" */
/** @import { Situation, View } from "./situation.js" */

/** @param {HTMLElement} root @returns {View} */
export function createRevealView(root) {
  void styled(new URL("../../css/votes.css", import.meta.url));
  const [title, moved, asked, chart, side] = [html("h1"), html("p", "room-lead"), html("p", "reveal-asked"), html("div", "reveal-chart"), html("aside", "reveal-side")];
  root.append(html("div", "room-main reveal-main", [title, moved, chart, asked]), side);
  /** @type {ReturnType<typeof createVotes> | null} */
  let votes = null;
  /** @type {ReturnType<typeof createVoteBars> | null} */
  let bars = null;
  let drawn = "";

  /** @param {Situation} now */
  function render(now) {
    const { question } = now.room;
    if (!question?.results) return;
    setText(title, headline(question));
    setText(moved, movedInWords(question));
    show(moved, moved.textContent !== "");
    if (question.kind === "choice") renderBars(question, question.results);
    else renderVotes(question, question.results, now);
    setText(asked, question.kind === "choice" ? question.text : `${question.text} Each dot is one phone.`);
    renderSide(question, now);
  }

  /** @param {Question} question @param {NonNullable<Question["results"]>} results */
  function renderBars(question, results) {
    bars ??= createVoteBars(chart);
    bars.render({ options: question.options, results, right: question.right, words: describedVotes(question, question.options) });
  }

  /** @param {Question} question @param {NonNullable<Question["results"]>} results @param {Situation} now */
  function renderVotes(question, results, { outcome }) {
    votes ??= createVotes(chart);
    const truth = question.truth === null ? null : Number(question.truth);
    const expected = outcome?.figures?.expected ?? expectedIn(question);
    const lost = truth !== null && expected !== null ? expected - truth : 0;
    votes.render({
      results,
      truth,
      expected: truth === null ? null : expected,
      right: question.right,
      names: { truth: expected === null ? "it is" : "counter", expected: "expected" },
      gap: lost > 0 ? `✕ ${number(lost)} lost` : "",
      words: describedVotes(question),
    });
  }

  /** @param {Question} question @param {Situation} now */
  function renderSide(question, { outcome }) {
    const truth = question.truth === null ? null : Number(question.truth);
    const expected = outcome?.figures?.expected ?? expectedIn(question);
    const key = JSON.stringify([question.id, question.truth, outcome?.words, outcome?.deaths, expected]);
    if (key === drawn) return;
    drawn = key;
    const counter = question.kind === "number" && truth !== null && expected !== null ? { expected, counter: truth, lost: expected - truth } : null;
    side.replaceChildren(
      ...(counter ? [figures(counter)] : []),
      ...(outcome && outcome.deaths.length > 0 ? [trayPicture(outcome.deaths)] : []),
      ...(outcome?.words ? [html("p", "reveal-words", [outcome.words])] : []),
    );
  }

  return {
    render,
    destroy() {
      votes?.destroy();
      bars?.destroy();
    },
  };
}

/** @param {{expected: number, counter: number, lost: number}} counter */
export function figures({ expected, counter, lost }) {
  const row = (/** @type {string} */ name, /** @type {number} */ value, /** @type {string} */ about) => html("div", about, [html("dt", "", [name]), html("dd", "", [number(value)])]);
  return html("dl", "figures", [row("expected", expected, ""), row("counter", counter, ""), row(lost > 0 ? "✕ lost" : "lost", lost, lost > 0 ? "is-lost" : "")]);
}
