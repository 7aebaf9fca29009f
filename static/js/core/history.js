// One run's steps, and the state after any number of them.
// Steps live in columns of few bytes a step; at regular intervals a state is kept as a checkpoint, so that going
// anywhere replays a bounded number of steps. Nothing else here grows with the run.
//
//   a batch of the stream ── append ─┐                    ┌─▶ lineages, losses, overview
//   a chunk of a recorded run ───────┴─▶ columns, replay ─┴─▶ checkpoints
//                             extend

import { Names } from "./columns.js";
import { Lineage } from "./lineage.js";
import { Losses } from "./losses.js";
import { initial, Replay, widened } from "./model.js";
import { Overview } from "./overview.js";
import { deathsAhead } from "./pacing.js";
import { ABSENT } from "./step-columns.js";
import { StepTable, nameOf, present } from "./step-table.js";
import { Targets } from "./targets.js";

/** @import { Loss } from "./death.js" */
/** @import { Chunk, Opening } from "./recorded.js" */
/** @import { Ground } from "./model.js" */
/** @import { Columns, ProcessState, RunView, State, Step } from "./types.js" */

const CHECKPOINT_EVERY = 2048;

/** So many states are kept that were asked for: what is on show asks for its own and the one before, again and again. */
const MOST_KEPT = 4;

export class History {
  #table = new StepTable();
  #processes;
  /** @type {Map<string, Lineage>} */
  #lineages = new Map();
  /** Where steps are played again. @type {Ground} */
  #known = { lineage: (cell) => this.lineage(cell) };
  /** Where they are played for the first time. @type {Ground} */
  #new = {
    ...this.#known,
    add: (cell, version, base, lost, writer, position) => {
      this.lineage(cell).add(version, base, writer, position);
      if (lost === ABSENT && !this.#certainUpTo.has(cell)) this.#certainUpTo.set(cell, position - 1);
    },
    fate: (lineage, update, fate, position) => this.losses.take(lineage, update, fate, position),
    settle: (position) => this.losses.settle(position),
  };
  /** @type {State[]} */
  #checkpoints;
  /** The processes and targets that are declared by now. @type {Pick<State, "names" | "targets">} */
  #declared;
  /** After the newest step. @type {Replay} */
  #replay;
  /** Some states that were asked for lately, by position. @type {Map<number, State>} */
  #kept = new Map();
  /** After what was asked for last: playing forward needs one more step, not a replay. @type {Replay | null} */
  #near = null;

  /** What was asked for last: it is the same for many frames. @type {{at: number, most: number, total: number, losses: readonly Loss[]}} */
  #deaths = { at: 0, most: 0, total: 0, losses: [] };

  /** By cell, the position after which writes went unrecorded. @type {Map<string, number>} */
  #certainUpTo = new Map();

  losses = new Losses();
  overview;

  /** @param {RunView} run @param {readonly {name: string, initial: number}[]} [shared] while the run does not say it itself */
  constructor(run, shared = []) {
    const state = initial(run, shared);
    this.#processes = new Names(state.names);
    this.#checkpoints = [state];
    this.#replay = new Replay(state, this.#new);
    this.#declared = state;
    this.overview = new Overview(state);
  }

  /**
   * Takes in what a newer view of the run declares: its processes, and what their steps are about. It comes before the
   * first step that needs it. From then on they are there at every position, as what has not done anything yet.
   * @param {RunView} run
   */
  declare({ processes, targets }) {
    const { names, targets: known } = this.#declared;
    if (processes.length <= names.length && targets.length === known.count) return;
    const more = processes.slice(names.length).map(({ name }) => name);
    this.#widen([...names, ...more], new Targets(targets));
  }

  /** @param {readonly string[]} names @param {Targets} targets */
  #widen(names, targets) {
    for (const name of names) this.#processes.code(name);
    const newest = widened(this.#replay.state(), names, targets);
    this.#declared = newest;
    this.#replay = new Replay(newest, this.#new);
    this.#checkpoints = this.#checkpoints.map((state) => widened(state, names, targets));
    this.#kept.clear();
    this.#near = null;
    this.overview.widen(names.length);
  }

  get length() {
    return this.#table.length;
  }

  /** When a step was, in ns since the start. @param {number} index */
  time(index) {
    return this.#table.time.at(index);
  }

