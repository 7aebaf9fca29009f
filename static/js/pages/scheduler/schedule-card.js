// The schedule as text: the steps taken so far, and a field to type one for processes to follow.

import { counted, number } from "../../core/format.js";
import { placed } from "../../core/place.js";
import { part, setAttribute, setText, show } from "../../shell/dom.js";

/** @import { Race } from "../../core/race.js" */

/** @param {HTMLElement} root @param {(text: string) => void} follow what was typed */
export function createScheduleCard(root, follow) {
  const field = part(root, "schedule", HTMLTextAreaElement);
  const figures = part(root, "schedule-figures", HTMLElement);
  const takeAway = part(root, "take-away", HTMLAnchorElement);
  let known = "";

  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") field.value = known;
    if (event.key === "Escape" || event.key === "Enter") event.preventDefault();
    if (event.key === "Enter") follow(field.value);
  });
  field.addEventListener("blur", write);

  function write() {
    if (document.activeElement === field || field.value === known) return;
    field.value = known;
    field.scrollTop = field.scrollHeight;
  }

  return {
    /** @param {Race} race @param {readonly string[]} schedule @param {number} switches */
    render({ run, complete }, schedule, switches) {
      known = schedule.join(" ");
      write();
      setText(figures, `${counted(schedule.length, "step")}, ${number(switches)} context ${switches === 1 ? "switch" : "switches"}`);
      const isReplayable = complete && schedule.length > 0 && (run.status === "finished" || Boolean(run.deadlock));
      show(takeAway, isReplayable);
      if (isReplayable) setAttribute(takeAway, "href", placed(`/api/runs/${run.id}/replay.py`));
    },
    leave: () => field.blur(),
  };
}
