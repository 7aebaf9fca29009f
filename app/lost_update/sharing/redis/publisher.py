"""The thread that tells of the runs of this replica: what is new goes into their streams, how they stand into hashes.

    runs' threads ── wake ──▶ ┌ round: one pipeline with all that is new ─▶ Redis
    the registry ─── wake ──▶ │        and that this replica lives, and what it answers others
                              └ a short pause, so that what comes fast goes together; shorter where somebody waits

It reads from the recordings and keeps only how far it is, so that it holds no step itself. Steps and snapshot of an
entry belong together: the figures are those after the last step. Where Redis was away, it looks in each stream how far
that is, and goes on there, or at the first step where Redis came back without it.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from time import monotonic, time
from typing import Any, Final

from lost_update.execution.failures import log as log_fault
from lost_update.execution.registry import Registry
from lost_update.model.recording import Recording, Snapshot
from lost_update.sharing.mirror import size_of
from lost_update.sharing.redis import keys, pieces
from lost_update.sharing.redis.link import TROUBLE, Link, pauses

PAUSE_SECONDS: Final = 0.01
GATHER_SECONDS: Final = 0.05
"""Between two rounds, at least; and where nobody waits for an answer, and no run has ended. What comes after a silence
is told at once. But a run that takes a hundred thousand steps a second becomes twenty entries, not thousands."""

ENTRIES_AT_ONCE: Final = 16
"""Of one run in a round: others have their turn, and this replica says in time that it lives."""

Then = Callable[[Any], object]


@dataclass(eq=False)
class Told:
    """A recording, and how much of it the others have been told."""

    recording: Recording
    owner: str
    since_ms: float
    next: int = 0
    snapshot: Snapshot | None = None
    number: int = 0
    names: int = pieces.NOT_TOLD
    """How much of what is declared."""
    has_stream: bool = False
    has_hash: bool = False
    is_lent: bool = False
    """It is kept here, and somebody elsewhere wants to see it: it is told once, and is on no list."""
    is_missing: bool = False
    """What was told is not there any more."""
    over_at: float | None = None
    """When it was seen to be over, or somebody wanted it after that."""

    def forget(self) -> None:
        """They know nothing."""
        self.next, self.snapshot, self.names, self.has_stream, self.has_hash = 0, None, pieces.NOT_TOLD, False, False
        self.is_missing = False

    @property
    def is_waiting(self) -> bool:
        """Whether steps have been taken whose figures are about to come."""
        return self.next < len(self.recording.log)

    def needs_stream(self, now: float) -> bool:
        """Whether its steps are to be there. Those of one that ended long ago are, when somebody wants them."""
        return self.over_at is None or now - self.over_at < keys.RUN_SECONDS


class Batch:
    """Commands that go together, and what is done with the answer to each."""

    def __init__(self, client: Any) -> None:
        self._pipeline = client.pipeline(transaction=False)
        self._then: list[Then | None] = []
        self._afterwards: list[Callable[[], object]] = []

    def add(self, *command: Any, then: Then | None = None) -> None:
        """One more."""
        self._pipeline.execute_command(*command)
        self._then.append(then)

    def write(self, stream: str, entry: pieces.Entry, *options: Any, then: Then | None = None) -> None:
        """Add an entry to a stream."""
        self.add("XADD", stream, *options, "*", *chain.from_iterable(entry.items()), then=then)

    def put(self, key: str, fields: pieces.Entry, then: Then | None = None) -> None:
        """Write fields of a hash. The answer is how many of them are new there."""
        self.add("HSET", key, *chain.from_iterable(fields.items()), then=then)

    def afterwards(self, act: Callable[[], object]) -> None:
        """What is done when all of them have been carried out."""
        self._afterwards.append(act)

    def send(self) -> None:
        """All of them."""
        if self._then:
            for then, answer in zip(self._then, self._pipeline.execute(), strict=True):
                if then is not None:
                    then(answer)
        for act in self._afterwards:
            act()


class Publisher:
    """Owns its thread and its connection. What others ask of it they may ask from any thread."""

    def __init__(self, registry: Registry, link: Link, replica: str) -> None:
        self._registry = registry
        self._link = link
        self._replica = replica
        self._told: dict[str, Told] = {}
        self._active: dict[str, Told] = {}
        """Those of them of which more is to be told, or will be."""
        self._gone: set[str] = set()
        """What is to be taken away, until it is."""
        self._wake = threading.Event()
        self._hurry = threading.Event()
        """Somebody waits for what is told next."""
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._waiting: list[Future[None]] = []
        self._messages: list[tuple[str, pieces.Entry]] = []
        self._wanted: list[str] = []
        self._lent: list[Recording] = []
        self._forgotten: list[str] = []
        self._held_has_changed = True
        self._must_resume = True
        self._beat_due = self._refresh_due = 0.0
        self._thread = threading.Thread(target=self._work, name="the publisher", daemon=True)

    def start(self) -> None:
        """Begin to tell."""
        self._registry.listen(self._look_again)
        self._thread.start()

    def close(self) -> None:
        """Tell how all runs ended, say that this replica lives no more, and end."""
        self._closing.set()
        self._tell_now()
        if self._thread.ident is not None:
            self._thread.join()

    def told(self) -> "Future[None]":
        """Done when the others have been told all that is so now, or cannot be."""
        done = Future[None]()
        done.set_running_or_notify_cancel()  # whoever waits may give up: it is completed all the same
        with self._lock:
            self._waiting.append(done)
        if self._link.is_away or self._closing.is_set():
            self._let_go()
        self._tell_now()
        return done

    def send(self, replica: str, message: pieces.Entry) -> None:
        """Send this to a replica, after all that is so now. It is not sent where Redis is away."""
        with self._lock:
            self._messages.append((keys.messages(replica), message))
        self._tell_now()

    def publish_again(self, run_id: str) -> None:
        """Somebody wants a run of which there is no stream any more, or not all of it."""
        with self._lock:
            self._wanted.append(run_id)
        self._tell_now()

    def look_anew(self) -> None:
        """Redis was away, perhaps for so short a time that it was not noticed here."""
        self._must_resume = True
        self._wake.set()

    def lend(self, recording: Recording) -> None:
        """Somebody wants a recording that is kept here, and is not among what is remembered."""
        with self._lock:
            self._lent.append(recording)
        self._tell_now()

    def forget(self, run_id: str) -> None:
        """Nobody is to find that run any more. It is not among what is remembered here."""
        with self._lock:
            self._forgotten.append(run_id)
        self._wake.set()

    def _tell_now(self) -> None:
        """Somebody waits."""
        self._hurry.set()
        self._wake.set()

    def _look_again(self) -> None:
        self._held_has_changed = True
        self._wake.set()

    def _let_go(self) -> None:
        """Nobody waits for a Redis that is away."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
            self._messages = []
        for done in waiting:
            done.set_result(None)

    def _work(self) -> None:
        pause = pauses()
        while not self._closing.is_set():
            try:
                with self._link.client() as client:
                    while not self._closing.is_set():
                        self._resume(client)
                        self._link.found()
                        pause = pauses()
                        self._tell_all(client)
            except TROUBLE as error:
                self._link.lost(error)
            except Exception as error:  # ours: the others are not told for a moment
                log_fault(error)
            self._let_go()
            self._closing.wait(next(pause))

    def _tell_all(self, client: Any) -> None:
        """Round after round, until the end, or until Redis was away."""
        while not self._closing.is_set():
            self._wake.wait(self._patience())
            self._wake.clear()
            if self._must_resume:
                return
            self._round(client)
            self._gather()
        while not self._round(client):
            pass
        client.delete(keys.replica(self._replica), keys.messages(self._replica))
        client.srem(keys.REPLICAS, self._replica)

    def _gather(self) -> None:
        """Let more come, unless somebody waits, or a run has ended: that is told at once."""
        until = monotonic() + GATHER_SECONDS
        self._closing.wait(PAUSE_SECONDS)
        while monotonic() < until and not any(told.recording.is_over for told in self._active.values()):
            if self._hurry.wait(PAUSE_SECONDS):
                break
        self._hurry.clear()

    def _patience(self) -> float:
        """For how long there is nothing to do unless something comes."""
        if any(told.is_waiting for told in self._active.values()):
            return PAUSE_SECONDS
        return max(self._beat_due - monotonic(), 0.0)

    def _round(self, client: Any) -> bool:
        """Tell what is new. Whether that was all."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
            messages, self._messages = self._messages, []
            wanted, self._wanted = self._wanted, []
            lent, self._lent = self._lent, []
            forgotten, self._forgotten = self._forgotten, []
        batch = Batch(client)
        try:
            self._look(wanted, lent)
            self._gone.update(forgotten)
            self._beat(batch)
            self._take_away(batch)
            each_is_all = [self._tell(batch, told) for told in list(self._active.values())]
            is_all = all(each_is_all)
            if is_all:
                for stream, message in messages:
                    batch.write(stream, message, "MAXLEN", "~", keys.MOST_MESSAGES)
                    batch.add("EXPIRE", stream, keys.MESSAGE_SECONDS)
            batch.send()
            self._gone.clear()
        except BaseException:
            with self._lock:
                self._waiting += waiting
            raise
        if is_all:
            for done in waiting:
                done.set_result(None)
        else:
            with self._lock:
                self._waiting, self._messages = waiting + self._waiting, messages + self._messages
            self._wake.set()
        return is_all

    def _look(self, wanted: list[str], lent: list[Recording]) -> None:
        """Note which runs have come and gone, and what somebody wants again."""
        if self._held_has_changed:
            self._held_has_changed = False
            held = {recording.id: (recording, owner) for recording, owner in self._registry.held()}
            for run_id in {told.recording.id for told in self._told.values() if not told.is_lent} - held.keys():
                self._told.pop(run_id).recording.log.unlisten(self._wake.set)
                self._active.pop(run_id, None)
                self._gone.add(run_id)
            for run_id in held.keys() - self._told.keys():
                recording, owner = held[run_id]
                self._told[run_id] = self._active[run_id] = Told(recording, owner, time() * 1000)
                recording.log.listen(self._wake.set)
        for recording in lent:
            if recording.id not in self._told:
                one = Told(recording, owner="", since_ms=0.0, is_lent=True)
                self._told[recording.id] = self._active[recording.id] = one
        for run_id in wanted:
            if told := self._told.get(run_id):
                told.forget()
                told.over_at = monotonic() if told.recording.is_over else None
                self._active[run_id] = told

    def _beat(self, batch: Batch) -> None:
        """Say that this replica lives, and from time to time that it remembers its runs."""
        now = monotonic()
        if now >= self._beat_due:
            self._beat_due = now + keys.BEAT_SECONDS
            batch.add("SET", keys.replica(self._replica), "1", "PX", int(keys.LIFE_SECONDS * 1000))
            batch.add("SADD", keys.REPLICAS, self._replica)
        if now >= self._refresh_due:
            self._refresh_due = now + keys.REFRESH_SECONDS
            for told in self._told.values():
                still_there = partial(self._must_be_there, told)
                if told.has_hash:
                    batch.add("EXPIRE", keys.run(told.recording.id), keys.RUN_SECONDS, then=still_there)
                if told.has_stream and told.over_at is None:
                    batch.add("EXPIRE", keys.log(told.recording.id), keys.RUN_SECONDS, then=still_there)

    def _must_be_there(self, told: Told, answer: Any) -> None:
        if not answer:
            told.is_missing = True
            self._active[told.recording.id] = told

    def _must_not_be_new(self, told: Told, added: Any) -> None:
        self._must_be_there(told, not added)

    def _take_away(self, batch: Batch) -> None:
        """What is not remembered here is not found at others."""
        for run_id in self._gone:
            batch.add("DEL", keys.run(run_id), keys.log(run_id))
            batch.add("ZREM", keys.RUNS, run_id)

    def _tell(self, batch: Batch, told: Told) -> bool:
        """Tell what is new of a run. Whether that is all there is."""
        if told.is_missing:
            told.forget()
        recording, snapshot = told.recording, told.recording.snapshot
        if told.has_hash and told.snapshot is snapshot:
            return True
        if snapshot.is_over and told.over_at is None:
            told.over_at = monotonic()
        told.number += 1
        # With fewer steps than there are, the figures of the snapshot would not be theirs; so with more.
        stop = len(recording.log) if snapshot.is_over else min(snapshot.steps, len(recording.log))
        stand = pieces.stand_of(snapshot, told.number)
        until = self._tell_steps(batch, told, stop, stand, snapshot) if told.needs_stream(monotonic()) else stop
        if until == stop or not told.has_hash:
            self._tell_stand(batch, told, stand, snapshot)
        last = snapshot if until == stop else None
        batch.afterwards(partial(self._has_told, told, until, last, size_of(snapshot.names)))
        return until == stop

    def _tell_steps(self, batch: Batch, told: Told, stop: int, stand: pieces.Entry, snapshot: Snapshot) -> int:
        """Tell of steps, so many as go at once. Returns up to where."""
        stream, until = keys.log(told.recording.id), told.next
        every = pieces.entries(told.recording, range(told.next, stop), stand, snapshot.names, told.names)
        for place, entry in enumerate(islice(every, ENTRIES_AT_ONCE)):
            options = ("NOMKSTREAM",) if told.has_stream or place else ()
            batch.write(stream, entry, *options, then=partial(self._must_be_there, told))
            until = int(entry["next"])
        if not told.has_stream or snapshot.is_over:  # between, `_beat` sees to it
            batch.add("EXPIRE", stream, keys.RUN_SECONDS)
        return until

    def _tell_stand(self, batch: Batch, told: Told, stand: pieces.Entry, snapshot: Snapshot) -> None:
        """Tell how it stands, and when nothing of it is told yet, what it is."""
        run_id = told.recording.id
        more: pieces.Entry = {}
        if not told.has_hash:
            more |= pieces.origin_of(told.recording.header, told.owner, self._replica)
        if told.names != size_of(snapshot.names) or not told.has_hash:
            more |= pieces.declared_in(snapshot.names)
        batch.put(keys.run(run_id), stand | more, then=partial(self._must_not_be_new, told) if told.has_hash else None)
        if not told.has_hash:
            batch.add("EXPIRE", keys.run(run_id), keys.RUN_SECONDS)
            if not told.is_lent:
                batch.add("ZADD", keys.RUNS, "NX", told.since_ms, run_id)

    def _has_told(self, told: Told, until: int, snapshot: Snapshot | None, names: int) -> None:
        told.next, told.names, told.has_hash, told.has_stream = until, names, True, True
        if snapshot is not None:
            told.snapshot = snapshot
            if snapshot.is_over and not told.is_missing:
                self._active.pop(told.recording.id, None)
                told.recording.log.unlisten(self._wake.set)
                if told.is_lent:
                    self._told.pop(told.recording.id, None)

    def _resume(self, client: Any) -> None:
        """See how much of what was told is there. Where others have ended a run that goes on here, all is told anew."""
        self._must_resume = False
        client.ping()
        every = list(self._told.values())
        with client.pipeline(transaction=False) as pipeline:
            for told in every:
                pipeline.xrevrange(keys.log(told.recording.id), count=1)
            lasts = pipeline.execute()
        ended = []
        for told, last in zip(every, lasts, strict=True):
            told.forget()
            self._active[told.recording.id] = told
            if last and pieces.is_lost(last[0][1]):
                ended.append(keys.log(told.recording.id))
            elif last:
                told.next, told.has_stream = pieces.next_after(last[0][1]), True
        if ended:
            client.delete(*ended)
        self._beat_due = 0.0