  /** How many steps there were up to a time. @param {number} time */
  countUpTo(time) {
    return this.#table.time.countUpTo(time);
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
    const index = this.length;
    this.#table.push(this.#processCode(columns.process[row] ?? ""), columns, row);
    const { process, op, target, value, version, base, lost, line, file } = this.#table;
    this.#take(
      index + 1, process.at(index), op.at(index), target.at(index), value.at(index),
      version.at(index), base.at(index), lost.at(index), line.at(index), file.at(index),
    );
  }

  /** A process that only a step names is declared by it. @param {string} name */
  #processCode(name) {
    const code = this.#processes.code(name);
    const { names, targets } = this.#declared;
    if (code >= names.length) this.#widen([...names, name], targets);
    return code;
  }

  /** A recorded run begins: what its steps will point into. @param {Opening} opening */
  begin(opening) {
    this.#table.begin(opening, opening.processes.map((name) => this.#processCode(name)));
  }

  /** Takes in the next chunk of a recorded run, after `begin`. All of it so far has come so. @param {Chunk} chunk */
  extend(chunk) {
    const { count } = chunk;
    const first = this.length;
    const { process, op, target, value, version, base, lost, line, file } = this.#table.extend(chunk);
    for (let row = 0; row < count; row += 1) {
      this.#take(
        first + row + 1,
        /** @type {number} */ (process[row]),
        /** @type {number} */ (op[row]),
        /** @type {number} */ (target[row]),
        /** @type {number} */ (value[row]),
        /** @type {number} */ (version[row]),
        /** @type {number} */ (base[row]),
        /** @type {number} */ (lost[row]),
        /** @type {number} */ (line[row]),
        /** @type {number} */ (file[row]),
      );
    }
  }

  /** All steps have come: gives back the room that none will need. */
  rest() {
    this.#table.rest();
    for (const lineage of this.#lineages.values()) lineage.rest();
    this.losses.rest();
    this.overview.rest();
  }

  /** All of it, for another thread: it takes it over with `adopt`. */
  parts() {
    return {
      table: this.#table.parts(),
      names: this.#declared.names,
      lineages: [...this.#lineages].map(([cell, lineage]) => /** @type {const} */ ([cell, lineage.parts()])),
      losses: this.losses.parts(),
      overview: this.overview.parts(),
      certainUpTo: this.#certainUpTo,
      checkpoints: this.#checkpoints.map(undeclared),
      newest: undeclared(this.#replay.state()),
    };
  }

  /** Takes over what was built of the same run elsewhere, in the place of what is here. @param {ReturnType<History["parts"]>} parts */
  adopt({ table, names, lineages, losses, overview, certainUpTo, checkpoints, newest }) {
    const { targets } = this.#declared;
    this.#table.adopt(table);
    this.#processes = new Names(names);
    this.#lineages.clear();
    for (const [cell, parts] of lineages) this.lineage(cell).adopt(parts);
    this.losses.adopt(losses);
    this.overview.adopt(overview);
    this.#certainUpTo = certainUpTo;
    this.#checkpoints = checkpoints.map((state) => ({ ...state, names, targets }));
    this.#declared = { ...newest, names, targets };
    this.#replay = new Replay({ ...newest, names, targets }, this.#new);
    this.#kept.clear();
    this.#near = null;
  }

  /**
   * What follows from one more step, whose columns are here.
   * @param {number} position after it @param {number} process @param {number} op @param {number} target @param {number} value
   * @param {number} version @param {number} base @param {number} lost @param {number} line @param {number} file
   */
  #take(position, process, op, target, value, version, base, lost, line, file) {
    const { ops, targets, files } = this.#table;
    const word = ops.name(op);
    const name = target === ABSENT ? "" : targets.name(target);
    const replay = this.#replay;
    if (word === "read") this.lineage(name).read(process, position);
    const changed = word === "write" ? replay.placeOf(name) : ABSENT;
    replay.take(process, word, name, value, version, base, lost, line, nameOf(files, file));
    const state = /** @type {ProcessState} */ (replay.processes[process]);
    this.overview.take(process, state.register !== null, state.waits !== null, replay.cells, changed);
    if (position % CHECKPOINT_EVERY === 0) this.#checkpoints.push(replay.state());
  }

  /** @param {number} index @returns {Step} */
  step(index) {
    const table = this.#table;
    const value = table.value.at(index);
    return {
      index,
      t: table.time.at(index),
      process: table.process.at(index),
      op: table.opAt(index),
      target: table.targetAt(index),
      value: Number.isNaN(value) ? null : value,
      version: present(table.version.at(index)),
      base: present(table.base.at(index)),
      lost: present(table.lost.at(index)),
      line: present(table.line.at(index)),
      task: present(table.task.at(index)),
      file: table.fileAt(index),
    };
  }

  /** The positions of the next writes that erase an update: what a playback slows down for. @param {number} from */
  deathsAhead(from) {
    return deathsAhead(this, from);
  }

  /** What a step did to others, without the state around it. @param {Step} step */
  effect({ op, target, version, base, lost }) {
    if (op !== "write" || target === null || version === null || lost === null) return null;
    return this.lineage(target).effect(version, base, this.#declared.names.length);
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
    const known = this.#kept.get(wanted);
    if (known) return known;
    const state = wanted === this.length ? this.#replay.state() : this.#replayed(wanted);
    // The one that came first goes.
    for (const old of this.#kept.keys()) if (this.#kept.size >= MOST_KEPT) this.#kept.delete(old);
    this.#kept.set(wanted, state);
    return state;
  }

  /** @param {number} wanted @returns {State} */
  #replayed(wanted) {
    const checkpoint = /** @type {State} */ (this.#checkpoints[Math.floor(wanted / CHECKPOINT_EVERY)]);
    let replay = this.#near;
    if (!replay || replay.position > wanted || replay.position < checkpoint.position) replay = new Replay(checkpoint, this.#known);
    this.#near = replay;
    const table = this.#table;
    while (replay.position < wanted) {
      const at = replay.position;
      replay.take(
        table.process.at(at), table.opAt(at), table.targetAt(at) ?? "", table.value.at(at), table.version.at(at), table.base.at(at),
        table.lost.at(at), table.line.at(at), table.fileAt(at),
      );
    }
    return replay.state();
  }
}

/** A state without what is declared: that is the same at all positions. @param {State} state @returns {Omit<State, "names" | "targets">} */
function undeclared({ names: _names, targets: _targets, ...state }) {
  return state;
}
