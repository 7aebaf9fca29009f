// A run replayed to the position on show. Playing forward takes only the steps that are new; going back
// starts over, and so does a run that has declared more since. A stage, its figures and its sentence share one replay, so that they cannot disagree.

/** @import { ViewState, RunView, Step } from "../core/types.js" */

/** What a stage looks at: a part of a view. @typedef {Pick<ViewState, "run" | "history" | "position">} Moment */

/**
 * @template State
 * @param {(run: RunView) => State} initial the state before the first step
 * @param {(state: State, step: Step) => void} take changes the state as the step says
 * @returns {(moment: Moment) => State} what is true after the first `position` steps
 */
export function replayed(initial, take) {
  /** @type {WeakMap<object, {state: State, position: number, declared: number}>} */
  const kept = new WeakMap();
  return ({ run, history, position }) => {
    let known = kept.get(history);
    const declared = run.processes.length + run.targets.length;
    if (!known || known.position > position || known.declared !== declared) {
      kept.set(history, (known = { state: initial(run), position: 0, declared }));
    }
    for (; known.position < position; known.position += 1) take(known.state, history.step(known.position));
    return known.state;
  };
}
