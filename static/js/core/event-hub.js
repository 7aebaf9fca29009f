// The one event stream of a browser. It carries the runs that all tabs watch, and hands each tab what that tab has
// missed. No DOM: it is at work in a shared worker, or within the page of a browser that has none.
//
//   tab ── watch, drop, bye ──▶ ┌─────┐ ── /api/events?run=…&run=…&after=… ──▶ server
//   tab ◀── events, pings ───── │ hub │ ◀──────── one EventSource ─────────────
//
// The runs of a stream are part of its address. So when a tab brings another run, or is less far in one than the stream
// is, the stream is opened anew from where the tab that is least far stands; the others pass over what they have.
//
// A tab that crashes says no word, and where plain HTTP is spoken there are no locks that would tell. So tabs are
// pinged: whoever does not answer is forgotten. One that was only asleep hears so when it wakes, and watches again.

import { placed } from "./place.js";

/** What a tab says. `key` is its own number for what it watches; `next` is the index of the first step that it lacks.
 * @typedef {{watch: number, run: string, next: number} | {drop: number} | {answer: "ping"} | {bye: true}} TabMessage
 */

/** What a tab is told. `data` is JSON, as it came.
 * @typedef {{key: number, event: "run" | "steps" | "end", data: string} | {key: number, event: "gone"}
 *   | {event: "connection", connected: boolean} | {event: "ping"} | {event: "forgotten"}} HubMessage
 */

/** @typedef {{run: string, next: number}} Watch */
/** @typedef {{post: (message: HubMessage) => void, watches: Map<number, Watch>, unanswered: number}} Tab */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

/** The server says something every five seconds. If nothing comes for so long, the connection is dead. */
const SILENCE = 15_000;

/** A tab that opens three races at once costs one stream, not three. */
const GATHER = 10;

export const PING_PAUSE = 4000;
export const MOST_UNANSWERED = 3;

/** The server names the run first: so a long text need not be read only to know which tab is to read it. */
const NAMED_FIRST = /^\{"run":"([^"\\]*)"/;

export class Hub {
  /** @type {Set<Tab>} */
  #tabs = new Set();
  /** @type {EventSource | null} */
  #source = null;
  /** The runs of the stream that have not ended, and the index of the step that comes next of each. @type {Map<string, number>} */
  #positions = new Map();
  /** The connection is lost, and a pause goes by before the next try. */
  #isLost = false;
  #pause = FIRST_PAUSE;
  /** Until the stream is opened. @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watchdog;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #pings;

  /** A new tab. @param {(message: HubMessage) => void} post @returns {(message: TabMessage) => void} takes what it says */
  join(post) {
    /** @type {Tab} */
    const tab = { post, watches: new Map(), unanswered: 0 };
    return (message) => {
      tab.unanswered = 0;
      if ("watch" in message) this.#watch(tab, message.watch, { run: message.run, next: message.next });
      else if ("bye" in message) this.#forget(tab);
      else if ("drop" in message && tab.watches.delete(message.drop)) this.#gather();
    };
  }

  /** @param {Tab} tab @param {number} key @param {Watch} watch */
  #watch(tab, key, watch) {
    this.#tabs.add(tab);
    this.#pings ??= setInterval(() => this.#ping(), PING_PAUSE);
    tab.watches.set(key, watch);
    if (this.#isLost) tab.post({ event: "connection", connected: false });
    this.#gather();
  }

  /** @param {Tab} tab */
  #forget(tab) {
    this.#tabs.delete(tab);
    tab.watches.clear();
    if (this.#tabs.size === 0) {
      clearInterval(this.#pings);
      this.#pings = undefined;
    }
    this.#gather();
  }

