// One run's steps, and the state after any number of them.
// Steps live in typed arrays; at regular intervals a state is kept as a checkpoint, so that going
// anywhere replays a bounded number of steps. Nothing else here grows with the run.

import { Bytes, Floats, Ints, Names, Shorts } from "./columns.js";
import { Lineage } from "./lineage.js";
import { Losses } from "./losses.js";
import { initial, reduce, widened } from "./model.js";
import { Overview } from "./overview.js";
import { deathsAhead } from "./pacing.js";
import { Targets } from "./targets.js";

/** @import { Loss } from "./death.js" */
/** @import { Columns, RunView, State, Step } from "./types.js" */

const CHECKPOINT_EVERY = 256;
const ABSENT = -1;

export class History {
  #time = new Floats();
  #process = new Shorts();
  #op = new Bytes();
  #target = new Shorts();
  #value = new Floats();
  #version = new Ints();
  #base = new Ints();
  #lost = new Ints();
  #line = new Shorts();
  #task = new Ints();
  #file = new Shorts();
  #ops = new Names();
  #targets = new Names();
  #files = new Names();
  #processes;
  /** @type {Map<string, Lineage>} */
  #lineages = new Map();
  /** @type {State[]} */
  #checkpoints;
  /** The state after the newest step. @type {State} */
  #newest;
  /** The state that was asked for last: playing forward needs one more step, not a replay. @type {State} */
  #recent;
  #lineage = (/** @type {string} */ cell) => this.lineage(cell);

  /** What was asked for last: it is the same for many frames. @type {{at: number, most: number, total: number, losses: readonly Loss[]}} */
  #deaths = { at: 0, most: 0, total: 0, losses: [] };

  /** By cell, the position after which writes went unrecorded. @type {Map<string, number>} */
  #certainUpTo = new Map();

  losses = new Losses();
  overview;

  /** @param {RunView} run @param {readonly {name: string, initial: number}[]} [shared] while the run does not say it itself */
  constructor(run, shared = []) {
    this.#newest = this.#recent = initial(run, shared);
    this.#processes = new Names(this.#newest.names);
    this.#checkpoints = [this.#newest];
    this.overview = new Overview(this.#newest);
  }

  /**
   * Takes in what a newer view of the run declares: its processes, and what their steps are about. It comes before the
   * first step that needs it. From then on they are there at every position, as what has not done anything yet.
   * @param {RunView} run
   */
  declare({ processes, targets }) {
    const { names, targets: known } = this.#newest;
    if (processes.length <= names.length && targets.length === known.count) return;
    const more = processes.slice(names.length).map(({ name }) => name);
    this.#widen([...names, ...more], new Targets(targets));
  }

  /** @param {readonly string[]} names @param {Targets} targets */
  #widen(names, targets) {
    for (const name of names) this.#processes.code(name);
    this.#newest = widened(this.#newest, names, targets);
    this.#checkpoints = this.#checkpoints.map((state) => widened(state, names, targets));
    this.#recent = this.#newest;
    this.overview.widen(names.length);
  }

  get length() {
    return this.#time.length;
  }

  /** When a step was, in ns since the start. @param {number} index */
  time(index) {
    return this.#time.at(index);
  }

  /** How many steps there were up to a time. @param {number} time */
  countUpTo(time) {
    return this.#time.countUpTo(time);
  }

  /** Up to which position it is known what was expected of a cell, and what was lost. @param {string} cell */
  certainUpTo(cell) {
    return this.#certainUpTo.get(cell) ?? Infinity;
  }

  /** @param {string} cell */
  lineage(cell) {
    let lineage = this.#lineages.get(cell);
    if (!lineage) this.#lineages.set(cell, (lineage = new Lineage()));
    return lineage;
  }

  /**
   * Takes in a batch. Steps that are here already are passed over, so a replay after a lost
   * connection repeats nothing; a batch that leaves a gap is refused.
   * @param {Columns} columns
   * @returns {boolean} whether the batch followed on what is here
   */
  append(columns) {
    const first = columns.index[0] ?? this.length;
    if (first > this.length) return false;
    for (let row = this.length - first; row < columns.index.length; row += 1) {
      this.#push(columns, row);
    }
    return true;
  }

