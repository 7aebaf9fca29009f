// A queue of tasks: each begins when the one before is done. Pure: it does not know what the tasks do.

/** Something to do, and whether it takes the last step back: several of these in a row are one.
 * @typedef {{act: () => Promise<void> | void, takesBack?: boolean}} Task */

/** @param {() => void} onDone after each of them */
export function createTaskQueue(onDone) {
  /** @type {Task[]} */
  const tasks = [];
  let atWork = false;

  async function work() {
    atWork = true;
    for (let task = tasks.shift(); task; task = tasks.shift()) {
      await task.act();
      onDone();
    }
    atWork = false;
  }

  return {
    /** @param {Task} task */
    add(task) {
      tasks.push(task);
      if (!atWork) void work();
    },
    /** Removes the next task if it takes a step back: the task that is running does both.
     * @returns {boolean} whether there was one */
    takeOver: () => tasks[0]?.takesBack === true && tasks.shift() !== undefined,
  };
}
