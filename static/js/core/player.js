// Where the page is in its races: one moment for all of them, by steps or by the clock, and how far the motion of the
// step on show has come. The player owns the one animation frame: all others ask it to draw, and it draws once.
//
// What moves it: `begin`, `togglePlay` and `playClip` play; `step` shows one step in motion; `seek`, `restart` and
// `follow` jump. By steps each step is shown as long as pacing.js says. The clock is a parameter: no page is needed.

import { eased, pacing, READING } from "./pacing.js";
import { BY_STEPS, BY_CLOCK, converted, lastMoment, passed, stepped } from "./timebase.js";

/** @import { Clip } from "./clip.js" */
/** @import { Pacing } from "./pacing.js" */
/** @import { Played } from "./types.js" */
/** @import { Timebase } from "./timebase.js" */

/** How a moment came about, which decides how it is animated. @typedef {"live" | "play" | "hand" | "jump"} Cause */

/** Tells the time in ms, and calls once before the next picture.
 * @typedef {{now: () => number, request: (draw: (now: number) => void) => number, cancel: (id: number) => void}} Clock */

/** A clip on show, and the race that it is of. @typedef {Clip & {history: Played}} Playing */

/** @typedef {{key: string, length: number, pace: Pacing}} Plan */

/** How long a step by hand moves, in ms. */
const BY_HAND = 700;

const NS_PER_MS = 1e6;

/** @typedef {object} PlayerHost
 * @property {() => readonly Played[]} histories of the races on show
 * @property {() => boolean} live whether more steps may come
 * @property {() => boolean} flows whether they come by themselves, and not only when somebody asks for one
 * @property {() => number} expected how many steps the longest race will have, as far as can be guessed
 * @property {() => boolean} calm no motion is wanted
 * @property {number | undefined} [within] the playback is over in this time, in ms
 * @property {number | undefined} [withinByClock] so it is by the clock, where a beat for each step would take longer
 * @property {() => void} draw
 * @property {Clock} clock */

export class Player {
  moment = BY_STEPS.start;
  /** @type {Timebase} */
  timebase = BY_STEPS;
  following = true;
  playing = false;
  speed = 1;
  /** @type {Cause} */
  cause = "jump";
  /** @type {Playing | null} */
  clip = null;
  /** How far the motion of the step on show has come, 0…1. */
  #progress = 1;
  /** How long the step on show is shown while playing, in ms, at speed 1. */
  #dwell = READING;
  /** Where playing began. */
  #from = 0;
  /** The latest plans by their first position: from the start, and from where playing began. @type {Map<number, Plan>} */
  #plans = new Map();
  /** When it was drawn last while something moved. @type {number | null} */
  #last = null;
  /** The frame that was asked for. @type {number | null} */
  #requested = null;
  #destroyed = false;
  #host;

  /** @param {PlayerHost} host */
  constructor(host) {
    this.#host = host;
  }

