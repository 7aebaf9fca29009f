"""What must come before what, in every run that sends the same messages: happens-before, by vector clocks.

    main ── launch P1 ── put q ────────────────────────── join P1 ──▶
               └──▶ P1: start ── write x ── get q ── exit ──┘          put before get, all of P1 before the join

A clock counts, for each process, how much of it is known: `before(a, b)` asks whether the process of `b` knew of `a`
when it took its step. What orders two processes is that one starts or joins the other, a message through a queue or
pipe, an event, a condition, a barrier, a semaphore, a task and its result, and a cell that is waited for or that was
set for others to see. A lock does not: who gets it first is luck; nor does a semaphore that is used as one. But either
does where it is a signal: where somebody releases it who did not acquire it.

Where the log does not say which of several steps another one was made possible by, all of them are taken: a get is
after every put before it. That orders more than has to be, and so suspects less, never more. The threads of a process
count as one, in the order of the log, because what orders threads is mostly not traced. The idea of clocks is L.
Lamport's, that of races by vector clocks C. Flanagan and S. Freund's ("FastTrack", 2009).
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.analysis.findings.evidence import Booleans, Evidence, Integers
from lost_update.analysis.findings.source_text import source_text
from lost_update.model.ops import NOTHING, PRESENT, Op

Clock = npt.NDArray[np.int32]

_ORDERING: Final = (
    Op.START,
    Op.EXIT,
    Op.LAUNCH,
    Op.JOIN,
    Op.PUT,
    Op.GET,
    Op.SUBMIT,
    Op.TASK_START,
    Op.TASK_END,
    Op.CALLBACK,
    Op.RESULT,
    Op.SET,
    Op.CHECK,
    Op.NOTIFY,
    Op.WAKE,
    Op.TASK_DONE,
)

_GIVEN: Final = "given"
_DONE: Final = "done"
_ROOM: Final = "room"
"""What a channel of a target carries: what was put or set, that something was done, that there is room again."""

_WHOLE_JOB: Final = (1 << 24) - 1
"""In the number of a task, as its part: the whole job, as a pool hands it in (tracing.script.pools)."""

_POSTS: Final[dict[int, str]] = {
    Op.RELEASE: _GIVEN,
    Op.SET: _GIVEN,
    Op.NOTIFY: _GIVEN,
    Op.TASK_DONE: _DONE,
    Op.TASK_END: _DONE,
}
_TAKES: Final[dict[int, str]] = {Op.ACQUIRE: _GIVEN, Op.RESULT: _DONE, Op.CALLBACK: _DONE}
"""What only lets others know, and what only gets to know."""


class _Step(NamedTuple):
    """A step that orders processes."""

    number: int
    op: int
    process: int
    target: int
    value: int
    task: int


class Order:
    """Follows all steps that order others, once. Then it tells of steps `of_interest` which is before which."""

    def __init__(self, evidence: Evidence, of_interest: Integers) -> None:
        self._evidence = evidence
        count = len(evidence.names.processes)
        self._clocks: list[Clock] = [np.zeros(count, np.int32) for _ in range(count)]
        self._sent: list[list[int]] = [[] for _ in range(count)]
        self._channels: dict[Hashable, Clock] = {}
        self._known: list[list[tuple[int, Clock]]] = [[] for _ in range(count)]
        interesting = np.unique(of_interest)
        whose = evidence.process[interesting]
        self._asked = [interesting[whose == process].tolist() for process in range(count)]
        self._meetings = self._find_meetings()
        self._joined = self._find_joined()
        self._launched: set[int] = set()
        self._follow()
        self._arrange()

    def before(self, first: Integers, second: Integers) -> Booleans:
        """For each pair of steps whether the first must come before the second."""
        process = self._evidence.process
        ours, theirs = process[first], process[second]
        own = np.searchsorted(self._sent_keys, (ours << 40) + first, "left") - self._sent_starts[ours]
        state = np.searchsorted(self._state_keys, (theirs << 40) + second, "right") - 1
        knows = self._states[state, ours] > own
        return np.where(ours == theirs, first < second, knows)

    # Following ----------------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        evidence = self._evidence
        ordering = evidence.has_op(*_ORDERING)
        signals = np.zeros(len(evidence.names.declared) + 1, np.bool_)
        signals[list(_signals(evidence))] = True
        ordering |= evidence.has_op(Op.ACQUIRE, Op.RELEASE) & signals[evidence.target]
        written, seen = flags(evidence)
        shown, looked = set(written.tolist()), set(seen.tolist())
        ordering[written] = True
        ordering[seen] = True
        steps = np.flatnonzero(ordering)
        rows = evidence.rows[steps]
        columns = (
            steps,
            rows["op"],
            evidence.process[steps],
            rows["target"],
            np.where(rows["presence"] == PRESENT, rows["value"], 1),
            rows["task"],
        )
        special = self._special()
        for step in map(_Step._make, zip(*(column.tolist() for column in columns), strict=True)):
            if step.number in looked:
                self._take(step.process, step.number, ("flag", step.target))
            elif step.number in shown:
                self._post(step.process, step.number, ("flag", step.target))
            elif step.op in _POSTS:
                self._post(step.process, step.number, (step.target, _POSTS[step.op]))
            elif step.op in _TAKES:
                self._take(step.process, step.number, (step.target, _TAKES[step.op]))
            elif step.op in special:
                special[step.op](step)

    def _special(self) -> dict[int, Callable[["_Step"], None]]:
        """The ops that take more than to know their target."""
        return {
            Op.LAUNCH: self._launch,
            Op.START: self._start,
            Op.EXIT: self._exit,
            Op.JOIN: self._join,
            Op.PUT: self._put,
            Op.GET: self._get,
            Op.CHECK: self._check,
            Op.WAKE: self._wake,
            Op.SUBMIT: self._submit,
            Op.TASK_START: self._task_start,
        }

    def _post(self, process: int, step: int, channel: Hashable) -> None:
        """Let whoever takes from the channel later know all that the process knows now."""
        sent, clock = self._sent[process], self._clocks[process]
        sent.append(step)
        clock[process] = len(sent)
        there = self._channels.get(channel)
        if there is None:
            self._channels[channel] = clock.copy()
        else:
            np.maximum(there, clock, out=there)

    def _take(self, process: int, step: int, channel: Hashable) -> None:
        there = self._channels.get(channel)
        if there is not None:
            self._learn(process, step, there)

    def _learn(self, process: int, step: int, what: Clock) -> None:
        """From this step on the process knows this as well. What it knew before is kept where somebody will ask."""
        asked, known = self._asked[process], self._known[process]
        before = self._clocks[process]
        at = bisect_left(asked, step)
        after = np.maximum(before, what)
        self._clocks[process] = after
        if at < len(asked):
            since = bisect_left(asked, known[-1][0]) if known else 0
            if known and since == at:
                known[-1] = (step, after)
            else:
                known.append((step, after))

    def _launch(self, step: "_Step") -> None:
        lane = self._evidence.lane_of_target.get(step.target)
        if lane is not None:
            self._launched.add(lane)
            self._post(step.process, step.number, ("launch", lane))

    def _start(self, step: "_Step") -> None:
        """The child knows all that its parent knew at the launch; of one that was forked by hand, all that it knows."""
        child = step.process
        parent = self._evidence.parent.get(child)
        if child not in self._launched and parent is not None:
            self._post(parent, step.number, ("launch", child))
        self._take(child, step.number, ("launch", child))

    def _exit(self, step: "_Step") -> None:
        """Where nobody is seen to notice the end, the parent may have noticed it in a way that is not traced."""
        child = step.process
        parent = self._evidence.parent.get(child)
        if child not in self._joined and parent is not None:
            self._post(child, step.number, ("exit", child))
            self._take(parent, step.number, ("exit", child))

    def _join(self, step: "_Step") -> None:
        """After all that the process has done; or after all tasks, and all items of a queue, that were done."""
        lane = self._evidence.lane_of_target.get(step.target)
        if lane is None:
            self._take(step.process, step.number, (step.target, _DONE))
        else:
            self._post(int(self._evidence.owner[lane]), step.number, ("exit", lane))
            self._take(step.process, step.number, ("exit", lane))

    def _put(self, step: "_Step") -> None:
        if self._evidence.declared(step.target).amount:  # there may have been room only after a get
            self._take(step.process, step.number, (step.target, _ROOM))
        self._post(step.process, step.number, (step.target, _GIVEN))

    def _get(self, step: "_Step") -> None:
        self._take(step.process, step.number, (step.target, _GIVEN))
        if self._evidence.declared(step.target).amount:
            self._post(step.process, step.number, (step.target, _ROOM))

    def _check(self, step: _Step) -> None:
        """Whoever found that it is so, or that something is done, comes after what made it so."""
        if step.value:
            self._take(step.process, step.number, (step.target, _GIVEN))
            self._take(step.process, step.number, (step.target, _DONE))

    def _wake(self, step: "_Step") -> None:
        """Who meets at a barrier knows all that any of them knew: each had come before the first of them went on."""
        meeting = self._meetings.get(step.number)
        if meeting is None:
            if step.value:
                self._take(step.process, step.number, (step.target, _GIVEN))
            return
        number, lanes = meeting
        channel = (step.target, "meeting", number)
        if channel not in self._channels:
            for lane in lanes:
                self._post(lane, step.number, channel)
        self._take(step.process, step.number, channel)

    def _submit(self, step: "_Step") -> None:
        self._post(step.process, step.number, (step.target, "task", step.task))
        self._post(step.process, step.number, (step.target, _GIVEN))

    def _task_start(self, step: "_Step") -> None:
        """After it was handed in; where nobody knows which task it is, after all that were."""
        for task in (step.task, step.task | _WHOLE_JOB):
            channel = (step.target, "task", task)
            if step.task != NOTHING and channel in self._channels:
                self._take(step.process, step.number, channel)
                return
        self._take(step.process, step.number, (step.target, _GIVEN))

    def _find_meetings(self) -> dict[int, tuple[int, list[int]]]:
        """Of each step that went on at a barrier, the number of the meeting, and who met."""
        evidence = self._evidence
        meetings: dict[int, tuple[int, list[int]]] = {}
        for number, target in evidence.names.numbered():
            if target.kind == "barrier" and target.amount:
                steps = evidence.steps_on(number)
                rows = evidence.rows[steps]
                went_on = steps[(rows["op"] == Op.WAKE) & ((rows["presence"] != PRESENT) | (rows["value"] != 0))]
                for start in range(0, len(went_on), target.amount):
                    together = went_on[start : start + target.amount]
                    # of a meeting that not all are seen to leave, whoever ever comes there may have been
                    came = together if len(together) == target.amount else steps
                    who = list(dict.fromkeys(evidence.process[came].tolist()))
                    meetings.update((step, (start, who)) for step in together.tolist())
        return meetings

    def _find_joined(self) -> set[int]:
        """The processes of which somebody has noticed the end."""
        evidence = self._evidence
        targets = np.unique(evidence.target[evidence.op == Op.JOIN]).tolist()
        return {evidence.lane_of_target[target] for target in targets if target in evidence.lane_of_target}

    def _arrange(self) -> None:
        """All that was known in columns, so that thousands of pairs are looked up at a time."""
        count = len(self._clocks)
        self._sent_keys = np.array([(p << 40) + step for p in range(count) for step in self._sent[p]], np.int64)
        self._sent_starts = np.searchsorted(self._sent_keys, np.arange(count) << 40)
        nothing: Clock = np.zeros(count, np.int32)
        keys, states = [], []
        for process, known in enumerate(self._known):
            for step, clock in [(0, nothing), *known]:
                keys.append((process << 40) + step)
                states.append(clock)
        self._state_keys = np.array(keys, np.int64)
        self._states = np.array(states, np.int32).reshape(len(keys), count)


def _signals(evidence: Evidence) -> set[int]:
    """The semaphores and locks by which others are let go on: not each lane gives back what it has acquired before."""
    return {
        number
        for number, target in evidence.names.numbered()
        if (target.kind == "semaphore" and not target.amount)
        or (target.kind in ("semaphore", "lock") and _is_released_by_others(evidence, number, target.kind))
    }


def _is_released_by_others(evidence: Evidence, lock: int, kind: str) -> bool:
    """Whether a lane releases what it has not acquired; or, of a semaphore, keeps what it has."""
    steps = evidence.steps_on(lock)
    change = np.select([evidence.op[steps] == Op.ACQUIRE, evidence.op[steps] == Op.RELEASE], [1, -1], 0)
    lane = evidence.lane[steps]
    for one in np.unique(lane).tolist():
        held = np.cumsum(change[lane == one])
        if held.min() < 0 or (kind == "semaphore" and held[-1] > 0):
            return True
    return False


def flags(evidence: Evidence) -> tuple[Integers, Integers]:
    """The writes that others waited for, or were to see, and the first read of each by another process.

    That is a read in the condition of a loop, whatever was written; and any read of what was set and not computed from
    what had been there.
    """
    writes = evidence.writes
    reads = evidence.reads
    if not len(writes) or not len(reads):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    version = evidence.rows["version"][reads].astype(np.int64)
    made = (writes.cell << 32) | writes.version
    order = np.argsort(made, kind="stable")
    wanted = (evidence.target[reads] << 32) | version
    at = np.minimum(np.searchsorted(made[order], wanted), len(made) - 1)
    place = order[at]
    is_of_others = (made[place] == wanted) & (writes.process[place] != evidence.process[reads])
    is_set = writes.base[place] == NOTHING
    chosen = is_of_others & (is_set | _are_waited_for(evidence, reads, is_of_others))
    reads, place = reads[chosen], place[chosen]
    _, first = np.unique((place << 16) | evidence.process[reads], return_index=True)
    return writes.write[place[first]], reads[first]


def _are_waited_for(evidence: Evidence, reads: Integers, among: Booleans) -> Booleans:
    waited_for: Any = [
        place
        for place in evidence.lines_at(reads[among])
        if source_text(place >> 16, evidence.names).waits_at(place & 0xFFFF)
    ]
    return np.isin(evidence.where[reads], np.array(waited_for, np.int64))
