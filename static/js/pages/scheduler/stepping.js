// The desk: what was asked for is done here, one thing after the other. What has happened is read off the recorded
// steps, never off the presses: somebody else may let processes go too.
//
//   press ─▶ task: grant ─▶ the step ─▶ the stream ─▶ the race player draws, and the page around it
//   undo  ─▶ task: begin ─▶ a new run follows the schedule less its last step; then it takes the old one's place

import { startRun, stopRun } from "../../core/api.js";
import { Race } from "../../core/race.js";
import { inWords } from "../../shell/shell.js";
import { grantStep } from "./grant.js";
import { takenOf } from "./schedule.js";
import { createTaskQueue } from "./task-queue.js";

/** @import { RunRequest, RunView } from "../../core/types.js" */
/** @import { RacePlayer } from "../../views/race-player.js" */

/** @param {RacePlayer} player @param {() => RunRequest} request what runs, without a schedule */
export function createStepping(player, request) {
  const tasks = createTaskQueue(() => player.invalidate());
  /** What was taken back and can be taken again, the next one last. @type {string[]} */
  let undone = [];
  /** What was in the way of what was asked for last. */
  let complaint = "";
  const lookout = createLookout();

  /** The schedule so far. */
  const taken = () => player.races.flatMap(({ history }) => takenOf(history, history.stateAt(0).names));

  /** Lets a process take its step. @param {string} name */
  async function grant(name) {
    const [race] = player.races;
    if (!race) return;
    // Whoever presses fast is ahead of what is known: only then can be said who is in the way.
    await lookout.until(() => isSettled(race));
    complaint = obstacleOf(race, name);
    if (complaint) return;
    if (player.at !== null) player.actions.goLive();
    const answer = await grantStep(race.run.id, name);
    if (answer.ok) await lookout.until(() => race.history.length > answer.step.index || !race.live || !race.connected);
    else complaint = inWords(answer.problem);
  }

  /** Takes back as many steps as were asked for meanwhile. */
  async function takeBack() {
    const schedule = taken();
    if (schedule.length === 0) return;
    do undone.push(schedule.pop() ?? "");
    while (tasks.takeOver() && schedule.length > 0);
    await begin(schedule);
  }

  /** New processes follow the schedule; then they take the place of those before. @param {readonly string[]} schedule */
  async function begin(schedule) {
    const [old] = player.races;
    const answer = await startRun({ ...request(), ...(schedule.length > 0 ? { schedule: [...schedule] } : {}) });
    complaint = answer.ok ? "" : inWords(answer.problem);
    if (!answer.ok) return;
    await replace(player, answer.run, schedule.length);
    if (old?.running) void stopRun(old.run.id);
  }

  /** @param {readonly string[]} schedule */
  function open(schedule) {
    undone = [];
    tasks.add({ act: () => begin(schedule) });
  }

  return {
    taken,
    open,
    /** @param {string} name of the process that takes its step */
    take(name) {
      undone = [];
      tasks.add({ act: () => grant(name) });
    },
    undo: () => tasks.add({ act: takeBack, takesBack: true }),
    redo() {
      const name = undone.pop();
      if (name) tasks.add({ act: () => grant(name) });
    },
    /** Once all that was asked for before is done. @param {string} words */
    complain(words) {
      tasks.add({ act: () => void (complaint = words) });
    },
    /** Something was drawn: what is waited for may have come. */
    drawn: lookout.look,
    get complaint() {
      return complaint;
    },
    get canRedo() {
      return undone.length > 0;
    },
  };
}

/** Waits for something that the next drawing may find. */
function createLookout() {
  /** @type {(() => void)[]} */
  const waiting = [];
  return {
    /** @param {() => boolean} isSo @returns {Promise<void>} */
    until: (isSo) =>
      new Promise((settle) => {
        const look = () => (isSo() ? settle() : void waiting.push(look));
        look();
      }),
    look: () => waiting.splice(0).forEach((look) => look()),
  };
}

/** Shows another run in place of what is on show, once it has followed its schedule: none of it is played.
 * @param {RacePlayer} player @param {RunView} view @param {number} steps of its schedule @returns {Promise<void>} */
function replace(player, view, steps) {
  return new Promise((settle) => {
    const race = new Race(view, player.sharedBy(view.request), () => {
      if (player.races.includes(race)) player.settle();
      else if (isReady(race, steps) || !race.live || !race.connected) {
        player.adopt(race);
        settle();
      }
    }).open();
  });
}

/** Whether it is known what everybody who is alive would do next. @param {Race} race */
function isSettled({ run, history, running, connected }) {
  if (!running || !connected) return true;
  const known = new Set(run.next?.map(({ process }) => process));
  return run.steps >= history.length && run.processes.every(({ name, state }) => state === "ended" || known.has(name));
}

/** Why it is no use to ask. @param {Race} race @param {string} name */
function obstacleOf({ run, running }, name) {
  if (!running) return run.status === "finished" || run.deadlock ? "The run has ended. Undo a step, or start again." : "";
  return run.next?.find(({ process }) => process === name)?.obstacle ?? "";
}

/** A run that has followed its schedule, or waits for a place. @param {Race} race @param {number} steps */
function isReady({ run, history }, steps) {
  if (run.place) return true;
  return (run.runnable?.length ?? 0) > 0 && takenOf(history, history.stateAt(0).names).length >= steps;
}
