// The stage: numbers travel from the cell to a register and back, a lock lets one process through,
// and an erased +1 breaks away. Everything shown is the view's state; motions only connect states.

import { rem, setAttribute, setText, show, svg, toggle } from "../../shell/dom.js";
import { appear, arrive, fall, glow, leave, slide, turnOver } from "../motion.js";
import { drawCard, drawCell, drawLock, drawLoss, drawRing, label, mark } from "../stage-parts.js";
import { number } from "../../core/format.js";
import { layOut } from "./layout.js";
import { doing, lockName, lossLabel } from "./words.js";

/** @import { Blocked, ViewState, LockState, RaceActions, Step } from "../../core/types.js" */
/** @import { Layout, Point, Seat } from "./layout.js" */

/** How much larger a number is in a cell that is alone than in a register. */
const LARGER = 1.9;

/** The smallest type, in pixels. On a projector nothing is smaller than the page's own, which is large there. */
const LEAST = 13;

/** Of a deadlock there is room for so many lines. */
const MOST_BLOCKED = 2;

/** @param {HTMLElement} root @param {RaceActions} actions */
export function createStage(root, actions) {
  const canvas = svg("svg", { class: "stage-drawing", "aria-hidden": "true" });
  root.append(canvas);
  /** @type {Scene | null} */
  let scene = null;
  let size = "";
  /** @type {ViewState | null} */
  let last = null;

  /** @param {ViewState} view */
  function render(view) {
    last = view;
    const count = view.state.processes.length;
    const { clientWidth: width, clientHeight: height } = root;
    const least = view.look.projector ? rem() : LEAST;
    const { names, cells } = view.state;
    const wanted = [width, height, least, view.variant.name, ...names, ...cells.map(({ name }) => name)].join();
    root.style.setProperty("--rows", String(Math.ceil(count / 2)));
    if (width > 0 && (scene === null || wanted !== size)) {
      size = wanted;
      canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
      scene = new Scene(layOut(width, height, count, least, cells.length), view, actions);
      canvas.style.setProperty("--scale", String(scene.layout.scale));
      canvas.replaceChildren(...scene.elements);
    }
    scene?.show(view);
    if (!view.moving) setAttribute(root, "aria-label", describe(view));
  }

  const resized = new ResizeObserver(() => last && render({ ...last, fresh: [], motion: 0 }));
  resized.observe(root);
  return { render, destroy: () => resized.disconnect() };
}

/** The stage in words, for who cannot see it. @param {ViewState} view */
function describe({ state, atEnd, run }) {
  const cells = state.cells.map(({ name, value }) => `${name} is ${value}`);
  const blocked = (atEnd && run.deadlock) || [];
  const processes = state.processes.map((process, index) => {
    const { first, stale } = doing(process, state);
    return `${state.names[index]} ${first || "has not started"}${stale ? ", out of date" : ""}`;
  });
  return `Stage: ${[...cells, ...processes, ...blocked.map(waitsFor)].join("; ")}.`;
}

/** @param {Blocked} blocked */
function waitsFor({ process, waits_for: what, held_by: holder }) {
  const start = `${process} waits for ${lockName(what)}`;
  return holder ? `${start}, held by ${holder === process ? "itself" : holder}` : start;
}

class Scene {
  layout;
  #cells;
  #ring;
  #cards;
  /** One padlock for all, or one each. @type {ReturnType<typeof drawLock>[]} */
  #locks;
  /** Where each of them is. @type {Point[]} */
  #lockAt = [];
  #queue;
  /** @type {readonly number[]} */
  #waiting = [];
  #loss;
  #deadlock;
  #ownLocks;
  /** Of each padlock the lock that it stands for; "" is the only one. @type {string[]} */
  #lockNames;
  /** By process: the cell that its wire leads to. @type {number[]} */
  #leads = [];

