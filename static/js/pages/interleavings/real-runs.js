// Real runs, to compare with what can happen: a press adds some, at the chosen pace.

import { createDistributionControls, resultOf } from "../../charts/distribution-controls.js";
import { progressOf, requestAt, UNTRACED } from "../../core/observations.js";
import { part, setText, show } from "../../shell/dom.js";
import { observed } from "./conclusion.js";

/** @import { Problem } from "../../core/types.js" */
/** @import { Exploration } from "./exploration.js" */

/** How many real runs a press adds. */
const RUNS = 20;

/** Our pauses at the pace `slow`, in ms: twenty runs must not take a lesson. */
const PAUSE = 20;

const PACES = ["free", "tutorial", "slow", UNTRACED];

/** @param {HTMLElement} root @param {Exploration} exploration @param {() => void} onChange */
export function createRealRuns(root, exploration, onChange) {
  const controls = createDistributionControls(part(root, "observe-controls", HTMLElement), { press, choose });
  const status = part(root, "observed", HTMLElement);
  let pace = "free";
  /** @type {Problem | null} */
  let problem = null;

  /** Starts some more real runs; the next press stops them. */
  async function press() {
    const own = exploration.observations;
    if (!exploration.explored) return;
    if (own.left > 0) {
      own.stop();
      return;
    }
    problem = null;
    const came = await own.gather(pace, requestAt(exploration.request({ pace: "free" }), pace, PAUSE), RUNS);
    if (own === exploration.observations) problem = came;
    onChange();
  }

  /** @param {string} wanted */
  function choose(wanted) {
    if (wanted !== pace) exploration.observations.stop();
    pace = wanted;
    problem = null;
    onChange();
  }

  function render() {
    const { explored, observations, right } = exploration;
    show(root, explored !== null);
    controls.render({
      paces: PACES,
      chosen: pace,
      going: observations.left > 0,
      label: `Run it ${RUNS} times`,
      results: new Map(observations.paces.map((each) => [each, resultOf(observations.ends(each), right)])),
    });
    setText(status, [observed(observations), progressOf(observations, RUNS)].filter(Boolean).join(" "));
  }

  return {
    render,
    press: () => void press(),
    /** Nothing is wrong any more: something else is explored. */
    forget: () => void (problem = null),
    /** Why no more runs came. */
    get problem() {
      return problem;
    },
    get pace() {
      return pace;
    },
  };
}
