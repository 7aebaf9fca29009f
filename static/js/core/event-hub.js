// The one event stream of a browser. It carries the runs and the rooms that all tabs watch, and hands each tab what that
// tab has missed. No DOM: it is at work in a shared worker, or within the page of a browser that has none.
//
//   tab ── watch, drop, bye ──▶ ┌─────┐ ── /api/events?run=…&run=…&room=…&after=… ──▶ server
//   tab ◀── events, pings ───── │ hub │ ◀────────── one EventStream ─────────────────
//
// The runs and rooms of a stream are part of its address. So when a tab brings another one, or is less far in a run than
// the stream is, the stream is opened anew from where the tab that is least far stands; the others pass over what they have.
//
// A room has no steps that one could miss: each event says all of it. So a tab that comes later is told what was said last.
// A phone watches its room by a name with its seat in it, "K7F4.12.SECRET", and hears what everybody hears and what is its own.
//
// A tab that crashes says no word, and where plain HTTP is spoken there are no locks that would tell. So tabs are
// pinged: whoever does not answer is forgotten. One that was only asleep hears so when it wakes, and watches again.

import { findGone } from "./event-refusal.js";
import { EventStream } from "./event-stream.js";

/** @import { RoomEvent, RunEvent } from "./event-stream.js" */

/** What a tab says. `key` is its own number for what it watches; `next` is the index of the first step that it lacks.
 * @typedef {{watch: number, run: string, next: number} | {watch: number, room: string} | {drop: number}
 *   | {answer: "ping"} | {bye: true}} TabMessage
 */

/** What a tab is told. `data` is JSON, as it came.
 * @typedef {{key: number, event: RunEvent | RoomEvent, data: string} | {key: number, event: "gone"}
 *   | {event: "connection", connected: boolean} | {event: "ping"} | {event: "forgotten"}} HubMessage
 */

/** @typedef {{run: string, next: number}} RunWatch */
/** @typedef {{room: string}} RoomWatch */
/** @typedef {{post: (message: HubMessage) => void, watches: Map<number, RunWatch | RoomWatch>, unanswered: number}} Tab */

/** What tabs watch: of each run the index of the first step that one of them lacks, and the names of rooms.
 * @typedef {{runs: Map<string, number>, rooms: Set<string>}} Wanted */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

/** A tab that opens three races at once costs one stream, not three. */
const GATHER = 10;

export const PING_PAUSE = 4000;
export const MOST_UNANSWERED = 3;

/** The server names the run first: so a long text need not be read only to know which tab is to read it. */
const NAMED_FIRST = /^\{"run":"([^"\\]*)"/;

export class Hub {
  /** @type {Set<Tab>} */
  #tabs = new Set();
  /** @type {EventStream | null} */
  #stream = null;
  /** The runs of the stream that have not ended, and the index of the step that comes next of each. @type {Map<string, number>} */
  #positions = new Map();
  /** The rooms of the stream that have not ended, and what was said of each last. @type {Map<string, Map<RoomEvent, string>>} */
  #rooms = new Map();
  /** The connection is lost, and a pause goes by before the next try. */
  #isLost = false;
  #pause = FIRST_PAUSE;
  /** Until the stream is opened. @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #pings;

  /** A new tab. @param {(message: HubMessage) => void} post @returns {(message: TabMessage) => void} takes what it says */
  join(post) {
    /** @type {Tab} */
    const tab = { post, watches: new Map(), unanswered: 0 };
    return (message) => {
      tab.unanswered = 0;
      if ("run" in message) this.#watch(tab, message.watch, { run: message.run, next: message.next });
      else if ("room" in message) this.#watchRoom(tab, message.watch, { room: message.room });
      else if ("bye" in message) this.#forget(tab);
      else if ("drop" in message && tab.watches.delete(message.drop)) this.#gather();
    };
  }

  /** @param {Tab} tab @param {number} key @param {RunWatch | RoomWatch} watch */
  #watch(tab, key, watch) {
    this.#tabs.add(tab);
    this.#pings ??= setInterval(() => this.#ping(), PING_PAUSE);
    tab.watches.set(key, watch);
    if (this.#isLost) tab.post({ event: "connection", connected: false });
    this.#gather();
  }