  /** @param {Layout} layout @param {ViewState} view @param {RaceActions} actions */
  constructor(layout, { variant, state }, actions) {
    this.layout = layout;
    this.#ownLocks = variant.name === "separate_locks";
    this.#lockNames = variant.name === "crossed_locks" ? ["a", "b"] : this.#ownLocks ? state.names.map((_, index) => `locks[${index}]`) : variant.kind === "none" ? [] : [""];
    this.#cells = state.cells.map(({ name }, index) => {
      const cell = drawCell(layout, name, index);
      // By hand only: the keyboard has the names above the charts.
      if (cell.lost) cell.group.addEventListener("click", () => actions.look({ cell: name }));
      return cell;
    });
    this.#ring = drawRing(layout);
    this.#cards = state.names.map((name, process) => drawCard(layout, process, name));
    this.#locks = this.#lockNames.map((name) => {
      const lock = drawLock(layout.scale);
      if (name.length === 1) lock.group.append(label(0, 30 * layout.scale, "queue-words", "middle", name));
      return lock;
    });
    this.#queue = svg("g", { class: "queue" });
    this.#loss = drawLoss(layout);
    this.#deadlock = svg("g", { class: "deadlock" });
  }

  get elements() {
    return [
      ...this.#cards.map(({ group }) => group),
      this.#ring,
      ...this.#cells.map(({ group }) => group),
      // Stops stand on the ring around the cell, so they come after it.
      ...this.#cards.map(({ stop }) => stop),
      ...this.#locks.map(({ group }) => group),
      this.#queue,
      this.#loss.group,
      this.#deadlock,
    ];
  }

  /** @param {ViewState} view */
  show(view) {
    this.#showCards(view);
    this.#showLocks(view);
    this.#showLoss(view);
    this.#showDeadlock(view);
    this.#cells.forEach(({ group, value, version, lost }, index) => {
      const cell = view.state.cells[index];
      if (!cell) return;
      setText(value, cell.value);
      setText(version, view.run.request.traced === false ? "not recorded" : `v${cell.version}`);
      setAttribute(value, "data-digits", digits(cell.value));
      const losses = `✕ ${number(cell.lost)}`;
      if (lost) setText(lost, cell.lost === 0 ? "" : this.layout.isLarge ? losses : `${losses} lost`);
      toggle(group, "is-chosen", cell.name === view.cell);
      toggle(group, "is-losing", view.loss?.cell === cell.name);
    });
    for (const step of view.fresh) this.#animate(step, view);
  }

  /** @param {ViewState} view */
  #showCards({ state, run, atEnd }) {
    const blocked = new Set(((atEnd && run.deadlock) || []).map(({ process }) => process));
    const lines = run.code?.text.split("\n") ?? [];
    state.processes.forEach((process, index) => {
      const card = this.#cards[index];
      if (!card) return;
      const { register, computed, waits, holds } = process;
      const does = doing(process, state);
      const { stale } = does;
      const first = blocked.has(state.names[index] ?? "") ? "waits for ever" : does.first;
      this.#lead(index, Math.max(0, state.cells.findIndex(({ name }) => name === process.cell)));
      const value = computed ?? register?.value ?? "";
      const pid = run.processes[index]?.pid;
      const lost = state.cells.reduce((sum, cell) => sum + (cell.lostOf[index] ?? 0), 0);
      setText(card.value, value);
      setAttribute(card.value, "data-digits", digits(value));
      const { isBrief, hasPid } = /** @type {Seat} */ (this.layout.seats[index]);
      setText(card.pid, pid && hasPid ? `pid ${pid}` : "");
      setText(card.status, isBrief ? brief(first) : stale && waits === null ? `${first}, stale` : first);
      setText(card.lost, lost > 0 ? `✕ ${number(lost)} lost` : "");
      if (card.code) setText(card.code, lines[process.line - 1]?.trim() ?? "");
      toggle(card.group, "is-full", register !== null);
      toggle(card.group, "is-stale", stale);
      toggle(card.group, "is-computed", computed !== null);
      toggle(card.group, "is-waiting", waits !== null);
      toggle(card.stop, "is-shut", waits !== null);
      toggle(card.group, "is-holding", holds !== null);
      toggle(card.group, "has-ended", process.ended);
    });
  }

  /** @param {number} process @param {number} cell -1 leaves the wire where it is */
  #lead(process, cell) {
    if (cell < 0 || this.#leads[process] === cell) return;
    this.#leads[process] = cell;
    this.#cards[process]?.lead(cell);
  }

  /** @param {ViewState} view */
  #showLocks({ state, motion, atEnd, run }) {
    const isDead = atEnd && Boolean(run.deadlock);
    const shared = this.#lockNames[0] === "" ? state.locks[0] : undefined;
    toggle(this.#ring, "is-shut", (shared?.holder ?? -1) >= 0);
    toggle(this.#ring, "is-dead", isDead);
    this.#locks.forEach(({ group, sign }, index) => {
      const lock = shared ?? state.locks.find(({ name }) => name === this.#lockNames[index]);
      const holder = lock?.holder ?? -1;
      const seat = this.layout.seats[this.#ownLocks ? index : holder];
      const place = seat?.ways[this.#leads[holder] ?? 0]?.lock ?? this.layout.lockHome;
      // Two that one process holds, or nobody, stand beside each other.
      const to = { x: place.x + (this.#lockNames[1] === "b" ? (index - 0.5) * 34 * this.layout.scale : 0), y: place.y };
      const from = this.#lockAt[index];
      if (from?.x !== to.x || from.y !== to.y) {
        this.#lockAt[index] = to;
        group.setAttribute("transform", `translate(${to.x} ${to.y})`);
        if (from) slide(group, from, to, motion);
      }
      setAttribute(sign, "href", holder >= 0 ? "#lock-shut" : "#lock-open");
      toggle(group, "is-shut", holder >= 0);
      toggle(group, "is-dead", isDead && holder >= 0);
    });
    this.#showQueue(shared);
  }

  /** Those that wait stand in line above the cell. @param {LockState | undefined} lock */
  #showQueue(lock) {
    const queue = lock?.queue ?? [];
    if (queue === this.#waiting) return;
    this.#waiting = queue;
    const { scale, line, queuePlace } = this.layout;
    const gap = Math.max(20 * scale, 1.1 * line);
    const told = queue.length > 0 && !this.layout.seats[0]?.isBrief ? "waiting" : "";
    const words = told ? 3.5 * line : 0;
    const left = queuePlace.x - (words + queue.length * gap) / 2;
    this.#queue.replaceChildren(
      label(left, queuePlace.y + 0.25 * line, "queue-words", "start", told),
      ...queue.map((process, index) =>
        mark(process, left + words + (index + 0.5) * gap, queuePlace.y - 0.05 * line, 0.9 * line),
      ),
    );
  }

  /** @param {ViewState} view */
  #showLoss({ loss, state }) {
    const { group, shape, plus, text, words } = this.#loss;
    show(group, loss !== null);
    if (!loss) return;
    const { effect } = loss;
    const several = effect.erasedOf.filter((count) => count > 0).length > 1;
    const victim = effect.erasedOf.findIndex((count) => count > 0);
    show(shape, !several);
    show(plus, several);
    setText(text, several ? effect.erased : `+${effect.erased}`);
    setAttribute(text, "data-digits", digits(effect.erased));
    setAttribute(shape, "href", `#mark-${victim}`);
    setAttribute(shape, "class", `mark p${victim}`);
    const where = loss.cell && state.cells.length > 1 ? ` on ${loss.cell}` : "";
    setText(words, this.layout.hasLossWords ? `✕ ${lossLabel(effect, state.names)}${where}` : "");
  }

  /** Who waits for what, and who holds it: why nothing can go on. @param {ViewState} view */
  #showDeadlock({ atEnd, run, loss }) {
    const blocked = (atEnd && run.deadlock) || [];
    show(this.#deadlock, blocked.length > 0);
    if (blocked.length === 0 || this.#deadlock.childElementCount > 0) return;
    const { loss: place, line } = this.layout;
    const told = blocked.length > MOST_BLOCKED ? 1 : MOST_BLOCKED;
    const lines = blocked.slice(0, told).map(waitsFor);
    if (blocked.length > told) lines.push(`and ${blocked.length - told} more`);
    // Where something was lost too, that stands here already.
    const top = place.y + (loss ? 3 : 0.9) * line;
    this.#deadlock.append(
      label(place.x, top, "loss-words", "middle", "✕ Deadlock: nobody can go on"),
      ...lines.map((text, index) => label(place.x, top + (index + 1) * 1.15 * line, "deadlock-words", "middle", text)),
    );
  }

  /** @param {Step} step @param {ViewState} view */
  #animate(step, view) {
    const card = this.#cards[step.process];
    const seat = this.layout.seats[step.process];
    if (!card || !seat || view.motion === 0) return;
    const cell = view.state.cells.findIndex(({ name }) => name === step.target);
    const middle = this.layout.values[cell] ?? seat.middle;
    if (step.op === "read" || step.op === "write") this.#lead(step.process, cell);
    if (step.op === "read") {
      arrive(card.value, middle, seat.middle, this.#larger, view.motion);
      glow(card.light, view.motion);
    } else if (step.op === "modify") {
      const before = view.before.processes[step.process]?.register?.value;
      setText(card.ghost, view.fresh.length === 1 ? (before ?? "") : "");
      leave(card.ghost, view.motion, true);
      turnOver(card.value, view.motion);
    } else if (step.op === "write") {
      this.#animateWrite(step, cell, seat, view);
      glow(card.light, view.motion);
    }
  }

  /** How much larger a number is in a cell than in a register. */
  get #larger() {
    return this.#cells.length > 1 ? 1 : LARGER;
  }

  /** @param {Step} step @param {number} index @param {Seat} seat @param {ViewState} view */
  #animateWrite(step, index, seat, view) {
    const cell = this.#cells[index];
    if (!cell) return;
    setText(cell.ghost, view.fresh.length === 1 ? (view.before.cells[index]?.value ?? "") : "");
    leave(cell.ghost, view.motion, false);
    arrive(cell.value, seat.middle, cell.at, 1 / this.#larger, view.motion);
    if (view.loss?.index !== step.index) return;
    for (const piece of this.#loss.pieces) fall(piece, 46 * this.layout.scale, view.motion);
    appear(this.#loss.words, view.motion);
  }
}

/** One word; the register beside it shows the number. @param {string} words */
function brief(words) {
  return words.replace("has ", "").split(/,? /)[0] ?? "";
}

/** Long numbers are set smaller. @param {number | string} value */
function digits(value) {
  const length = String(value).length;
  return length > 4 ? "many" : length > 2 ? "some" : null;
}
