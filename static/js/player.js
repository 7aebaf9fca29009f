// Where the page is in its races: one position for all of them. Position k shows the first k steps
// of each race; a race with fewer steps rests at its end.
// The player owns the one animation frame. Everyone else asks it to draw, and it draws once.

/** How a position came about, which decides how it is animated. @typedef {"live" | "play" | "hand" | "jump"} Cause */

/** Steps a second at speed 1: slow enough to read the sentence of each. */
const BEATS_PER_SECOND = 1.25;

export class Player {
  position = 0;
  following = true;
  playing = false;
  speed = 1;
  /** @type {Cause} */
  cause = "jump";
  #beats = 0;
  #last = 0;
  #requested = 0;
  #length;
  #live;
  #draw;

  /**
   * @param {object} source
   * @param {() => number} source.length the longest race's number of steps
   * @param {() => boolean} source.live whether more steps may come
   * @param {() => void} source.draw
   */
  constructor({ length, live, draw }) {
    this.#length = length;
    this.#live = live;
    this.#draw = draw;
    // A hidden tab gets no frames: catch up in one go when it is shown again.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.invalidate();
    });
  }

  /** Something changed: draw with the next frame. */
  invalidate() {
    if (!this.#requested) this.#requested = requestAnimationFrame((now) => this.#frame(now));
  }

  /** @param {number} now */
  #frame(now) {
    this.#requested = 0;
    if (this.following && this.position !== this.#length()) {
      this.#move(this.#length(), "live");
    } else if (this.playing) {
      this.#advance(now - (this.#last || now));
    }
    this.#last = this.playing ? now : 0;
    this.#draw();
    if (this.playing) this.invalidate();
  }

  /** @param {number} elapsed */
  #advance(elapsed) {
    this.#beats += (elapsed / 1000) * BEATS_PER_SECOND * this.speed;
    const whole = Math.floor(this.#beats);
    if (whole === 0) return;
    this.#beats -= whole;
    this.#move(Math.min(this.position + whole, this.#length()), "play");
    if (this.position < this.#length()) return;
    this.playing = false;
    this.following = this.#live();
  }

  /** @param {number} position @param {Cause} cause */
  #move(position, cause) {
    this.position = position;
    this.cause = cause;
  }

  /** How long one beat lasts, in ms. */
  get beat() {
    return 1000 / (BEATS_PER_SECOND * this.speed);
  }

  /** From the start again, for races that have just begun. */
  restart() {
    this.#move(0, "jump");
    this.following = true;
    this.playing = false;
    this.invalidate();
  }

  /** @param {number} position @param {Cause} [cause] */
  seek(position, cause = "jump") {
    this.playing = false;
    this.following = false;
    this.#move(Math.max(0, Math.min(Math.round(position), this.#length())), cause);
    this.invalidate();
  }

  /** @param {number} count */
  step(count) {
    this.seek(this.position + count, Math.abs(count) === 1 ? "hand" : "jump");
  }

  follow() {
    this.playing = false;
    this.following = true;
    this.#move(this.#length(), "jump");
    this.invalidate();
  }

  togglePlay() {
    const paused = !this.playing && !(this.following && this.#live());
    if (!paused) {
      this.playing = this.following = false;
    } else {
      if (this.position >= this.#length()) this.#move(0, "jump");
      this.following = false;
      this.playing = true;
      // The first step comes at once: a press must show something.
      this.#beats = 1;
      this.#last = 0;
    }
    this.invalidate();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
    this.invalidate();
  }
}
