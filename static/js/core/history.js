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
import { CHUNK, StepColumn, translated } from "./step-columns.js";
import { Targets } from "./targets.js";

/** @import { Loss } from "./death.js" */
/** @import { Chunk, Opening } from "./recorded.js" */
/** @import { EffectOf } from "./model.js" */
/** @import { Columns, ProcessState, RunView, State, Step } from "./types.js" */

const CHECKPOINT_EVERY = 2048;

/** So many states are kept that were asked for: what is on show asks for its own and the one before, again and again. */
const MOST_KEPT = 4;

const ABSENT = -1;

/** What a step is made of, each a column. */
const FIELDS = /** @type {const} */ (["process", "op", "target", "value", "version", "base", "lost", "line", "task", "file"]);

export class History {
  #time = new StepColumn(ABSENT);
  #process = new StepColumn(ABSENT);
  #op = new StepColumn(ABSENT);
  #target = new StepColumn(ABSENT);
  #value = new StepColumn(NaN);
  #version = new StepColumn(ABSENT);
  #base = new StepColumn(ABSENT);
  #lost = new StepColumn(ABSENT);
  #line = new StepColumn(ABSENT);
  #task = new StepColumn(ABSENT);
  #file = new StepColumn(ABSENT);
  #ops = new Names();
  #targets = new Names();
  #files = new Names();
  #processes;
  /** What the numbers in a recorded run mean here, by field. @type {Partial<Record<typeof FIELDS[number], readonly number[]>>} */
  #meanings = {};
  /** For the numbers of a chunk, while chunks come. @type {Record<typeof FIELDS[number], Int32Array | Float64Array> | null} */
  #numbers = null;
  /** @type {Map<string, Lineage>} */
  #lineages = new Map();
  /** Of a write that is here already. @type {EffectOf} */
  #effectOf = (cell, version, base, lost, _writer, _position, processes) => {
    // Where an earlier write went unrecorded, the server says no more what is lost, and neither does the page.
    return this.lineage(cell).effect(version, lost === ABSENT ? version - 1 : base, processes);
  };
  /** Of one that has just come. @type {EffectOf} */
  #effectOfNew = (cell, version, base, lost, writer, position, processes) => {
    const lineage = this.lineage(cell);
    lineage.add(version, base, writer, position);
    if (lost !== ABSENT) return this.losses.write(lineage, version, base, position, processes);
    if (!this.#certainUpTo.has(cell)) this.#certainUpTo.set(cell, position - 1);
    return this.#effectOf(cell, version, base, lost, writer, position, processes);
  };
  /** @type {State[]} */
  #checkpoints;
  /** The processes and targets that are declared by now. @type {Pick<State, "names" | "targets">} */
  #known;
  /** After the newest step. @type {Replay} */
  #replay;
  /** The states that were asked for last, by position. @type {Map<number, State>} */
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
    this.#replay = new Replay(state, this.#effectOfNew);
    this.#known = state;
    this.overview = new Overview(state);
  }

  /**
   * Takes in what a newer view of the run declares: its processes, and what their steps are about. It comes before the
   * first step that needs it. From then on they are there at every position, as what has not done anything yet.
   * @param {RunView} run
   */
  declare({ processes, targets }) {
    const { names, targets: known } = this.#known;
    if (processes.length <= names.length && targets.length === known.count) return;
    const more = processes.slice(names.length).map(({ name }) => name);
    this.#widen([...names, ...more], new Targets(targets));
  }

  /** @param {readonly string[]} names @param {Targets} targets */
  #widen(names, targets) {
    for (const name of names) this.#processes.code(name);
    const newest = widened(this.#replay.state(), names, targets);
    this.#known = newest;
    this.#replay = new Replay(newest, this.#effectOfNew);
    this.#checkpoints = this.#checkpoints.map((state) => widened(state, names, targets));
    this.#kept.clear();
    this.#near = null;
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
    const process = this.#processCode(columns.process[row] ?? "");
    const op = this.#ops.code(columns.op[row] ?? "");
    const target = codeOf(this.#targets, columns.target?.[row]);
    const value = columns.value?.[row] ?? NaN;
    const version = columns.version?.[row] ?? ABSENT;
    const base = columns.base?.[row] ?? ABSENT;
    const lost = columns.lost?.[row] ?? ABSENT;
    const line = columns.line?.[row] ?? ABSENT;
    const file = codeOf(this.#files, columns.file?.[row]);
    this.#time.push(columns.t_ns[row] ?? 0);
    this.#process.push(process);
    this.#op.push(op);
    this.#target.push(target);
    this.#value.push(value);
    this.#version.push(version);
    this.#base.push(base);
    this.#lost.push(lost);
    this.#line.push(line);
    this.#task.push(columns.task?.[row] ?? ABSENT);
    this.#file.push(file);
    this.#take(this.length, process, op, target, value, version, base, lost, line, file);
  }

  /** A process that only a step names is declared by it. @param {string} name */
  #processCode(name) {
    const code = this.#processes.code(name);
    const { names, targets } = this.#known;
    if (code >= names.length) this.#widen([...names, name], targets);
    return code;
  }

  /** A recorded run begins: what its steps will point into. @param {Opening} opening */
  begin({ ops, processes, targets, files }) {
    this.#meanings = {
      process: processes.map((name) => this.#processCode(name)),
      op: ops.map((word) => this.#ops.code(word)),
      target: targets.map((name) => this.#targets.code(name)),
      // The first is for steps without one, which no step names.
      file: files.map((name) => this.#files.code(name ?? "")),
    };
  }

  /** Takes in the next chunk of a recorded run, after `begin`. All of it so far has come so. @param {Chunk} chunk */
  extend({ count, time, fields }) {
    const first = this.length;
    const numbers = (this.#numbers ??= room());
    const columns = this.#columns();
    this.#time.extend(time, count);
    for (const field of FIELDS) {
      const meanings = this.#meanings[field];
      columns[field].extend(meanings ? translated(fields[field], count, meanings) : fields[field], count);
      if (field !== "task") columns[field].read(first / CHUNK, count, numbers[field]);
    }
    const { process, op, target, value, version, base, lost, line, file } = numbers;
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

  #columns() {
    return {
      process: this.#process, op: this.#op, target: this.#target, value: this.#value, version: this.#version, base: this.#base,
      lost: this.#lost, line: this.#line, task: this.#task, file: this.#file,
    };
  }

  /** All steps have come: gives back the room that none will need. */
  rest() {
    this.#numbers = null;
    for (const column of [this.#time, ...Object.values(this.#columns())]) column.rest();
    for (const lineage of this.#lineages.values()) lineage.rest();
    this.losses.rest();
    this.overview.rest();
  }

  /**
   * What follows from one more step, whose columns are here.
   * @param {number} position after it @param {number} process @param {number} op @param {number} target @param {number} value
   * @param {number} version @param {number} base @param {number} lost @param {number} line @param {number} file
   */
  #take(position, process, op, target, value, version, base, lost, line, file) {
    const word = this.#ops.name(op);
    const name = target === ABSENT ? "" : this.#targets.name(target);
    const replay = this.#replay;
    if (word === "read") this.lineage(name).read(process, position);
    const changed = word === "write" ? replay.placeOf(name) : ABSENT;
    replay.take(process, word, name, value, version, base, lost, line, file === ABSENT ? null : this.#files.name(file));
    const state = /** @type {ProcessState} */ (replay.processes[process]);
    this.overview.take(process, state.register !== null, state.waits !== null, replay.cells, changed);
    if (position % CHECKPOINT_EVERY === 0) this.#checkpoints.push(replay.state());
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
    return this.lineage(target).effect(version, base, this.#known.names.length);
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
    // The one that was not asked for the longest goes.
    for (const old of this.#kept.keys()) if (this.#kept.size >= MOST_KEPT) this.#kept.delete(old);
    this.#kept.set(wanted, state);
    return state;
  }

  /** @param {number} wanted @returns {State} */
  #replayed(wanted) {
    const checkpoint = /** @type {State} */ (this.#checkpoints[Math.floor(wanted / CHECKPOINT_EVERY)]);
    let replay = this.#near;
    if (!replay || replay.position > wanted || replay.position < checkpoint.position) replay = new Replay(checkpoint, this.#effectOf);
    this.#near = replay;
    while (replay.position < wanted) {
      const at = replay.position;
      const file = this.#file.at(at);
      const target = this.#target.at(at);
      replay.take(
        this.#process.at(at), this.#ops.name(this.#op.at(at)), target === ABSENT ? "" : this.#targets.name(target), this.#value.at(at),
        this.#version.at(at), this.#base.at(at), this.#lost.at(at), this.#line.at(at), file === ABSENT ? null : this.#files.name(file),
      );
    }
    return replay.state();
  }
}

/** @param {Names} names @param {string | null | undefined} name */
function codeOf(names, name) {
  return name === null || name === undefined ? ABSENT : names.code(name);
}

/** For the numbers of a chunk. Only a value may be no integer. */
function room() {
  const numbers = FIELDS.map((field) => [field, new (field === "value" ? Float64Array : Int32Array)(CHUNK)]);
  return /** @type {Record<typeof FIELDS[number], Int32Array | Float64Array>} */ (Object.fromEntries(numbers));
}

/** @param {number} value */
function present(value) {
  return value === ABSENT ? null : value;
}