  #ping() {
    for (const tab of this.#tabs) {
      if (tab.unanswered < MOST_UNANSWERED) {
        tab.unanswered += 1;
        tab.post({ event: "ping" });
      } else {
        tab.post({ event: "forgotten" });
        this.#forget(tab);
      }
    }
  }

  /** The tabs watch something else now. */
  #gather() {
    if (this.#isLost && this.#wanted().size > 0) return; // the next try finds out
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#follow(), GATHER);
  }

  /** The runs that tabs watch, and the index of the first step that one of them lacks. @returns {Map<string, number>} */
  #wanted() {
    const wanted = new Map();
    for (const { watches } of this.#tabs) {
      for (const { run, next } of watches.values()) wanted.set(run, Math.min(next, wanted.get(run) ?? next));
    }
    return wanted;
  }

  #follow() {
    const wanted = this.#wanted();
    const suits =
      wanted.size === this.#positions.size &&
      [...wanted].every(([run, next]) => (this.#positions.get(run) ?? Infinity) <= next);
    if (this.#source && suits && wanted.size > 0) return;
    this.#close();
    if (wanted.size > 0) this.#open(wanted);
  }

  #close() {
    this.#source?.close();
    this.#source = null;
    this.#positions.clear();
    this.#isLost = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
  }

  /** @param {Map<string, number>} wanted */
  #open(wanted) {
    this.#positions = wanted;
    const after = [...wanted].flatMap(([run, next]) => (next > 0 ? [`${run}-${next}`] : []));
    const query = new URLSearchParams([...wanted.keys()].map((run) => ["run", run]));
    if (after.length > 0) query.set("after", after.join(","));
    const source = new EventSource(addressOf(`/api/events?${query}`));
    this.#source = source;
    this.#hear();
    source.addEventListener("open", () => {
      this.#hear();
      this.#pause = FIRST_PAUSE;
      this.#tell(true);
    });
    for (const name of /** @type {const} */ (["run", "steps", "end"])) {
      source.addEventListener(name, (event) => {
        this.#hear();
        this.#pass(name, event);
      });
    }
    source.addEventListener("error", () => this.#lose(source.readyState === EventSource.CLOSED));
  }

  #hear() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#lose(false), SILENCE);
  }

  /** An event, to the tabs that wait for it: those that have what came before, and do not have it themselves.
   * @param {"run" | "steps" | "end"} name @param {MessageEvent<string>} event */
  #pass(name, { data, lastEventId }) {
    const run = NAMED_FIRST.exec(data)?.[1] ?? JSON.parse(data).run;
    const position = this.#positions.get(run);
    if (position === undefined) return;
    const next = name === "steps" ? nextOf(run, lastEventId) : position;
    this.#positions.set(run, next);
    if (name === "end") this.#positions.delete(run);
    for (const { tab, key, watch } of this.#watchesOf(run)) {
      const isDue = name === "steps" ? position <= watch.next && watch.next < next : name === "run" || watch.next >= position;
      if (!isDue) continue;
      watch.next = Math.max(watch.next, next);
      if (name === "end") tab.watches.delete(key);
      tab.post({ key, event: name, data });
    }
    if (name === "end" && this.#positions.size === 0) this.#follow();
  }

  /** @param {string} run */
  #watchesOf(run) {
    return [...this.#tabs].flatMap((tab) =>
      [...tab.watches].flatMap(([key, watch]) => (watch.run === run ? [{ tab, key, watch }] : [])),
    );
  }

  /** The connection is gone. A browser that was cut off would try again by itself, in its own time; we do so sooner, and in
   * one way for all browsers. @param {boolean} isRefused the server answered, and not with a stream */
  #lose(isRefused) {
    this.#close();
    this.#isLost = true;
    this.#tell(false);
    this.#timer = setTimeout(() => void (isRefused ? this.#ask() : this.#retry()), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  #retry() {
    this.#isLost = false;
    this.#follow();
  }

  /** An EventSource does not say why it was refused: ask, so that a run that is gone is not waited for. */
  async #ask() {
    const timer = this.#timer;
    const runs = [...this.#wanted().keys()];
    const statuses = await Promise.all(runs.map(statusOf));
    if (this.#timer !== timer) return; // meanwhile nobody watches any more
    runs.filter((_, index) => statuses[index] === 404).forEach((run) => this.#tellGone(run));
    if (statuses.every((status) => status === 200 || status === 404)) this.#retry();
    else this.#lose(true);
  }

  /** @param {string} run */
  #tellGone(run) {
    for (const { tab, key } of this.#watchesOf(run)) {
      tab.watches.delete(key);
      tab.post({ key, event: "gone" });
    }
  }

  /** @param {boolean} connected */
  #tell(connected) {
    for (const tab of this.#tabs) tab.post({ event: "connection", connected });
  }
}

/** @param {string} run @param {string} eventId positions in all runs of the stream */
function nextOf(run, eventId) {
  const position = eventId.split(",").find((each) => each.startsWith(`${run}-`) && /^\d+$/.test(each.slice(run.length + 1)));
  return Number(position?.slice(run.length + 1));
}

/** In full: a worker knows no page that would say where the server is. @param {string} address begins with "/" */
function addressOf(address) {
  return new URL(placed(address), import.meta.url);
}

/** @param {string} run */
function statusOf(run) {
  return fetch(addressOf(`/api/runs/${encodeURIComponent(run)}`)).then(
    ({ status }) => status,
    () => 0,
  );
}
