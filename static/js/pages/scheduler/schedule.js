// A schedule: the order in which processes take steps, as names and as text that can be pasted. Pure.

import { isGated } from "../../core/ops.js";

/** @import { History } from "../../core/history.js" */

/** P1, p1 or 1; many of them in a row may be written P1*12. */
const STEP = /^p?([1-9])(?:[*×](\d{1,4}))?$/i;

/** The schedule that a run has followed so far, from its own steps. @param {History} history @param {readonly string[]} names */
export function takenOf(history, names) {
  const taken = [];
  for (let index = 0; index < history.length; index += 1) {
    const { op, process } = history.step(index);
    if (isGated(op)) taken.push(names[process] ?? "");
  }
  return taken;
}

/** How often it goes on with another process than the one before. @param {readonly string[]} schedule */
export function switchesOf(schedule) {
  return schedule.filter((name, index) => index > 0 && name !== schedule[index - 1]).length;
}

/** The schedule in a text that was typed or pasted. @param {string} text @param {number} processes @returns {{schedule: string[]} | {problem: string}} */
export function parsed(text, processes) {
  const schedule = [];
  for (const word of text.split(/[\s,;→]+/).filter(Boolean)) {
    const found = STEP.exec(word);
    const name = `P${found?.[1]}`;
    if (!found || Number(found[1]) > processes) {
      const known = processes === 1 ? "there is only P1" : `there are P1 to P${processes}`;
      return { problem: `“${word.slice(0, 20)}” is no process of this run: ${known}.` };
    }
    schedule.push(.../** @type {string[]} */ (new Array(Number(found[2] ?? 1)).fill(name)));
  }
  return { schedule };
}