  destroy() {
    this.#destroyed = true;
    if (this.#requested !== null) this.#host.clock.cancel(this.#requested);
  }

  /** The moment at which the last race is over, as far as is known. */
  get last() {
    return lastMoment(this.timebase, this.#host.histories());
  }

  /** How much of a moment one step takes, on average. */
  get stepLength() {
    return this.timebase.rate(this.#host.histories());
  }

  /** How long the step on show is shown while playing, in ms. */
  get beat() {
    return (this.timebase === BY_STEPS ? this.#dwell : READING) / this.speed;
  }

  /** How long it took to happen, in ns, as far as is known. */
  get recorded() {
    return Math.max(0, lastMoment(BY_CLOCK, this.#host.histories()));
  }

  /** How many times slower than it happened the races are played from their start; null where nothing has happened. */
  get slowed() {
    const { recorded } = this;
    if (recorded === 0) return null;
    const known = lastMoment(BY_STEPS, this.#host.histories());
    const { length, pace } = this.#plan(0);
    const shown = this.timebase === BY_STEPS ? pace.total : Math.min(length * READING, this.#host.withinByClock ?? Infinity);
    // While it goes on, as much slower as all of it will be.
    return (shown * NS_PER_MS * known) / (this.speed * recorded * length);
  }

  /** How far the motion of a race's step on show has come, 0…1. @param {Played} history */
  progressOf(history) {
    if (this.#host.calm()) return 1;
    const { moment, timebase } = this;
    if (timebase === BY_CLOCK && this.cause === "play") return passed(history, moment);
    // A race without a step at this moment rests.
    return timebase.position(history, moment - 1) === timebase.position(history, moment) ? 1 : this.#progress;
  }

  /** Nothing moves until a person acts or something comes in. */
  get rests() {
    return !this.playing && this.#progress === 1 && !(this.following && this.#host.flows());
  }

  /** Something changed: draw with the next frame. */
  invalidate() {
    if (this.#requested === null && !this.#destroyed) this.#requested = this.#host.clock.request((now) => this.#frame(now));
  }

  /** The time since the last frame does not count: nobody could see it. */
  wake() {
    this.#last = null;
    this.invalidate();
  }

  /** @param {number} now */
  #frame(now) {
    this.#requested = null;
    const elapsed = this.#last === null ? 0 : Math.max(0, now - this.#last);
    if (this.following && this.moment !== this.last) this.#catchUp();
    else if (this.playing) this.#advance(elapsed * this.speed);
    else this.#progress = Math.min(1, this.#progress + elapsed / BY_HAND);
    // While waiting for the next step, no frame is needed: the step asks for one.
    const moves = this.playing ? this.#progress < 1 || this.moment < this.last || this.timebase === BY_CLOCK : this.#progress < 1;
    this.#last = moves ? now : null;
    this.#host.draw();
    if (moves) this.invalidate();
  }

  #catchUp() {
    const few = !this.#host.flows() && this.moment > this.timebase.start;
    this.#move(this.last, "live", few ? 0 : 1);
  }

  /** @param {number} elapsed */
  #advance(elapsed) {
    if (this.timebase === BY_CLOCK && !this.clip) this.#advanceByClock(elapsed);
    else this.#advanceBySteps(elapsed);
  }

  /** @param {number} elapsed */
  #advanceByClock(elapsed) {
    const perMs = Math.max(this.stepLength / READING, this.last / (this.#host.withinByClock ?? Infinity));
    this.#move(Math.min(this.moment + elapsed * perMs, this.last), "play", 1);
    if (this.moment === this.last) this.#arrive();
  }

  /** @param {number} elapsed */
  #advanceBySteps(elapsed) {
    let left = elapsed;
    for (;;) {
      const rest = (1 - this.#progress) * this.#dwell;
      if (left < rest) {
        this.#progress += left / this.#dwell;
        return;
      }
      left -= rest;
      this.#progress = 1;
      if (!this.#toNext()) return this.#arrive();
    }
  }

  /** Shows the next step of what is played. @returns {boolean} whether there is one */
  #toNext() {
    if (this.clip) {
      const { positions, times, history } = this.clip;
      const next = positions.findIndex((position) => this.timebase.moment(history, position) > this.moment);
      const position = positions[next];
      if (position === undefined) return false;
      this.#dwell = times[next] ?? READING;
      this.#move(this.timebase.moment(history, position), "hand", 0);
      return true;
    }
    if (this.moment >= this.last) return false;
    this.#move(this.moment + 1, "play", 0);
    this.#dwell = eased(this.#dwell, this.#plan(this.#from).pace.dwell(this.moment));
    return true;
  }

  /** There is no next step, or none yet. */
  #arrive() {
    if (!this.clip && this.#host.flows()) return;
    this.playing = false;
    this.following = !this.clip && this.#host.live();
  }

  /** How long each step is shown, played from somewhere, and how many there will be. @param {number} from @returns {Plan} */
  #plan(from) {
    const histories = this.#host.histories();
    const losses = histories.map((history) => history.losses.next(from, 1));
    const come = lastMoment(BY_STEPS, histories);
    const ends = !this.#host.live();
    const length = ends ? come : Math.max(come, this.#host.expected());
    const key = [come, length, ends, ...losses].join();
    const known = this.#plans.get(from);
    if (known?.key === key) return known;
    // Of races side by side, the one that loses first.
    const [deaths = []] = histories
      .map((history) => history.deathsAhead(from))
      .filter((found) => found.length > 0)
      .sort(([one = 0], [other = 0]) => one - other);
    const plan = { key, length, pace: pacing({ from, known: come, length, ends, deaths, within: this.#host.within }) };
    if (this.#plans.size > 1) this.#plans.clear();
    this.#plans.set(from, plan);
    return plan;
  }

  /** @param {number} moment @param {Cause} cause @param {number} progress */
  #move(moment, cause, progress) {
    this.moment = moment;
    this.cause = cause;
    this.#progress = progress;
  }

  /** Goes on from here in another way. */
  #halt() {
    this.playing = this.following = false;
    this.clip = null;
  }

  /** Time counts from now on. */
  #start() {
    this.#last = this.#host.clock.now();
    this.invalidate();
  }

  /** From the start again, for races that were opened: they are shown as far as they have come. */
  restart() {
    this.#halt();
    this.following = true;
    this.#move(this.timebase.start, "jump", 1);
    this.invalidate();
  }

  /** From the start again, for races that have just begun: they are played as they come in. */
  begin() {
    this.#halt();
    this.playing = true;
    this.#move(this.timebase.start, "play", 1);
    this.#from = 0;
    this.#dwell = READING;
    this.#start();
  }

  /** @param {number} moment @param {Cause} [cause] */
  seek(moment, cause = "jump") {
    this.#halt();
    const wanted = Math.max(this.timebase.start, Math.min(Math.round(moment), this.last));
    const isMotion = cause === "hand" && wanted > this.moment && !this.#host.calm();
    this.#move(wanted, cause, isMotion ? 0 : 1);
    this.#start();
  }

  /** @param {number} count */
  step(count) {
    const from = Math.floor(this.moment);
    this.seek(stepped(this.timebase, this.#host.histories(), from, count), Math.abs(count) === 1 ? "hand" : "jump");
  }

  /** To the newest step, and to each that comes. */
  follow() {
    this.#halt();
    this.following = true;
    this.#move(this.last, "jump", 1);
    this.invalidate();
  }

  togglePlay() {
    const goes = this.playing || (this.following && this.#host.flows());
    this.#halt();
    this.moment = Math.floor(this.moment);
    if (!goes) {
      if (this.moment >= this.last) this.#move(this.timebase.start, "jump", 1);
      this.playing = true;
      this.#from = this.timebase === BY_STEPS ? this.moment : 0;
      this.#dwell = READING;
      // The first step comes at once: a press must show something.
      if (this.timebase === BY_STEPS) this.#toNext();
      else this.#move(stepped(this.timebase, this.#host.histories(), this.moment, 1), "play", 1);
    }
    // After a press of "Pause", the motion of the current step ends first.
    this.#start();
  }

  /** @param {Playing} clip */
  playClip(clip) {
    this.#halt();
    this.clip = clip;
    this.playing = true;
    this.#move(this.timebase.start, "jump", 1);
    this.#toNext();
    this.#start();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
    this.invalidate();
  }

  /** Measures by the other clock, and stays where it is. @param {"steps" | "clock"} name */
  setClock(name) {
    const wanted = name === "clock" ? BY_CLOCK : BY_STEPS;
    const moment = converted(this.timebase, wanted, this.#host.histories(), this.moment);
    if (wanted === this.timebase) return this.invalidate();
    this.clip = null;
    this.#move(moment, "jump", 1);
    this.timebase = wanted;
    this.invalidate();
  }
}
