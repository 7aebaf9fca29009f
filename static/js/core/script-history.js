// The steps of a person's own script. There may be a million of them, about ten thousand cells, by a hundred processes:
// so nothing here is kept a state a step. Columns hold the steps; each step knows the one before it of its lane and of
// its target, and walking these chains answers what a view asks. A lane is a process, or a thread of one.

import { Names } from "./columns.js";
import { Losses } from "./losses.js";
import { Doing } from "./script-doing.js";
import { StepColumn } from "./step-columns.js";
import { ABSENT } from "./step-columns.js";
import { StepTable, nameOf, present } from "./step-table.js";

/** @import { Chunk, Opening } from "./recorded.js" */
/** @import { Columns, ScriptRunView, ScriptTarget } from "./types.js" */

/** One step. `lane` is a number among the lanes; `base` of a write is null where it is blind.
 * @typedef {object} ScriptStep
 * @property {number} index
 * @property {number} t
 * @property {number} lane
 * @property {string} process the name of the lane
 * @property {string} op
 * @property {string | null} target
 * @property {number | null} value
 * @property {string | null} text
 * @property {number | null} version
 * @property {number | null} base
 * @property {number | null} task
 * @property {number} line 0 is none
 * @property {string | null} file
 * @property {boolean} assumed the code does not show from which read the value comes
 */

/** A lane: a process, or a thread. @typedef {{name: string, process: string, does: string}} Lane */

/** Which lanes took steps in a line, and how many. @typedef {Map<number, number>} Visits */

/** How many steps back a chain is followed at most: in a crowd, the steps of others lie between. */
const FARTHEST = 4096;

/** From so many steps to the next what everybody does is kept. */
const KEPT_EVERY = 4096;

export class ScriptHistory {
  #table = new StepTable();
  #sameLane = new StepColumn(ABSENT);
  #sameTarget = new StepColumn(ABSENT);
  #lanes = new Names();
  /** The last step of each lane, and about each target. @type {number[]} */
  #lastOfLane = [];
  /** @type {number[]} */
  #firstOfLane = [];
  /** @type {number[]} */
  #lastOfTarget = [];
  /** By target: what was said last to be lost, and where it was lost. @type {Map<number, {lost: number, at: number[]}>} */
  #lostOf = new Map();
  /** By file, and by line. @type {Map<number, Visits>[]} */
  #visits = [];
  /** @type {Lane[]} */
  lanes = [];
  /** @type {readonly ScriptTarget[]} */
  declared = [];
  /** @type {Map<string, ScriptTarget>} */
  #byName = new Map();
  losses = new Losses();
  #doing = new Doing();
  /** @type {Doing[]} */
  #kept = [new Doing()];

  get length() {
    return this.#table.length;
  }

  /** How many targets have been met or declared. */
  get targets() {
    return this.#lastOfTarget.length;
  }

  /** What a newer view declares. @param {Pick<ScriptRunView, "processes" | "threads" | "targets">} run */
  declare({ processes, threads, targets }) {
    const does = new Map(processes.map((each) => [each.name, each.does ?? ""]));
    for (const { name } of processes) this.#addLane({ name, process: name, does: does.get(name) ?? "" });
    for (const { name, process } of threads) this.#addLane({ name, process, does: does.get(process) ?? "" });
    if (targets.length <= this.declared.length) return;
    for (const target of targets.slice(this.declared.length)) {
      this.#byName.set(target.name, target);
      this.#codeOf(target.name);
    }
    this.declared = targets;
  }