  /** @param {Tab} tab @param {number} key @param {RoomWatch} watch */
  #watchRoom(tab, key, watch) {
    this.#watch(tab, key, watch);
    for (const [event, data] of this.#rooms.get(watch.room) ?? []) tab.post({ key, event, data });
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
    if (this.#isLost && isAnything(this.#wanted())) return; // the next try finds out
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#follow(), GATHER);
  }

  /** @returns {Wanted} */
  #wanted() {
    const runs = new Map();
    const rooms = new Set();
    for (const { watches } of this.#tabs) {
      for (const watch of watches.values()) {
        if ("room" in watch) rooms.add(watch.room);
        else runs.set(watch.run, Math.min(watch.next, runs.get(watch.run) ?? watch.next));
      }
    }
    return { runs, rooms };
  }

  #follow() {
    const wanted = this.#wanted();
    if (this.#stream && this.#suits(wanted) && isAnything(wanted)) return;
    this.#close();
    if (isAnything(wanted)) this.#open(wanted);
  }

  /** Whether the stream carries just that. @param {Wanted} wanted */
  #suits({ runs, rooms }) {
    return (
      runs.size === this.#positions.size &&
      rooms.size === this.#rooms.size &&
      [...runs].every(([run, next]) => (this.#positions.get(run) ?? Infinity) <= next) &&
      [...rooms].every((room) => this.#rooms.has(room))
    );
  }

  #close() {
    this.#stream?.close();
    this.#stream = null;
    this.#positions.clear();
    this.#rooms.clear();
    this.#isLost = false;
    clearTimeout(this.#timer);
  }

  /** @param {Wanted} wanted */
  #open({ runs, rooms }) {
    this.#positions = runs;
    this.#rooms = new Map([...rooms].map((room) => [room, new Map()]));
    const after = [...runs].flatMap(([run, next]) => (next > 0 ? [`${run}-${next}`] : []));
    const query = new URLSearchParams([...runs.keys()].map((run) => ["run", run]));
    for (const room of rooms) query.append("room", room);
    if (after.length > 0) query.set("after", after.join(","));
    this.#stream = new EventStream(query, {
      onOpen: () => {
        this.#pause = FIRST_PAUSE;
        this.#tell(true);
      },
      onRunEvent: (name, event) => this.#pass(name, event),
      onRoomEvent: (name, data) => this.#passRoom(name, data),
      onLost: (isRefused) => this.#lose(isRefused),
    });
  }

  /** Nothing is left that could still change. */
  #endWhenOver() {
    if (this.#positions.size === 0 && this.#rooms.size === 0) this.#follow();
  }

  /** An event, to the tabs that wait for it: those that have what came before, and do not have it themselves.
   * @param {RunEvent} name @param {MessageEvent<string>} event */
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
    if (name === "end") this.#endWhenOver();
  }

  /** What is said of a room goes to all who watch it, with a seat or without; what is said of a seat, to that seat.
   * @param {RoomEvent} event @param {string} data */
  #passRoom(event, data) {
    const { room, status } = JSON.parse(data);
    const isOver = event === "room" && status === "ended";
    for (const [name, said] of this.#rooms) {
      if (name !== room && !(event === "room" && name.startsWith(`${room}.`))) continue;
      said.set(event, data);
      for (const { tab, key } of this.#watchesOfRoom(name)) {
        if (isOver) tab.watches.delete(key);
        tab.post({ key, event, data });
      }
      if (isOver) this.#rooms.delete(name);
    }
    if (isOver) this.#endWhenOver();
  }

  /** @param {string} run */
  #watchesOf(run) {
    return [...this.#tabs].flatMap((tab) =>
      [...tab.watches].flatMap(([key, watch]) => ("run" in watch && watch.run === run ? [{ tab, key, watch }] : [])),
    );
  }

  /** @param {string} room */
  #watchesOfRoom(room) {
    return [...this.#tabs].flatMap((tab) =>
      [...tab.watches].flatMap(([key, watch]) => ("room" in watch && watch.room === room ? [{ tab, key }] : [])),
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

  /** An EventSource does not say why it was refused: ask, so that what is gone is not waited for. */
  async #ask() {
    const timer = this.#timer;
    const { runs, rooms } = this.#wanted();
    const gone = await findGone([...runs.keys()], [...rooms]);
    if (this.#timer !== timer) return; // meanwhile nobody watches any more
    for (const run of gone.runs) tellGone(this.#watchesOf(run));
    for (const room of gone.rooms) tellGone(this.#watchesOfRoom(room));
    if (gone.isCertain) this.#retry();
    else this.#lose(true);
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

/** @param {Wanted} wanted */
function isAnything({ runs, rooms }) {
  return runs.size > 0 || rooms.size > 0;
}

/** @param {{tab: Tab, key: number}[]} watches */
function tellGone(watches) {
  for (const { tab, key } of watches) {
    tab.watches.delete(key);
    tab.post({ key, event: "gone" });
  }
}
