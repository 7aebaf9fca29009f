// The stage: numbers travel from the cell to a register and back, a lock lets one process through,
// and an erased +1 breaks away. Everything shown is the frame's state; motions only connect states.

import { rem, setAttribute, setText, show, svg, toggle } from "../dom.js";
import { doing, lossLabel, number } from "../words.js";
import { appear, arrive, fall, glow, leave, slide, turnOver } from "./motion.js";
import { layOut } from "./stage-layout.js";
import { drawCard, drawCell, drawLock, drawLoss, label, mark } from "./stage-parts.js";

/** @import { Frame, LockState, Step } from "../types.js" */
/** @import { Layout, Point, Seat } from "./stage-layout.js" */

/** How much larger a number is in the cell than in a register. */
const LARGER = 1.9;

/** The smallest type, in pixels. On a projector nothing is smaller than the page's own, which is large there. */
const LEAST = 13;

/** @param {HTMLElement} root */
export function createStage(root) {
  const canvas = svg("svg", { class: "stage-drawing", "aria-hidden": "true" });
  root.append(canvas);
  /** @type {Scene | null} */
  let scene = null;
  let size = "";
  /** @type {Frame | null} */
  let last = null;

  /** @param {Frame} frame */
  function render(frame) {
    last = frame;
    const count = frame.state.processes.length;
    const { clientWidth: width, clientHeight: height } = root;
    const least = frame.look.projector ? rem() : LEAST;
    const wanted = `${width} ${height} ${count} ${frame.guard.name} ${least}`;
    root.style.setProperty("--rows", String(Math.ceil(count / 2)));
    if (width > 0 && (scene === null || wanted !== size)) {
      size = wanted;
      canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
      scene = new Scene(layOut(width, height, count, least), frame);
      canvas.style.setProperty("--scale", String(scene.layout.scale));
      canvas.replaceChildren(...scene.elements);
    }
    scene?.show(frame);
    if (!frame.moving) setAttribute(root, "aria-label", describe(frame));
  }

  const resized = new ResizeObserver(() => last && render({ ...last, fresh: [], motion: 0 }));
  resized.observe(root);
  return { render, destroy: () => resized.disconnect() };
}

/** The stage in words, for who cannot see it. @param {Frame} frame */
function describe({ state }) {
  const cells = state.cells.map(({ name, value }) => `${name} is ${value}`);
  const processes = state.processes.map((process, index) => {
    const { first, stale } = doing(process, state);
    return `P${index + 1} ${first || "has not started"}${stale ? ", out of date" : ""}`;
  });
  return `Stage: ${[...cells, ...processes].join("; ")}.`;
}

class Scene {
  layout;
  #cell;
  #cards;
  /** One padlock for all, or one each. @type {ReturnType<typeof drawLock>[]} */
  #locks;
  /** Where each of them is. @type {Point[]} */
  #lockAt = [];
  #queue;
  /** @type {readonly number[]} */
  #waiting = [];
  #loss;
  #ownLocks;

  /** @param {Layout} layout @param {Frame} frame */
  constructor(layout, frame) {
    this.layout = layout;
    this.#ownLocks = frame.guard.name === "separate_locks";
    const count = frame.state.processes.length;
    const locks = frame.guard.kind === "none" ? 0 : this.#ownLocks ? count : 1;
    this.#cell = drawCell(layout, frame.state.cells[0]?.name ?? "number");
    this.#cards = Array.from({ length: count }, (_, process) => drawCard(layout, process));
    this.#locks = Array.from({ length: locks }, () => drawLock(layout.scale));
    this.#queue = svg("g", { class: "queue" });
    this.#loss = drawLoss(layout);
  }

  get elements() {
    return [
      ...this.#cards.map(({ group }) => group),
      this.#cell.group,
      // Stops stand on the ring around the cell, so they come after it.
      ...this.#cards.map(({ stop }) => stop),
      ...this.#locks.map(({ group }) => group),
      this.#queue,
      this.#loss.group,
    ];
  }

