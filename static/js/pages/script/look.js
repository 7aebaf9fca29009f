// How a lane looks: the shape and colour of its process. Main, and whatever has no number, is a ring.

import { lookOf, numberOf } from "../../core/process-names.js";

/** The number of the look of those without a number. */
const RING = 8;

/** @param {string} process the name of a process, and not of a thread */
export function lookOfProcess(process) {
  const number = numberOf(process);
  return number < 0 ? RING : lookOf(number);
}
