"""Who waits for ever, and for what: deadlocks, hangs, and signals that came too early.

    main: join P1 ──▶ P1: acquire b ──▶ P2: acquire a ──▶ P1      a cycle: a deadlock of P1 and P2; main only waits
    main: join P3 ──▶ P3: get q                                   nobody is left who could put: a hang

A lane waits from its `wait` to its next step. It can go on where what it waits for is there, or where anybody who can
go on might give it: a lane that runs, sleeps, or is blocked where nobody sees it can do anything at all. Only where all
that are alive wait, and none of them for something that is there, nobody will ever go on. A cycle of locks is certain
before that: whoever holds one of them waits for the next.

There is one finding for one cause: who waits for a lane that waits for ever itself is a consequence.

A run that was stopped is judged as it stood before: at Ctrl-C every wait breaks off, and what comes after it is not the
program's doing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from lost_update.analysis.findings.evidence import NOBODY, Evidence, Found, Place
from lost_update.analysis.findings.holds import Holds
from lost_update.analysis.findings.source_text import source_text
from lost_update.model.log import distinct
from lost_update.model.ops import ENDS_BY_ITSELF, PRESENT, Op

_WORKER: Final = "worker"
"""What the processes of a pool do."""

_BROKEN_POOL: Final = 8
"""So many workers that end before they took a task are not the bad luck of some."""

_SERVES: Final = "_run_server"
"""What the process of a manager does: it only answers."""

_KILLED_AT_ONCE: Final = 9
"""The signal that nobody survives."""


class Wait(NamedTuple):
    """What a lane waits for: the step that says so, the target, and the op that it waits to make."""

    lane: int
    step: int
    target: int
    purpose: int
    ends_by_itself: bool


@dataclass
class Waiting:
    """What the words about a wait without end are made of: who waits in which place, and why nobody ends it.

    `holders` says of a lock who has it and where it was acquired. `cycle` are the lanes of a deadlock in order: each
    waits for the next. `signal` is the place of a notify or set that came before the wait.
    """

    waits: list[Wait]
    holders: dict[int, Place] = field(default_factory=dict)
    dead: set[int] = field(default_factory=set)
    killed: set[int] = field(default_factory=set)
    cycle: list[Wait] = field(default_factory=list)
    signal: Place | None = None
    missing: int = 0
    """How many are missing at a barrier, or tasks that nobody has said to be done."""
    joins: list[Place] = field(default_factory=list)
    """Where somebody waits for the end of a lane that waits, and so does not do what it needs."""


def find(evidence: Evidence, holds: Holds) -> list[Found]:
    """What waits for ever in the recording as it stands, or as it stood before it was stopped."""
    if evidence.status == "stopped":
        stop = _before_it_was_stopped(evidence)
        if stop < len(evidence):
            evidence = evidence.up_to(stop)
            holds = Holds(evidence)
    moment = Moment(evidence, holds)
    if broken := list(moment.broken_pools()):
        return broken
    return list(moment.cycles() if moment.can_go_on or evidence.status in ("finished", "failed") else moment.all_wait())


def _before_it_was_stopped(evidence: Evidence) -> int:
    """The first step that follows on a wait which was broken off; all of them where none is."""
    first = len(evidence)
    waits = np.flatnonzero((evidence.op == Op.WAIT) & (evidence.rows["ends_by_itself"] != ENDS_BY_ITSELF))
    if not len(waits):
        return first
    lanes = evidence.lane
    for lane in distinct(lanes[waits]):
        own = np.flatnonzero(lanes == lane)
        last = own[evidence.op[own] == Op.WAIT][-1]
        after = own[own > last].tolist()
        if after and evidence.rows["ends_by_itself"][last] != ENDS_BY_ITSELF:
            first = min(first, _broken_at(evidence, int(last), after, first))
    return first


def _broken_at(evidence: Evidence, wait: int, after: list[int], otherwise: int) -> int:
    """The step after a wait if it does not do what was waited for."""
    target, purpose = int(evidence.target[wait]), int(evidence.rows["purpose"][wait])
    for step in after:
        if evidence.target[step] == target and evidence.op[step] == purpose:
            return otherwise
        if evidence.op[step] != Op.RELEASE or evidence.declared(target).kind != "condition":
            return step
    return otherwise


class Moment:
    """How all lanes stand after the last step of the evidence."""

    def __init__(self, evidence: Evidence, holds: Holds) -> None:
        self.evidence = evidence
        self.holds = holds
        self._last = np.full(len(evidence.names.processes), NOBODY)
        self._last[evidence.lane] = np.arange(len(evidence))  # of many the last one stays
        self.waits = dict(self._find_waits())

    @cached_property
    def killed(self) -> set[int]:
        """The processes that were ended from outside, with the last steps they had taken."""
        evidence = self.evidence
        killed = set()
        for step in np.flatnonzero(evidence.op == Op.KILL).tolist():
            lane = evidence.lane_of_target.get(int(evidence.target[step]))
            if lane is not None and self._last[lane] < step:
                killed.add(lane)
        return killed | {
            lane for lane in self.dead if self._last[lane] >= 0 and evidence.op[self._last[lane]] != Op.EXIT
        }

    @cached_property
    def dead(self) -> set[int]:
        """The lanes that are no more."""
        evidence = self.evidence
        ended = set(evidence.lane[evidence.op == Op.EXIT].tolist())
        for step in np.flatnonzero(evidence.has_op(Op.JOIN, Op.KILL)).tolist():
            lane = evidence.lane_of_target.get(int(evidence.target[step]))
            is_certain = evidence.op[step] == Op.JOIN or evidence.rows["value"][step] == _KILLED_AT_ONCE
            if lane is not None and is_certain and self._last[lane] < step:
                ended.add(lane)
        if evidence.status != "stopped":
            ended |= {lane for lane, view in evidence.view_of_lane.items() if view["state"] == "ended"}
        owner = evidence.owner
        return {lane for lane in range(len(owner)) if lane in ended or int(owner[lane]) in ended}

    @cached_property
    def alive(self) -> list[int]:
        """The lanes that are there, but for those that only answer: nothing comes from them.

        That are the servers of managers, and the threads of pools, in which no line of the person's code ever runs.
        """
        views = self.evidence.view_of_lane
        lines = np.bincount(self.evidence.lane, self.evidence.rows["line"], minlength=len(self._last))
        helping = {lane for lane in self.evidence.names.owners if self._last[lane] != NOBODY and not lines[lane]}
        lanes = (lane for lane in range(len(self._last)) if lane not in self.dead and lane not in helping)
        return [lane for lane in lanes if _SERVES not in (views[lane].get("does", "") if lane in views else "")]

    @cached_property
    def can_go_on(self) -> bool:
        """Whether anybody can."""
        return any(lane not in self.waits or self._is_there(self.waits[lane]) for lane in self.alive)

    def _find_waits(self) -> Iterator[tuple[int, Wait]]:
        evidence = self.evidence
        for lane, last in enumerate(self._last.tolist()):
            step = self._wait_before(lane, last) if last >= 0 else None
            if step is not None:
                row = evidence.rows[step]
                ends = row["ends_by_itself"] == ENDS_BY_ITSELF
                yield lane, Wait(lane, step, int(row["target"]), int(row["purpose"]), bool(ends))

    def _wait_before(self, lane: int, last: int) -> int | None:
        """The wait that a lane is in: its last step, or one before it let go of the lock of a condition."""
        evidence = self.evidence
        if evidence.op[last] == Op.WAIT:
            return last
        if evidence.op[last] != Op.RELEASE:
            return None
        own = np.flatnonzero(evidence.lane == lane)
        for step in reversed(own[-8:].tolist()):
            if evidence.op[step] == Op.WAIT and evidence.declared(int(evidence.target[step])).kind == "condition":
                return int(step)
            if evidence.op[step] != Op.RELEASE:
                return None
        return None

    # What is there ------------------------------------------------------------------------------------------------

    def _is_there(self, wait: Wait) -> bool:
        """Whether the lane can have what it waits for as things stand, or will stop waiting by itself."""
        if wait.ends_by_itself or not wait.target:
            return True
        return self._ways[self.evidence.declared(wait.target).kind](wait)

    @cached_property
    def _ways(self) -> dict[str, Callable[[Wait], bool]]:
        """For each kind of target how one sees that it is there."""
        return {
            "cell": lambda _: True,
            "process": self._has_ended,
            "lock": lambda wait: wait.target not in self.holds.holder,
            "semaphore": self._is_left,
            "event": lambda wait: self._is_set(wait.target),
            "condition": self._was_notified,
            "barrier": self._may_pass,
            "pool": self._pool_can_do,
            "queue": self._queue_is_ready,
            "pipe": self._queue_is_ready,
        }

    def _has_ended(self, wait: Wait) -> bool:
        lane = self.evidence.lane_of_target.get(wait.target)
        return lane is None or lane in self.dead

    def _is_left(self, wait: Wait) -> bool:
        amount = self.evidence.declared(wait.target).amount
        return amount is None or amount - self._more(wait.target, Op.ACQUIRE, Op.RELEASE) > 0

    def _more(self, target: int, up: Op, down: Op) -> int:
        """How often more the one was done than the other."""
        op = self.evidence.op[self.evidence.steps_on(target)]
        return int(np.count_nonzero(op == up)) - int(np.count_nonzero(op == down))

    def _is_set(self, event: int) -> bool:
        op = self.evidence.op[self.evidence.steps_on(event)]
        changes = op[(op == Op.SET) | (op == Op.CLEAR)]
        return bool(len(changes)) and changes[-1] == Op.SET

    def _was_notified(self, wait: Wait) -> bool:
        """Whether somebody woke a sleeper after it began to wait: it may be this one."""
        steps = self.evidence.steps_on(wait.target)
        steps = steps[(steps > wait.step) & (self.evidence.op[steps] == Op.NOTIFY)]
        rows = self.evidence.rows[steps]
        woken = int(rows["value"][rows["presence"] == PRESENT].sum()) + int((rows["presence"] != PRESENT).sum())
        after = self.evidence.steps_on(wait.target)
        woke = np.count_nonzero((after > wait.step) & (self.evidence.op[after] == Op.WAKE))
        return woken > int(woke)

    def _may_pass(self, wait: Wait) -> bool:
        """Whether all have come to the barrier, or somebody has said since that they have, or that nobody will."""
        steps = self.evidence.steps_on(wait.target)
        ends = self.evidence.has_op(Op.NOTIFY, Op.CLOSE, Op.CLEAR)[steps]
        return self._missing_at(wait.target) <= 0 or bool((steps[ends] > wait.step).any())

    def _missing_at(self, barrier: int) -> int:
        """How many have still to come; none where nobody knows how many it takes."""
        amount = self.evidence.declared(barrier).amount or 0
        return amount - sum(1 for wait in self.waits.values() if wait.target == barrier and wait.lane not in self.dead)

    def _pool_can_do(self, wait: Wait) -> bool:
        """Whether a worker that is idle may get a task, a result may come, or a pool that was closed may end."""
        evidence = self.evidence
        if wait.purpose == Op.TASK_START:
            steps = evidence.steps_on(wait.target)
            return bool(((evidence.op[steps] == Op.SUBMIT) & (steps > wait.step)).any())
        if any(lane in self.waits for lane in self._at_work if lane not in self.dead):
            return False
        says_when_broken = "Executor" in (evidence.declared(wait.target).what or "")
        return wait.purpose == Op.JOIN or says_when_broken or self._at_work.isdisjoint(self.dead)

    @cached_property
    def _at_work(self) -> set[int]:
        """The lanes that have begun a task and not ended it."""
        evidence = self.evidence
        balance = np.bincount(evidence.lane[evidence.op == Op.TASK_START], minlength=len(self._last))
        balance -= np.bincount(evidence.lane[evidence.op == Op.TASK_END], minlength=len(self._last))
        return set(np.flatnonzero(balance > 0).tolist())

    def _queue_is_ready(self, wait: Wait) -> bool:
        got = self.evidence.op[self.evidence.steps_on(wait.target)] == Op.GET
        content = len(self.evidence.sent(wait.target)) - int(np.count_nonzero(got))
        target = self.evidence.declared(wait.target)
        if wait.purpose == Op.JOIN:
            return self._more(wait.target, Op.PUT, Op.TASK_DONE) <= 0
        if wait.purpose == Op.GET:
            # The other end of a pipe closes with who has it: unless somebody else is there, a get ends with an error.
            return content > 0 or (target.kind == "pipe" and len(self.alive) < 2)
        if wait.purpose == Op.PUT:
            return bool(target.amount) and content < (target.amount or 0)
        return content <= 0

    # What follows -------------------------------------------------------------------------------------------------

    def _next(self, wait: Wait) -> int | None:
        """The lane that the wait is for, where it is for one: who holds the lock, who is to end, who would send."""
        target = self.evidence.declared(wait.target)
        if target.kind == "process":
            return self.evidence.lane_of_target.get(wait.target)
        if target.kind == "lock":
            return self.holds.holder.get(wait.target)
        if wait.purpose == Op.GET:
            return self._who_would_send(wait)
        return None

    def _who_would_send(self, wait: Wait) -> int | None:
        """The one other process that has put into it before, where it waits to get something itself."""
        evidence = self.evidence
        steps = evidence.steps_on(wait.target)
        senders = set(evidence.process[steps[evidence.op[steps] == Op.PUT]].tolist()) - {int(evidence.owner[wait.lane])}
        if evidence.declared(wait.target).kind == "pipe":
            others = (other for other in self.waits.values() if other.target == wait.target and other.lane != wait.lane)
            senders |= {other.lane for other in others if self._are_parent_and_child(other.lane, wait.lane)}
        sender = min(senders, default=NOBODY) if len(senders) == 1 else NOBODY
        theirs = self.waits.get(sender)
        return sender if theirs is not None and theirs.purpose == Op.GET else None

    def _are_parent_and_child(self, one: int, other: int) -> bool:
        parent = self.evidence.parent
        return parent.get(one) == other or parent.get(other) == one

    def _cycles(self) -> Iterator[list[Wait]]:
        """Lanes each of which waits for the next, and the last for the first; each cycle once."""
        seen: set[int] = set()
        for start in self.waits:
            path: list[int] = []
            lane: int | None = start
            while lane is not None and lane not in seen and lane not in path and self._takes_part(lane):
                path.append(lane)
                lane = self._next(self.waits[lane])
            if lane in path:
                yield [self.waits[one] for one in path[path.index(lane) :]]
            seen.update(path)

    def _takes_part(self, lane: int) -> bool:
        wait = self.waits.get(lane)
        return wait is not None and not wait.ends_by_itself and wait.target != 0

    def cycles(self) -> Iterator[Found]:
        """Deadlocks that are certain though others may go on: of locks that nobody lets go of but who holds them.

        In a run that is over, those of processes that were waiting when they were ended.
        """
        is_over = self.evidence.status in ("finished", "failed")
        if not any(wait.purpose == Op.ACQUIRE for wait in self.waits.values()):
            return
        for cycle in self._cycles():
            locks = [wait.target for wait in cycle if self.evidence.declared(wait.target).kind == "lock"]
            joined = [wait for wait in cycle if self.evidence.declared(wait.target).kind == "process"]
            are_theirs = all(
                self.evidence.declared(lock).is_reentrant or (len(cycle) > 1 and lock not in self.holds.foreign)
                for lock in locks
            )
            if locks and len(locks) + len(joined) == len(cycle) and (are_theirs or is_over):
                yield self._deadlock(cycle)

    def all_wait(self) -> Iterator[Found]:
        """Nobody can go on: every cause once, and no consequence."""
        in_cycles: set[int] = set()
        for cycle in self._cycles():
            in_cycles.update(wait.lane for wait in cycle)
            yield self._deadlock(cycle)
        causes: dict[int, list[Wait]] = {}
        for lane in self.alive:
            wait = self.waits[lane]
            if lane not in in_cycles and self._is_cause(wait):
                causes.setdefault(wait.target, []).append(wait)
        main_path = self._path_of_main()
        for target, waits in causes.items():
            is_idle = all(wait.purpose == Op.GET and wait.lane not in main_path for wait in waits)
            if not (is_idle and (in_cycles or len(causes) > 1)):
                yield self._hang(target, waits)

    def _is_cause(self, wait: Wait) -> bool:
        """Whether it waits for no lane that waits itself."""
        lane = self._next(wait)
        if lane is not None and lane not in self.dead:
            return False
        if self.evidence.declared(wait.target).kind == "pool":
            is_idle = wait.purpose == Op.TASK_START
            return not is_idle and not any(other in self.waits for other in self._at_work if other not in self.dead)
        return True

    def _path_of_main(self) -> set[int]:
        """The first process, and whom it waits for, and so on."""
        path: set[int] = set()
        lane: int | None = 0
        while lane is not None and lane not in path:
            path.add(lane)
            lane = self._next(self.waits[lane]) if lane in self.waits else None
        return path

    def broken_pools(self) -> Iterator[Found]:
        """Somebody waits for a result, and one worker after the other ends before it takes a task."""
        evidence = self.evidence
        views = evidence.view_of_lane
        took_one = set(evidence.lane[evidence.op == Op.TASK_START].tolist())
        failed = [
            lane
            for lane in self.dead - took_one
            if lane in views and views[lane].get("does") == _WORKER and self._last[lane] != NOBODY
        ]
        is_first = not took_one and len(failed) >= _BROKEN_POOL
        for wait in self.waits.values() if is_first else ():
            if evidence.declared(wait.target).kind == "pool" and wait.purpose == Op.RESULT and not wait.ends_by_itself:
                yield self._found("hang", wait.target, [wait.step], Waiting([wait], missing=len(failed)))
                return

    # What was found -----------------------------------------------------------------------------------------------

    def _deadlock(self, cycle: list[Wait]) -> Found:
        locks = [wait.target for wait in cycle if self.evidence.declared(wait.target).kind == "lock"]
        target = min(locks or [wait.target for wait in cycle])
        start = next(place for place, wait in enumerate(cycle) if wait.target == target)
        cycle = cycle[start:] + cycle[:start]
        held = {lock: self.holds.since[lock] for lock in locks}
        details = Waiting(
            cycle, {lock: self.evidence.place(step) for lock, step in held.items()}, cycle=cycle, killed=self.killed
        )
        steps = [*held.values(), *(wait.step for wait in cycle)]
        return self._found("deadlock", target, steps, details)

    def _hang(self, target: int, waits: list[Wait]) -> Found:
        kind = self.evidence.declared(target).kind
        details = Waiting(waits, dead=self.dead, killed=self.killed)
        steps = [wait.step for wait in waits]
        if target in self.holds.holder:
            since = self.holds.since[target]
            details.holders[target] = self.evidence.place(since)
            steps.append(since)
        signal = self._signal_before(waits) if kind in ("condition", "event") else None
        if signal is not None:
            details.signal = self.evidence.place(signal)
            return self._found("lost_signal", target, [*steps, signal], details)
        if kind == "barrier":
            details.missing = self._missing_at(target)
        if any(wait.purpose == Op.JOIN for wait in waits):
            waits[:] = [wait for wait in waits if wait.purpose == Op.JOIN]
            steps = [wait.step for wait in waits]
            details.missing = self._more(target, Op.PUT, Op.TASK_DONE)
        if any(wait.purpose in (Op.FLUSH, Op.PUT) for wait in waits):
            joins = [join.step for wait in waits for join in self._joins_of(wait.lane)]
            details.joins = [self.evidence.place(step) for step in joins]
            steps += joins
        return self._found("hang", target, steps, details)

    def _found(self, kind: str, target: int, steps: list[int], details: Waiting) -> Found:
        steps = sorted({self._with_a_line(step) for step in steps})
        return Found(
            kind=kind,  # type: ignore[arg-type]
            certainty="happened",
            target=target,
            count=len(details.waits),
            places=[self.evidence.place(step) for step in steps],
            steps=steps,
            details=details,
        )

    def _with_a_line(self, step: int) -> int:
        """That step, or where the person's code stands for it: a flush is of what the lane put last."""
        evidence = self.evidence
        if evidence.op[step] != Op.WAIT or evidence.rows["line"][step] or evidence.rows["purpose"][step] != Op.FLUSH:
            return step
        own = evidence.steps_on(int(evidence.target[step]))
        own = own[(evidence.op[own] == Op.PUT) & (evidence.process[own] == evidence.process[step]) & (own < step)]
        return int(own[-1]) if len(own) else step

    def _joins_of(self, lane: int) -> Iterator[Wait]:
        """Who waits for the end of that lane's process."""
        process = int(self.evidence.owner[lane])
        for wait in self.waits.values():
            if wait.purpose == Op.JOIN and self.evidence.lane_of_target.get(wait.target) == process:
                yield wait

    def _signal_before(self, waits: list[Wait]) -> int | None:
        """The last notify or set that came before the wait, and that nobody received."""
        evidence = self.evidence
        first = min(wait.step for wait in waits)
        steps = evidence.steps_on(waits[0].target)
        op, rows = evidence.op[steps], evidence.rows[steps]
        woke_nobody = (op == Op.NOTIFY) & (rows["presence"] == PRESENT) & (rows["value"] == 0)
        place = evidence.place(first)
        if source_text(place.source, evidence.names).is_asked_again(place.line):
            return None  # a loop around the wait asks whether there is anything to wait for: no signal is missed
        signals = steps[(steps < first) & (woke_nobody | (op == Op.SET))]
        if not len(signals):
            return None
        signal = int(signals[-1])
        received = (op == Op.WAKE) | ((op == Op.CHECK) & (rows["value"] == 1)) | ((op == Op.NOTIFY) & ~woke_nobody)
        is_received = received & (steps > signal) & (steps < first if evidence.op[signal] == Op.SET else steps >= 0)
        return None if is_received.any() else signal
