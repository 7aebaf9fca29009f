// The steps of a person's own script. There may be a million of them, about ten thousand cells, by a hundred processes:
// so nothing here is kept a state a step. Columns hold the steps; each step knows the one before it of its lane and of
// its target, and walking these chains answers what a view asks. A lane is a process, or a thread of one.

import { Bytes, Floats, Ints, Names, Shorts } from "./columns.js";
import { Losses } from "./losses.js";
import { Doing } from "./script-doing.js";

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

const ABSENT = -1;

/** How many steps back a chain is followed at most: in a crowd, the steps of others lie between. */
const FARTHEST = 4096;

/** From so many steps to the next what everybody does is kept. */
const KEPT_EVERY = 4096;

export class ScriptHistory {
  #time = new Floats();
  #lane = new Shorts();
  #op = new Bytes();
  #target = new Ints();
  #value = new Floats();
  #version = new Ints();
  #base = new Ints();
  #line = new Ints();
  #file = new Shorts();
  #task = new Ints();
  #sameLane = new Ints();
  #sameTarget = new Ints();
  /** By step. @type {Map<number, string>} */
  #texts = new Map();
  /** @type {Set<number>} */
  #assumed = new Set();
  #ops = new Names();
  #targets = new Names();
  #files = new Names();
  #lanes = new Names();
  /** The last step of each lane, and about each target. @type {number[]} */
  #lastOfLane = [];
  /** @type {number[]} */
  #firstOfLane = [];
  /** @type {number[]} */
  #lastOfTarget = [];
  /** By target: what was said last to be lost, and where it was lost. @type {Map<number, {lost: number, at: number[]}>} */
  #lostOf = new Map();
  /** By file and line. @type {Map<string, Map<number, Visits>>} */
  #visits = new Map();
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
    return this.#time.length;
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
    const code = this.#targets.code(target);
    if (code === this.#lastOfTarget.length) this.#lastOfTarget.push(ABSENT);
    return code;
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
    const process = columns.process[row] ?? "";
    if (this.#lanes.code(process) >= this.lanes.length) this.#addLane({ name: process, process, does: "" });
    const lane = this.#lanes.code(process);
    const op = columns.op[row] ?? "";
    const target = columns.target?.[row] ?? null;
    const about = target === null ? ABSENT : this.#codeOf(target);
    const line = columns.line?.[row] ?? 0;
    const file = columns.file?.[row] ?? null;
    const text = columns.text?.[row] ?? null;
    this.#time.push(columns.t_ns[row] ?? 0);
    this.#lane.push(lane);
    this.#op.push(this.#ops.code(op));
    this.#target.push(about);
    this.#value.push(columns.value?.[row] ?? NaN);
    this.#version.push(columns.version?.[row] ?? ABSENT);
    this.#base.push(columns.base?.[row] ?? ABSENT);
    this.#line.push(line);
    this.#file.push(file === null ? ABSENT : this.#files.code(file));
    this.#task.push(columns.task?.[row] ?? ABSENT);
    this.#sameLane.push(this.#lastOfLane[lane] ?? ABSENT);
    if (this.#firstOfLane[lane] === ABSENT) this.#firstOfLane[lane] = index;
    this.#lastOfLane[lane] = index;
    this.#sameTarget.push(about === ABSENT ? ABSENT : (this.#lastOfTarget[about] ?? ABSENT));
    if (about !== ABSENT) this.#lastOfTarget[about] = index;
    if (text !== null) this.#texts.set(index, text);
    if (columns.assumed?.[row]) this.#assumed.add(index);
    if (line > 0 && file !== null) this.#visit(file, line, lane);
    if (op === "write") this.#lose(about, columns.lost?.[row] ?? null, index + 1);
    this.#doing.take(op, lane, about, index);
    if (this.length % KEPT_EVERY === 0) this.#kept.push(this.#doing.copy());
  }

  /** @param {string} file @param {number} line @param {number} lane */
  #visit(file, line, lane) {
    let lines = this.#visits.get(file);
    if (!lines) this.#visits.set(file, (lines = new Map()));
    let visits = lines.get(line);
    if (!visits) lines.set(line, (visits = new Map()));
    visits.set(lane, (visits.get(lane) ?? 0) + 1);
  }

  /** The server counts, a cell each, how many updates are lost so far. An update that comes back is the latest of them.
   * @param {number} target @param {number | null} lost @param {number} position */
  #lose(target, lost, position) {
    if (lost === null) return;
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
    return this.#time.at(index);
  }