  /** @param {Columns} columns @param {number} row */
  #push(columns, row) {
    const target = columns.target?.[row] ?? null;
    const file = columns.file?.[row] ?? null;
    const { names, targets } = this.#newest;
    const process = columns.process[row] ?? "";
    if (this.#processes.code(process) >= names.length) this.#widen([...names, process], targets);
    this.#time.push(columns.t_ns[row] ?? 0);
    this.#process.push(this.#processes.code(process));
    this.#op.push(this.#ops.code(columns.op[row] ?? ""));
    this.#target.push(target === null ? ABSENT : this.#targets.code(target));
    this.#value.push(columns.value?.[row] ?? NaN);
    this.#version.push(columns.version?.[row] ?? ABSENT);
    this.#base.push(columns.base?.[row] ?? ABSENT);
    this.#lost.push(columns.lost?.[row] ?? ABSENT);
    this.#line.push(columns.line?.[row] ?? ABSENT);
    this.#task.push(columns.task?.[row] ?? ABSENT);
    this.#file.push(file === null ? ABSENT : this.#files.code(file));

    const step = this.step(this.length - 1);
    if (step.op === "read" && target !== null) {
      this.lineage(target).read(step.process, this.length);
    } else if (step.op === "write" && target !== null && step.version !== null) {
      const lineage = this.lineage(target);
      lineage.add(step.version, step.base, step.process, this.length);
      if (step.lost !== null) this.losses.write(lineage, step.version, step.base, this.length);
      else if (!this.#certainUpTo.has(target)) this.#certainUpTo.set(target, this.length - 1);
    }
    this.#newest = reduce(this.#newest, step, this.#lineage);
    this.overview.add(this.#newest);
    if (this.length % CHECKPOINT_EVERY === 0) this.#checkpoints.push(this.#newest);
  }

  /** @param {number} index @returns {Step} */
  step(index) {
    const target = this.#target.at(index);
    const value = this.#value.at(index);
    const file = this.#file.at(index);
    return {
      index,
      t: this.#time.at(index),
      process: this.#process.at(index),
      op: this.#ops.name(this.#op.at(index)),
      target: target === ABSENT ? null : this.#targets.name(target),
      value: Number.isNaN(value) ? null : value,
      version: present(this.#version.at(index)),
      base: present(this.#base.at(index)),
      lost: present(this.#lost.at(index)),
      line: present(this.#line.at(index)),
      task: present(this.#task.at(index)),
      file: file === ABSENT ? null : this.#files.name(file),
    };
  }

  /** The positions of the next writes that erase an update: what a playback slows down for. @param {number} from */
  deathsAhead(from) {
    return deathsAhead(this, from);
  }

  /** What a step did to others, without the state around it. @param {Step} step */
  effect({ op, target, version, base, lost }) {
    if (op !== "write" || target === null || version === null || lost === null) return null;
    return this.lineage(target).effect(version, base, this.#newest.processes.length);
  }

  /** The last updates that were lost for good up to a position, in the order in which they were erased, at most `most`.
   * @param {number} position @param {number} most @returns {readonly Loss[]} */
  deaths(position, most) {
    const at = this.losses.lastUpTo(position, most).at(-1) ?? 0;
    const known = this.#deaths;
    if (known.at === at && known.most === most && known.total === this.losses.total) return known.losses;
    const losses = this.losses.lastUpTo(position, most).flatMap((each) => this.#deathsAt(each)).slice(-most);
    this.#deaths = { at, most, total: this.losses.total, losses };
    return losses;
  }

  /** @param {number} position of a write @returns {Loss[]} */
  #deathsAt(position) {
    const { target, version, base } = this.step(position - 1);
    /** @type {Loss[]} */
    const losses = [];
    if (target === null || version === null) return losses;
    const lineage = this.lineage(target);
    lineage.diverge(version, base, (update, process) => {
      if (lineage.erasedAt(update) === position) losses.push({ process, position });
    });
    return losses;
  }

  /** The state after the first `position` steps. @param {number} position @returns {State} */
  stateAt(position) {
    const wanted = Math.max(0, Math.min(position, this.length));
    if (wanted === this.length) return (this.#recent = this.#newest);
    const checkpoint = /** @type {State} */ (
      this.#checkpoints[Math.floor(wanted / CHECKPOINT_EVERY)]
    );
    const near = this.#recent.position <= wanted && this.#recent.position > checkpoint.position;
    let state = near ? this.#recent : checkpoint;
    while (state.position < wanted) {
      state = reduce(state, this.step(state.position), this.#lineage);
    }
    return (this.#recent = state);
  }
}

/** @param {number} value */
function present(value) {
  return value === ABSENT ? null : value;
}