  /** @param {Frame} frame */
  show(frame) {
    this.#showCards(frame);
    this.#showLocks(frame);
    this.#showLoss(frame);
    const cell = frame.state.cells[0];
    setText(this.#cell.value, cell?.value ?? 0);
    setText(this.#cell.version, frame.run.request.traced === false ? "not recorded" : `v${cell?.version ?? 0}`);
    setAttribute(this.#cell.value, "data-digits", digits(cell?.value ?? 0));
    for (const step of frame.fresh) this.#animate(step, frame);
  }

  /** @param {Frame} frame */
  #showCards({ state, run }) {
    const lines = run.code?.text.split("\n") ?? [];
    state.processes.forEach((process, index) => {
      const card = this.#cards[index];
      if (!card) return;
      const { register, computed, waits, holds } = process;
      const { first, stale } = doing(process, state);
      const value = computed ?? register?.value ?? "";
      const pid = run.processes[index]?.pid;
      const lost = state.cells.reduce((sum, cell) => sum + (cell.lostOf[index] ?? 0), 0);
      setText(card.value, value);
      setAttribute(card.value, "data-digits", digits(value));
      setText(card.pid, pid ? `pid ${pid}` : "");
      const { isBrief } = /** @type {Seat} */ (this.layout.seats[index]);
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

  /** @param {Frame} frame */
  #showLocks({ state, motion }) {
    const shared = this.#ownLocks ? undefined : state.locks[0];
    toggle(this.#cell.ring, "is-shut", (shared?.holder ?? -1) >= 0);
    this.#locks.forEach(({ group, sign }, index) => {
      const own = `locks[${index}]`;
      const lock = this.#ownLocks ? state.locks.find(({ name }) => name === own) : shared;
      const holder = lock?.holder ?? -1;
      const seat = this.layout.seats[this.#ownLocks ? index : holder];
      const to = seat?.lock ?? this.layout.lockHome;
      const from = this.#lockAt[index];
      if (from !== to) {
        this.#lockAt[index] = to;
        group.setAttribute("transform", `translate(${to.x} ${to.y})`);
        if (from) slide(group, from, to, motion);
      }
      setAttribute(sign, "href", holder >= 0 ? "#lock-shut" : "#lock-open");
      toggle(group, "is-shut", holder >= 0);
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

  /** @param {Frame} frame */
  #showLoss({ loss }) {
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
    setText(words, `✕ ${lossLabel(effect)}`);
  }

  /** @param {Step} step @param {Frame} frame */
  #animate(step, frame) {
    const card = this.#cards[step.process];
    const seat = this.layout.seats[step.process];
    if (!card || !seat || frame.motion === 0) return;
    if (step.op === "read") {
      arrive(card.value, this.layout.middle, seat.middle, LARGER, frame.motion);
      glow(card.light, frame.motion);
    } else if (step.op === "modify") {
      const before = frame.before.processes[step.process]?.register?.value;
      if (frame.fresh.length === 1 && before !== undefined) setText(card.ghost, before);
      leave(card.ghost, frame.motion, true);
      turnOver(card.value, frame.motion);
    } else if (step.op === "write") {
      this.#animateWrite(step, seat, frame);
      glow(card.light, frame.motion);
    }
  }

  /** @param {Step} step @param {Seat} seat @param {Frame} frame */
  #animateWrite(step, seat, frame) {
    const { value, ghost } = this.#cell;
    setText(ghost, frame.before.cells[0]?.value ?? "");
    leave(ghost, frame.motion, false);
    arrive(value, seat.middle, this.layout.middle, 1 / LARGER, frame.motion);
    if (frame.loss?.index !== step.index) return;
    for (const piece of this.#loss.pieces) fall(piece, 46 * this.layout.scale, frame.motion);
    appear(this.#loss.words, frame.motion);
  }
}

/** One word; the register beside it shows the number. @param {string} words */
function brief(words) {
  return words.replace("has ", "").split(" ")[0] ?? "";
}

/** Long numbers are set smaller. @param {number | string} value */
function digits(value) {
  const length = String(value).length;
  return length > 4 ? "many" : length > 2 ? "some" : null;
}