  /** @param {number} time */
  countUpTo(time) {
    return this.#time.countUpTo(time);
  }

  /** @param {number} from @returns {readonly number[]} */
  deathsAhead(from) {
    const next = this.losses.next(from, 1);
    return next === null ? [] : [next];
  }

  /** Columns for those who look at all steps: no object a step. @param {number} index */
  lane(index) {
    return this.#lane.at(index);
  }

  /** @param {number} index */
  op(index) {
    return this.#ops.name(this.#op.at(index));
  }

  /** The number of its target, -1 where it has none. @param {number} index */
  target(index) {
    return this.#target.at(index);
  }

  /** NaN where it is no number, or has none. @param {number} index */
  value(index) {
    return this.#value.at(index);
  }

  /** @param {number} index */
  version(index) {
    return this.#version.at(index);
  }

  /** -1 where it has none. @param {number} index */
  base(index) {
    return this.#base.at(index);
  }

  /** The number of a target, -1 where no step was about it. @param {string} name */
  numberOf(name) {
    return this.#byName.has(name) || this.#targets.code(name) < this.#lastOfTarget.length ? this.#codeOf(name) : ABSENT;
  }

  /** @param {number} target */
  nameOf(target) {
    return this.#targets.name(target);
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
    const base = this.#base.at(index);
    const lane = this.#lane.at(index);
    if (base === ABSENT) return ABSENT;
    let at = this.#sameTarget.at(index);
    for (let left = FARTHEST; at !== ABSENT && left > 0; left -= 1) {
      if (this.#lane.at(at) === lane && this.#version.at(at) === base && this.op(at) === "read") return at;
      at = this.#sameTarget.at(at);
    }
    return ABSENT;
  }

  /** The writes whose updates a write erases, the latest first. @param {number} index of a write @param {number} [most] @returns {number[]} */
  victims(index, most = 16) {
    return this.#overwritten(index, most).filter((at) => this.#base.at(at) !== ABSENT);
  }

  /** The blind write whose value a write erases, since it is built on what was there before; -1 if there is none. @param {number} index of a write */
  resetErased(index) {
    const last = this.#overwritten(index, FARTHEST).at(-1) ?? -1;
    return last >= 0 && this.#base.at(last) === ABSENT ? last : -1;
  }

  /** The chain of writes that ended right before a write and that it is not built on, the latest first.
   * @param {number} index @param {number} most @returns {number[]} */
  #overwritten(index, most) {
    const base = this.#base.at(index);
    /** @type {number[]} */
    const found = [];
    let wanted = this.#version.at(index) - 1;
    if (base === ABSENT || wanted <= base) return found;
    let at = this.#sameTarget.at(index);
    for (let left = FARTHEST; at !== ABSENT && left > 0 && wanted > base && found.length < most; left -= 1) {
      if (this.#version.at(at) === wanted && this.op(at) === "write") {
        found.push(at);
        wanted = this.#base.at(at);
      }
      at = this.#sameTarget.at(at);
    }
    return found;
  }

  /** Which lanes took steps in which lines of a file. @param {string} file @returns {ReadonlyMap<number, Visits>} */
  visits(file) {
    return this.#visits.get(file) ?? new Map();
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
    const target = this.#target.at(index);
    const file = this.#file.at(index);
    const value = this.#value.at(index);
    const lane = this.#lane.at(index);
    return {
      index,
      t: this.#time.at(index),
      lane,
      process: this.lanes[lane]?.name ?? "",
      op: this.op(index),
      target: target === ABSENT ? null : this.#targets.name(target),
      value: Number.isNaN(value) ? null : value,
      text: this.#texts.get(index) ?? null,
      version: present(this.#version.at(index)),
      base: present(this.#base.at(index)),
      task: present(this.#task.at(index)),
      line: this.#line.at(index),
      file: file === ABSENT ? null : this.#files.name(file),
      assumed: this.#assumed.has(index),
    };
  }
}

/** @param {number} value */
function present(value) {
  return value === ABSENT ? null : value;
}