  /** @param {Lane} lane */
  #addLane(lane) {
    const code = this.#lanes.code(lane.name);
    if (code < this.lanes.length) return;
    this.lanes.push(lane);
    this.#lastOfLane.push(ABSENT);
    this.#firstOfLane.push(ABSENT);
  }

  /** @param {string} target */
  #codeOf(target) {
    const code = this.#table.targets.code(target);
    this.#meet(code);
    return code;
  }

  /** @param {number} target */
  #meet(target) {
    while (this.#lastOfTarget.length <= target) this.#lastOfTarget.push(ABSENT);
  }

  /** Takes in a batch. Steps that are here already are passed over; a batch that leaves a gap is refused.
   * @param {Columns} columns @returns {boolean} whether it followed on what is here */
  append(columns) {
    const first = columns.index[0] ?? this.length;
    if (first > this.length) return false;
    for (let row = this.length - first; row < columns.index.length; row += 1) this.#push(columns, row);
    return true;
  }

  /** @param {Columns} columns @param {number} row */
  #push(columns, row) {
    const index = this.length;
    this.#table.push(this.#laneCode(columns.process[row] ?? ""), columns, row);
    const { process, op, target, lost, line, file } = this.#table;
    this.#take(index, process.at(index), op.at(index), target.at(index), lost.at(index), line.at(index), file.at(index));
  }

  /** A lane that only a step names is a process. @param {string} name */
  #laneCode(name) {
    const code = this.#lanes.code(name);
    if (code >= this.lanes.length) this.#addLane({ name, process: name, does: "" });
    return code;
  }

  /** A recorded run begins: what its steps will point into. @param {Opening} opening */
  begin(opening) {
    this.#table.begin(opening, opening.processes.map((name) => this.#laneCode(name)));
  }

  /** Takes in the next chunk of a recorded run, after `begin`. All of it so far has come so. @param {Chunk} chunk */
  extend(chunk) {
    const first = this.length;
    const { process, op, target, lost, line, file } = this.#table.extend(chunk);
    for (let row = 0; row < chunk.count; row += 1) {
      this.#take(
        first + row,
        /** @type {number} */ (process[row]),
        /** @type {number} */ (op[row]),
        /** @type {number} */ (target[row]),
        /** @type {number} */ (lost[row]),
        /** @type {number} */ (line[row]),
        /** @type {number} */ (file[row]),
      );
    }
  }

  /** All steps have come: gives back the room that none will need. */
  rest() {
    this.#table.rest();
    this.#sameLane.rest();
    this.#sameTarget.rest();
    this.losses.rest();
  }

  /** What follows from one more step, whose columns are here.
   * @param {number} index @param {number} lane @param {number} op @param {number} target @param {number} lost @param {number} line @param {number} file */
  #take(index, lane, op, target, lost, line, file) {
    const word = this.#table.ops.name(op);
    this.#sameLane.push(this.#lastOfLane[lane] ?? ABSENT);
    if (this.#firstOfLane[lane] === ABSENT) this.#firstOfLane[lane] = index;
    this.#lastOfLane[lane] = index;
    this.#meet(target);
    this.#sameTarget.push(target === ABSENT ? ABSENT : /** @type {number} */ (this.#lastOfTarget[target]));
    if (target !== ABSENT) this.#lastOfTarget[target] = index;
    if (line > 0 && file !== ABSENT) this.#visit(file, line, lane);
    if (word === "write" && lost !== ABSENT) this.#lose(target, lost, index + 1);
    this.#doing.take(word, lane, target, index);
    if ((index + 1) % KEPT_EVERY === 0) this.#kept.push(this.#doing.copy());
  }

  /** @param {number} file @param {number} line @param {number} lane */
  #visit(file, line, lane) {
    const lines = (this.#visits[file] ??= new Map());
    let visits = lines.get(line);
    if (!visits) lines.set(line, (visits = new Map()));
    visits.set(lane, (visits.get(lane) ?? 0) + 1);
  }

  /** The server counts, a cell each, how many updates are lost so far. An update that comes back is the latest of them.
   * @param {number} target @param {number} lost @param {number} position */
  #lose(target, lost, position) {
    let known = this.#lostOf.get(target);
    if (!known) this.#lostOf.set(target, (known = { lost: 0, at: [] }));
    if (lost > known.lost) {
      this.losses.add(position, lost - known.lost);
      for (let count = known.lost; count < lost; count += 1) known.at.push(position);
    }
    for (let count = lost; count < known.lost; count += 1) {
      const back = known.at.pop();
      if (back !== undefined) this.losses.forget(back);
    }
    known.lost = lost;
  }

  /** @param {number} index */
  time(index) {
    return this.#table.time.at(index);
  }

  /** @param {number} time */
  countUpTo(time) {
    return this.#table.time.countUpTo(time);
  }

  /** @param {number} from @returns {readonly number[]} */
  deathsAhead(from) {
    const next = this.losses.next(from, 1);
    return next === null ? [] : [next];
  }

  /** Columns for those who look at all steps: no object a step. @param {number} index */
  lane(index) {
    return this.#table.process.at(index);
  }

  /** @param {number} index */
  op(index) {
    return this.#table.opAt(index);
  }

  /** The number of its target, -1 where it has none. @param {number} index */
  target(index) {
    return this.#table.target.at(index);
  }

  /** NaN where it is no number, or has none. @param {number} index */
  value(index) {
    return this.#table.value.at(index);
  }

  /** @param {number} index */
  version(index) {
    return this.#table.version.at(index);
  }

  /** -1 where it has none. @param {number} index */
  base(index) {
    return this.#table.base.at(index);
  }

  /** The number of a target, -1 where no step was about it. @param {string} name */
  numberOf(name) {
    return this.#byName.has(name) || this.#table.targets.code(name) < this.#lastOfTarget.length ? this.#codeOf(name) : ABSENT;
  }

  /** @param {number} target */
  nameOf(target) {
    return this.#table.targets.name(target);
  }

  /** The declaration of a target. @param {string | null} name */
  declarationOf(name) {
    return name === null ? undefined : this.#byName.get(name);
  }

  /** The last step that was about a target, -1 where there is none. @param {number} target */
  lastAbout(target) {
    return this.#lastOfTarget[target] ?? ABSENT;
  }

  /** The step before of the same target. @param {number} index */
  beforeAbout(index) {
    return this.#sameTarget.at(index);
  }

  /** The step before of the same lane. @param {number} index */
  beforeOf(index) {
    return this.#sameLane.at(index);
  }

  /** The last step of a lane, -1 where it has taken none. @param {number} lane */
  lastOf(lane) {
    return this.#lastOfLane[lane] ?? ABSENT;
  }

  /** The first step of a lane, -1 where it has taken none. @param {number} lane */
  firstOf(lane) {
    return this.#firstOfLane[lane] ?? ABSENT;
  }

  /** The read from which a write was computed, -1 where there is none. @param {number} index of a write */
  readOf(index) {
    const base = this.#table.base.at(index);
    const lane = this.#table.process.at(index);
    if (base === ABSENT) return ABSENT;
    let at = this.#sameTarget.at(index);
    for (let left = FARTHEST; at !== ABSENT && left > 0; left -= 1) {
      if (this.#table.process.at(at) === lane && this.#table.version.at(at) === base && this.op(at) === "read") return at;
      at = this.#sameTarget.at(at);
    }
    return ABSENT;
  }

  /** The writes whose updates a write erases, the latest first. @param {number} index of a write @param {number} [most] @returns {number[]} */
  victims(index, most = 16) {
    return this.#overwritten(index, most).filter((at) => this.#table.base.at(at) !== ABSENT);
  }

  /** The blind write whose value a write erases, since it is built on what was there before; -1 if there is none. @param {number} index of a write */
  resetErased(index) {
    const last = this.#overwritten(index, FARTHEST).at(-1) ?? -1;
    return last >= 0 && this.#table.base.at(last) === ABSENT ? last : -1;
  }

  /** The chain of writes that ended right before a write and that it is not built on, the latest first.
   * @param {number} index @param {number} most @returns {number[]} */
  #overwritten(index, most) {
    const base = this.#table.base.at(index);
    /** @type {number[]} */
    const found = [];
    let wanted = this.#table.version.at(index) - 1;
    if (base === ABSENT || wanted <= base) return found;
    let at = this.#sameTarget.at(index);
    for (let left = FARTHEST; at !== ABSENT && left > 0 && wanted > base && found.length < most; left -= 1) {
      if (this.#table.version.at(at) === wanted && this.op(at) === "write") {
        found.push(at);
        wanted = this.#table.base.at(at);
      }
      at = this.#sameTarget.at(at);
    }
    return found;
  }

  /** Which lanes took steps in which lines of a file. @param {string} file @returns {ReadonlyMap<number, Visits>} */
  visits(file) {
    return this.#visits[this.#table.files.code(file)] ?? new Map();
  }

  /** What everybody does after the first `position` steps. @param {number} position @returns {Doing} */
  doingAt(position) {
    if (position >= this.length) return this.#doing;
    const place = Math.floor(position / KEPT_EVERY);
    const doing = /** @type {Doing} */ (this.#kept[place]).copy();
    for (let index = place * KEPT_EVERY; index < position; index += 1) {
      doing.take(this.op(index), this.lane(index), this.target(index), index);
    }
    return doing;
  }

  /** @param {number} index @returns {ScriptStep} */
  step(index) {
    const table = this.#table;
    const value = table.value.at(index);
    const lane = table.process.at(index);
    return {
      index,
      t: table.time.at(index),
      lane,
      process: this.lanes[lane]?.name ?? "",
      op: table.opAt(index),
      target: table.targetAt(index),
      value: Number.isNaN(value) ? null : value,
      text: nameOf(table.texts, table.text.at(index)),
      version: present(table.version.at(index)),
      base: present(table.base.at(index)),
      task: present(table.task.at(index)),
      line: Math.max(0, table.line.at(index)),
      file: table.fileAt(index),
      assumed: table.assumed.at(index) !== ABSENT,
    };
  }
}
