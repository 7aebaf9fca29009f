// What the page of a script shows, and how: the run as it stands, its steps, and what a person has chosen to look at.

import { ScriptHistory } from "../../core/script-history.js";
import { CellTrack } from "../../core/cell-track.js";

/** @import { Finding, Range, ScriptRunView } from "../../core/types.js" */

/** The order of findings: what happened, what was shown, what is suspected. */
const ORDER = ["happened", "shown", "suspected"];

const NO_CELL = { name: null, lost: 0, writes: 0 };

export class ScriptState {
  history = new ScriptHistory();
  /** The moments that the lanes show; null is all of them. @type {Range | null} */
  range = null;
  /** The file on show, where a person has chosen one. @type {string | null} */
  file = null;
  /** The cell of the value row, where a person has chosen one. @type {string | null} */
  chosen = null;
  /** The finding that is on show as a clip, or was last. @type {Finding | null} */
  finding = null;
  /** The steps that were played last as a clip. @type {readonly number[]} */
  played = [];
  /** All lanes, where there are so many that they are folded. */
  unfolded = false;
  /** What is wrong with the connection, in words. @type {string | null} */
  trouble = null;
  /** The page is at its place. */
  opened = false;
  /** All steps have come. */
  complete = false;
  /** Grows with each new view of the run. */
  revision = 0;
  /** @type {Map<string, CellTrack>} */
  #tracks = new Map();

  /** @param {ScriptRunView} run */
  constructor(run) {
    this.run = run;
    this.take(run);
  }

  /** A newer view. @param {ScriptRunView} run */
  take(run) {
    this.run = run;
    this.revision += 1;
    this.history.declare(run);
  }

  get live() {
    return this.run.status === "running" || this.run.status === "queued";
  }

  /** Worst first. @returns {Finding[]} */
  get findings() {
    return this.run.findings.toSorted((one, other) => ORDER.indexOf(one.certainty) - ORDER.indexOf(other.certainty));
  }

  /** Cells with figures: those with most writes first, then those that were declared. */
  get cells() {
    return this.run.summary.cells;
  }

  /** The cell of the value row; null where nothing is shared that holds a value. */
  get cell() {
    if (this.chosen !== null) return this.chosen;
    const { findings, cells } = this;
    const touched = this.#cellOf(this.played.at(-1)) ?? this.#cellOf(findings[0]?.steps.at(-1));
    if (touched !== null) return touched;
    const found = findings.find(({ target }) => cells.some(({ name }) => name === target));
    if (found) return found.target;
    // Of an array, the element that lost most; else what was written most.
    return cells.reduce((best, cell) => ((cell.lost ?? 0) - (best.lost ?? 0) || cell.writes - best.writes) > 0 ? cell : best, cells[0] ?? NO_CELL).name;
  }

  /** The cell that a step was about. @param {number | undefined} index */
  #cellOf(index) {
    if (index === undefined || index >= this.history.length) return null;
    const { target } = this.history.step(index);
    return this.history.declarationOf(target)?.kind === "cell" ? target : null;
  }

  /** @param {string} name @returns {CellTrack | null} */
  track(name) {
    const target = this.history.numberOf(name);
    if (target < 0) return null;
    let track = this.#tracks.get(name);
    if (!track) {
      const initial = this.cells.find((each) => each.name === name)?.initial;
      this.#tracks.set(name, (track = new CellTrack(this.history, target, typeof initial === "number" ? initial : NaN)));
    }
    track.follow();
    return track;
  }
}
