// Where the page is in its races: one moment for all of them, by steps or by the clock.
// The player owns the one animation view. Everyone else asks it to draw, and it draws once.

import { BY_STEPS, BY_CLOCK, converted, lastMoment, stepped } from "./timebase.js";

/** @import { History } from "./history.js" */
/** @import { Timebase } from "./timebase.js" */

/** How a moment came about, which decides how it is animated. @typedef {"live" | "play" | "hand" | "jump"} Cause */

/** Steps a second at speed 1: slow enough to read the sentence of each. */
const BEATS_PER_SECOND = 1.25;

const NANOSECONDS = 1e9;

export class Player {
  moment = BY_STEPS.start;
  /** @type {Timebase} */
  timebase = BY_STEPS;
  following = true;
  playing = false;
  speed = 1;
  /** @type {Cause} */
  cause = "jump";
  #last = 0;
  #requested = 0;
  #histories;
  #live;
  #flows;
  #draw;

  /**
   * @param {object} source
   * @param {() => readonly History[]} source.histories of the races on show
   * @param {() => boolean} source.live whether more steps may come
   * @param {() => boolean} source.flows whether they come by themselves, and not only when somebody asks for one
   * @param {() => void} source.draw
   */
  constructor({ histories, live, flows, draw }) {
    this.#histories = histories;
    this.#live = live;
    this.#flows = flows;
    this.#draw = draw;
    // A hidden tab gets no frames: catch up in one go when it is shown again.
    document.addEventListener("visibilitychange", this.#seen);
  }

  #seen = () => {
    if (document.visibilityState === "visible") this.invalidate();
  };

  destroy() {
    document.removeEventListener("visibilitychange", this.#seen);
    cancelAnimationFrame(this.#requested);
    // A view that is asked for and never comes: nothing is drawn any more.
    this.#requested = -1;
  }

  /** The moment at which the last race is over, as far as is known. */
  get last() {
    return lastMoment(this.timebase, this.#histories());
  }

  /** How much of a moment one step takes, on average. */
  get stepLength() {
    return this.timebase.rate(this.#histories());
  }

  /** How long one beat lasts, in ms. */
  get beat() {
    return 1000 / (BEATS_PER_SECOND * this.speed);
  }

  /** How many times slower than it happened the races are played; null by steps, which has no time. */
  get slowed() {
    if (this.timebase === BY_STEPS) return null;
    return NANOSECONDS / (BEATS_PER_SECOND * this.speed * this.stepLength);
  }

  /** Something changed: draw with the next view. */
  invalidate() {
    if (!this.#requested) this.#requested = requestAnimationFrame((now) => this.#view(now));
  }

  /** @param {number} now */
  #view(now) {
    this.#requested = 0;
    if (this.following && this.moment !== this.last) {
      this.#move(this.last, "live");
    } else if (this.playing) {
      this.#advance(now - (this.#last || now));
    }
    this.#last = this.playing ? now : 0;
    this.#draw();
    if (this.playing) this.invalidate();
  }

  /** @param {number} elapsed */
  #advance(elapsed) {
    this.#move(Math.min(this.moment + (elapsed / this.beat) * this.stepLength, this.last), "play");
    if (this.moment < this.last) return;
    this.playing = false;
    this.following = this.#live();
  }

  /** @param {number} moment @param {Cause} cause */
  #move(moment, cause) {
    this.moment = moment;
    this.cause = cause;
  }

  /** From the start again, for races that have just begun. */
  restart() {
    this.#move(this.timebase.start, "jump");
    this.following = true;
    this.playing = false;
    this.invalidate();
  }

  /** @param {number} moment @param {Cause} [cause] */
  seek(moment, cause = "jump") {
    this.playing = false;
    this.following = false;
    this.#move(Math.max(this.timebase.start, Math.min(Math.round(moment), this.last)), cause);
    this.invalidate();
  }

  /** @param {number} count */
  step(count) {
    const from = Math.floor(this.moment);
    this.seek(stepped(this.timebase, this.#histories(), from, count), Math.abs(count) === 1 ? "hand" : "jump");
  }

  follow() {
    this.playing = false;
    this.following = true;
    this.#move(this.last, "jump");
    this.invalidate();
  }

  togglePlay() {
    const paused = !this.playing && !(this.following && this.#flows());
    if (!paused) {
      this.playing = this.following = false;
      this.moment = Math.floor(this.moment);
    } else {
      if (this.moment >= this.last) this.#move(this.timebase.start, "jump");
      this.following = false;
      this.playing = true;
      // The first step comes at once: a press must show something.
      this.#move(stepped(this.timebase, this.#histories(), this.moment, 1), "play");
      this.#last = 0;
    }
    this.invalidate();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
    this.invalidate();
  }

  /** Measures by the other clock, and stays where it is. @param {"steps" | "clock"} name */
  setClock(name) {
    const wanted = name === "clock" ? BY_CLOCK : BY_STEPS;
    this.#move(converted(this.timebase, wanted, this.#histories(), this.moment), "jump");
    this.timebase = wanted;
    this.invalidate();
  }
}
