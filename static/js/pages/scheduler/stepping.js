// Steps, undo and redo at the pace `step`: what was asked for is done one thing after the other. What has happened is
// read off the recorded steps, never off the presses: other people may let processes take steps too.
//
//   press ─▶ task: grant ─▶ the step ─▶ the stream ─▶ the race player draws, and the page around it
//   undo  ─▶ task: begin ─▶ a new run follows the schedule less its last step; then it replaces the old one

import { startRun, stopRun } from "../../core/api.js";
import { Race } from "../../core/race.js";
import { watch } from "../../shell/events.js";
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
  /** Why what was asked for last could not be done. */
  let complaint = "";
  const lookout = createLookout();

  /** The schedule so far. */
  const taken = () => player.races.flatMap(({ history }) => takenOf(history, history.stateAt(0).names));

  /** Lets a process take its step. @param {string} name */
  async function grant(name) {
    const [race] = player.races;
    if (!race) return;
    // Fast presses come before the answers of earlier ones. Wait for those: only then the obstacle is known.
    await lookout.until(() => isSettled(race));
    complaint = obstacleOf(race, name);
    if (complaint) return;
    if (player.at !== null) player.actions.goLive();
    const answer = await grantStep(race.run.id, name);
    if (answer.ok) await lookout.until(() => race.history.length > answer.step.index || !race.live || !race.connected);
    else complaint = inWords(answer.problem);
  }

  /** Takes back a step, and more where more were asked for in the meantime. */
  async function takeBack() {
    const schedule = taken();
    if (schedule.length === 0) return;
    do undone.push(schedule.pop() ?? "");
    while (tasks.takeOver() && schedule.length > 0);
    await begin(schedule);
  }

  /** New processes follow the schedule; then they replace the old ones. @param {readonly string[]} schedule */
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
    /** Called after each drawing: what is waited for may have come. */
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

/** Shows another run instead, once it has followed its schedule. None of it is played.
 * @param {RacePlayer} player @param {RunView} view @param {number} steps of its schedule @returns {Promise<void>} */
function replace(player, view, steps) {
  return new Promise((settle) => {
    const race = new Race(view, player.sharedBy(view.request), () => {
      if (player.races.includes(race)) player.settle();
      else if (isReady(race, steps) || !race.live || !race.connected) {
        player.adopt(race);
        settle();
      }
    }).open(watch);
  });
}

/** Whether the next step of every live process is known. @param {Race} race */
function isSettled({ run, history, running, connected }) {
  if (!running || !connected) return true;
  const known = new Set(run.next?.map(({ process }) => process));
  return run.steps >= history.length && run.processes.every(({ name, state }) => state === "ended" || known.has(name));
}

/** Why a process cannot take a step. @param {Race} race @param {string} name */
function obstacleOf({ run, running }, name) {
  if (!running) return run.status === "finished" || run.deadlock ? "The run has ended. Undo a step, or start again." : "";
  return run.next?.find(({ process }) => process === name)?.obstacle ?? "";
}

/** A run that has followed its schedule, or waits in the queue for a free place. @param {Race} race @param {number} steps */
function isReady({ run, history }, steps) {
  if (run.place) return true;
  return (run.runnable?.length ?? 0) > 0 && takenOf(history, history.stateAt(0).names).length >= steps;
}
